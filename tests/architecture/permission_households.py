"""What the permission matrix sends to the register's pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.console.household_acts import GENTLE, GRAVE
from tests.factories import VILLAGE

HOUSEHOLD = "POST /console/households/<int:household_id>"
FORMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "POST /console/households/search": lambda _world: {"village": VILLAGE, "name": "赵"},
    "POST /console/households/officer": (
        lambda _world: {"village": VILLAGE, "username": f"cadre-{VILLAGE}"}
    ),
    f"{HOUSEHOLD}/<any({', '.join(GENTLE)}):change>": lambda _world: {"version": "1"},
    f"{HOUSEHOLD}/<any({', '.join(GRAVE)}):grave_change>": (
        lambda world: {
            "version": "1",
            "person": str(world["household_member"]),
            "because": "moved",
        }
    ),
}
