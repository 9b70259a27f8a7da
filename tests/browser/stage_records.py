"""What the pages of a household's record show: a laden one, one that is closed, a door of nobody.

The readers are accounts of their own, signed in without the form: whether a code was just shown is
part of what is staged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.doorplates import queries as plates
from app.doorplates import service as doorplates
from app.doorplates.schemas import DoorRow
from app.households.models.openings import Opening
from app.households.models.register import Household
from app.households.schemas import PersonIn, TagIn
from app.identity import queries as identity
from app.identity import roles
from app.identity import service as accounts
from app.identity.models import StaffGrant, StaffToken, TokenKind
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.db import Database
from app.visits import service as visits
from app.visits.schemas import NeedIn, VisitIn
from app.web.flask_app import SESSION_COOKIE
from tests.factories import PASSWORD
from tests.factories import households as made

EXTRA = (roles.RECORDS_MINORS, roles.RECORDS_HEALTH, roles.RECORDS_MONEY)
READERS: dict[str, tuple[str, ...]] = {
    "reader": (),
    "reader-of-all": EXTRA,
    "reader-unproved": (),
}
AGES = timedelta(days=1)  # the run of a whole folder takes longer than ten minutes
LONG = "阿卜杜热合曼·买买提艾力·努尔麦麦提"
TAGS = (
    TagIn("party_member", date(1990, 7, 1)),
    TagIn("lives_alone", date(2024, 1, 1)),
    TagIn("lifted_from_poverty", date(2020, 11, 1)),
    TagIn("dibao", date(2026, 1, 1), valid_until=date(2099, 12, 31), amount_fen=45_000),
    TagIn("disability", date(2019, 4, 1)),
)


@dataclass(frozen=True)
class Records:
    """Where each state is to be seen: openings by reader and state, and what else is asked for."""

    open: int
    all: int
    bare: int
    unproved: int
    closed: int
    household: int
    lived: str
    nobody: str


def set_up(session: Session, *, village: str, lived: str) -> Records:
    """Stage it in the demo's village; `lived` is a plate with a household behind it."""
    readers = {name: _reader(session, name, village, READERS[name]) for name in READERS}
    laden, bare = _laden(session, village, readers["reader"]), _bare(session, village)

    def held(reader: str, household: Household, *, ends: timedelta = AGES) -> int:
        moment = clock.now()
        opening = Opening(
            staff_id=readers[reader].staff_id,
            household_id=household.id,
            division_code=village,
            purpose="visit",
            opened_at=moment - AGES,
            closes_at=moment + ends,
        )
        session.add(opening)
        session.flush()
        return opening.id

    return Records(
        open=held("reader", laden),
        all=held("reader-of-all", laden),
        bare=held("reader", bare),
        unproved=held("reader-unproved", laden),
        closed=held("reader", laden, ends=-timedelta(minutes=1)),
        household=laden.id,
        lived=lived,
        nobody=_door_of_nobody(session, village),
    )


def _reader(session: Session, name: str, village: str, extra: tuple[str, ...]) -> Actor:
    staff = accounts.create_staff(
        session, username=name, password=PASSWORD, role="cadre", division_code=village
    )
    staff.full_name = "韦春燕"
    for permission in extra:
        session.add(StaffGrant(staff_id=staff.id, permission=permission, division_prefix=village))
    session.flush()
    grants = tuple(Grant(permission, village) for permission in roles.ROLES["cadre"])
    return Actor(name, staff_id=staff.id, grants=grants, role="cadre")


def _laden(session: Session, village: str, reader: Actor) -> Household:
    """Enter a household with everything: a long name, tags, a minor, an officer, visits, needs."""
    head = made.person(LONG, is_head=True, phone="13800005678")
    child = clock.today().year - 9
    household = made.household(
        session,
        division_code=village,
        members=(
            PersonIn(**{**head.__dict__, "tags": TAGS}),
            made.person("买买提艾力", relation="spouse", born=date(1972, 8, 15)),
            made.person("古丽", relation="granddaughter", born=date(child, 1, 1)),
        ),
        assistance_officer_id=reader.staff_id,
    )
    household.group_code, household.group_label = None, "阿妹戚托幸福家园安置点"
    session.flush()
    for days, purpose, needs in (
        (2, "visit", [NeedIn(category="water_road", text="水管裂了")]),
        (40, "verify", []),
    ):
        written = VisitIn(
            client_id=uuid4(),
            revision=uuid4(),
            household_id=household.id,
            purpose=purpose,
            visited_on=clock.today() - timedelta(days=days),
            needs=needs,
        )
        visits.log_visit(session, wanted=written, division_code=village, actor=reader)
    return household


def _bare(session: Session, village: str) -> Household:
    """Enter a household of one child of whom nothing else is known."""
    orphan = PersonIn("小花", "head", is_head=True, birth_date=date(clock.today().year - 8, 1, 1))
    return made.household(session, division_code=village, members=(orphan,))


def _door_of_nobody(session: Session, village: str) -> str:
    batch = doorplates.issue_batch(
        session, division_code=village, doors=[DoorRow(house_number="无人户")], actor=OPERATOR
    )
    [view] = plates.plates_of_batch(session, batch.id)
    doorplates.mark_printed(session, plate_ids=[view.id], actor_name=OPERATOR.name)
    return view.code


def state_of(database: Database, username: str) -> dict[str, Any]:
    """Sign a reader in: what the browser keeps; the code counts as just shown, or as long ago."""
    with database.unit_of_work() as session:
        staff = identity.get_by_username(session, username)
        token, expires_at = accounts.hand_out(session, staff=staff, kind=TokenKind.SESSION)
        shown = clock.now() + (-AGES if username == "reader-unproved" else AGES)
        session.execute(
            update(StaffToken).where(StaffToken.staff_id == staff.id).values(proved_at=shown)
        )
    cookie = {
        "name": SESSION_COOKIE,
        "value": token,
        "domain": "127.0.0.1",
        "path": "/",
        "expires": expires_at.timestamp(),
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
    return {"cookies": [cookie], "origins": []}
