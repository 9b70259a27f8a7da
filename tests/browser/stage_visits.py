"""What the pages of visits show: follow-ups of every kind, a mended visit, one that waits."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.households.models.register import Household
from app.identity import queries as identity
from app.identity import roles
from app.identity import service as accounts
from app.kernel import clock
from app.kernel.access import Actor, Grant
from app.visits import queries, service
from app.visits.models.logbook import Need
from app.visits.schemas import NeedAt, NeedIn, VisitIn
from tests.factories import PASSWORD
from tests.factories import households as made
from tests.visits import devices

LONG = "老人说屋后的山坡下雨天掉石头，去年修的排水沟也堵了，" * 6


def set_up(session: Session, *, village: str) -> dict[str, int]:
    """Stage it under the demo's cadre; returns the numbers of what is to be seen."""
    cadre = _actor(session, "cadre", village)
    household = made.household(session, division_code=village)
    household.group_code, household.group_label = None, "阿妹戚托幸福家园安置点"
    session.flush()
    wanted = [
        NeedIn(category="housing", text=LONG, due_on=clock.today()),
        NeedIn(category="water_road", text="水管裂了，要换一段"),
        NeedIn(category="medical", text="想做一次体检"),
    ]
    visit = service.log_visit(
        session, wanted=_written(household, needs=wanted), division_code=village, actor=cadre
    )
    service.amend_visit(
        session,
        visit_id=visit.id,
        division_code=village,
        wanted=_written(household, notes=LONG, met="隔壁邻居"),
        actor=cadre,
    )
    first, late, done = queries.needs_of_visit(session, visit.id)
    session.execute(
        update(Need).where(Need.id == late.id).values(due_on=clock.today() - timedelta(days=9))
    )
    for need, state in ((first, "in_progress"), (done, "done")):
        at = NeedAt(need.id, village, 1)
        service.move_need(session, at, state=state, note="已经报到镇里，等答复", actor=cadre)
    return {
        "household": household.id,
        "visit": visit.id,
        "need": first.id,
        "done": done.id,
        "waiting": _waiting(session, household, village),
        "carrier": _actor(session, "cadre2", village).staff_id or 0,
    }


def _waiting(session: Session, household: Household, village: str) -> int:
    accounts.create_staff(
        session, username="cadre2", password=PASSWORD, role="cadre", division_code=village
    )
    colleague = _actor(session, "cadre2", village)
    pack = service.prepare_pack(
        session,
        division_code=village,
        group_codes=[f"label:{household.group_label}"],
        actor=colleague,
    )
    sent = _written(household, notes=LONG, needs=[NeedIn(category="papers", text="身份证过期了")])
    message = devices.seal(
        pack.server_key,
        sent.model_dump(mode="json"),
        pack_id=pack.id,
        message_id=sent.client_id,
        revision=sent.revision,
    )
    service.receive(session, messages=[message], actor=colleague)
    return queries.waiting(session, prefixes=(village,))[0].id


def _actor(session: Session, username: str, village: str) -> Actor:
    grants = tuple(Grant(name, village) for name in roles.ROLES["cadre"])
    number = identity.get_by_username(session, username).id
    return Actor(username, staff_id=number, grants=grants, role="cadre")


def _written(household: Household, **fields: object) -> VisitIn:
    content = {
        "client_id": uuid4(),
        "revision": uuid4(),
        "household_id": household.id,
        "purpose": "visit",
        "visited_on": clock.today(),
        "notes": "家里一切都好",
    }
    return VisitIn.model_validate({**content, **fields})
