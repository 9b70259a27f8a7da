"""The permission matrix's visits: one that was logged, its need, a pack, and one that waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor, Grant
from app.visits import queries, service
from app.visits.schemas import NeedIn, VisitIn
from tests.factories import GROUP, VILLAGE
from tests.visits import devices

World = dict[str, Any]


def log(session: Session, world: World) -> World:
    """Let two cadres visit the household on one day, one of them without signal."""
    cadre, colleague = (
        _actor(session, name) for name in (f"cadre-{VILLAGE}", f"cadre-{VILLAGE[:9]}")
    )
    household = world["household_id"]
    visit = service.log_visit(
        session,
        wanted=VisitIn(
            needs=[NeedIn(category="housing", text="屋顶漏水")], **_written(household, 1)
        ),
        division_code=VILLAGE,
        actor=colleague,
    )
    pack = service.prepare_pack(session, division_code=VILLAGE, group_codes=[GROUP], actor=cadre)
    sent = devices.seal(
        pack.server_key,
        _written(household, 2),
        pack_id=pack.id,
        message_id=UUID(int=2),
        revision=UUID(int=2),
    )
    service.receive(session, messages=[sent], actor=cadre)
    return {
        "division": VILLAGE,
        "cadre_id": cadre.staff_id,
        "visit_id": visit.id,
        "need_id": queries.needs_of_visit(session, visit.id)[0].id,
        "pack_id": str(pack.id),
        "waiting_message_id": queries.waiting(session, prefixes=(VILLAGE,))[0].id,
    }


def _actor(session: Session, username: str) -> Actor:
    place = username.removeprefix("cadre-")
    grants = tuple(Grant(name, place) for name in roles.ROLES["cadre"])
    number = identity.get_by_username(session, username).id
    return Actor(name=username, staff_id=number, grants=grants, role="cadre")


def _written(household_id: int, number: int) -> World:
    return {
        "client_id": UUID(int=number),
        "revision": UUID(int=number),
        "household_id": household_id,
        "purpose": "visit",
        "visited_on": clock.today(),
        "notes": "看过了",
    }


WAITING = "/console/visits/waiting/<string:division>/<int:message_id>"
REVOCATION = "/console/accounts/<int:staff_id>/packs/<uuid:pack_id>/revocation"
STEP = "POST /console/visits/needs/<string:division>/<int:need_id>"

VALUES: dict[str, Callable[[World], World]] = {
    f"GET {WAITING}": lambda world: {"message_id": world["waiting_message_id"]},
    f"POST {WAITING}": lambda world: {"message_id": world["waiting_message_id"]},
    f"POST {REVOCATION}": lambda world: {"staff_id": world["cadre_id"]},
}

QUERIES: dict[str, Callable[[World], World]] = {
    "GET /console/offline/choices": lambda _world: {"village": VILLAGE},
    "GET /console/offline/state": lambda world: {"pack": world["pack_id"]},
}

FORMS: dict[str, Callable[[World], World]] = {
    "POST /console/visits/": lambda world: {
        **_written(world["household_id"], 3),
        "division": VILLAGE,
    },
    "POST /console/visits/<string:division>/<int:visit_id>": lambda world: _written(
        world["household_id"], 4
    ),
    f"{STEP}/step": lambda _world: {"row_version": 1, "state": "done", "note": "修好了"},
    f"{STEP}/day": lambda _world: {
        "row_version": 1,
        "due_on": clock.today().isoformat(),
        "note": "等材料",
    },
    f"{STEP}/owner": lambda world: {"row_version": 1, "owner": world["cadre_id"]},
    f"POST {WAITING}": lambda _world: {"decision": "kept"},
    f"POST {REVOCATION}": lambda _world: {"reason": "手机丢了"},
    "POST /console/offline/packs": lambda _world: {"village": VILLAGE, "groups": [GROUP]},
    "POST /console/offline/messages": lambda _world: {"messages": []},
}
