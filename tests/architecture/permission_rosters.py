"""The rosters' part of the permission matrix: one that was looked at, and forms that act on it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from app.households.service import importing
from app.kernel.access import OPERATOR
from tests.factories import VILLAGE

ROSTER = "姓名,与户主关系,出生日期\n王大寒,户主,1980-05-01\n"


def roster(session: Session) -> int:
    """Have a roster that was looked at and waits for its start; its file is gone."""
    with TemporaryDirectory() as folder:
        row = importing.upload(
            session,
            division_code=VILLAGE,
            file_name="roster.csv",
            content=ROSTER.encode(),
            actor=OPERATOR,
            files_dir=Path(folder),
        )
    row.state = "planned"
    session.flush()
    return row.id


FORMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "POST /console/rosters": (
        lambda _world: {"division": VILLAGE, "roster": (BytesIO(ROSTER.encode()), "roster.csv")}
    ),
    "POST /console/rosters/<int:import_id>/header": lambda _world: {"sheet": "0"},
    "POST /console/rosters/<int:import_id>/mapping": (
        lambda _world: {"column-0": "name", "column-1": "relation", "column-2": "birth_date"}
    ),
}
