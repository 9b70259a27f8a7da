"""A household behind a plate, and cadres who want to look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.doorplates import service as doorplates
from app.doorplates.schemas import PlateView
from app.households.models.register import Household
from app.households.schemas import PersonIn, StatedPurpose, TagIn
from app.identity import roles
from app.identity import service as identity
from app.kernel.access import OPERATOR, Actor, Grant
from tests import factories
from tests.factories import VILLAGE
from tests.factories import households as made

_numbers = count(1)
HEAD, SPOUSE, CHILD = "赵大山", "钱小花", "赵小明"
PHONE = "13812345678"
VISIT = StatedPurpose("visit")
LADEN = (
    TagIn("party_member", date(2020, 1, 1)),
    TagIn("dibao", date(2026, 1, 1), amount_fen=45_000),
    TagIn("disability", date(2020, 1, 1), amount_fen=10_000),
    TagIn("veteran", date(2010, 1, 1), valid_until=date(2011, 1, 1)),
)


@dataclass(frozen=True)
class Home:
    """A plate with the household behind it."""

    plate: PlateView
    household: Household


def home(session: Session, *, tags: tuple[TagIn, ...] = LADEN, officer: int | None = None) -> Home:
    """Enter a head with tags, a spouse, and a child of ten, behind an installed plate."""
    plate = factories.printed(session)[0]
    doorplates.install(session, code=plate.code, actor=OPERATOR)
    born = date.today().year - 10  # noqa: DTZ011 - ten years old on whatever day the tests run
    head = made.person(HEAD, is_head=True, phone=PHONE)
    members = (
        PersonIn(**{**head.__dict__, "tags": tags}),
        made.person(SPOUSE, relation="spouse", born=date(1972, 8, 15)),
        made.person(CHILD, relation="son", born=date(born, 1, 1)),
    )
    household = made.household(
        session, members=members, door_id=plate.door_id, assistance_officer_id=officer
    )
    return Home(plate, household)


def cadre(
    session: Session,
    *extra: str,
    place: str = VILLAGE,
    ends_on: date | None = None,
    role: str = "cadre",
) -> Actor:
    """Open an account and give whoever acts with its role's permissions and `extra` ones."""
    account = identity.create_staff(
        session,
        username=f"{role}-{next(_numbers)}",
        password=factories.PASSWORD,
        role=role,
        division_code=place[:12],
    )
    held = (*roles.ROLES[role], *extra)
    grants = tuple(Grant(permission, place, ends_on=ends_on) for permission in held)
    return Actor(name=account.username, staff_id=account.id, grants=grants, role=role)


def lines(session: Session) -> list[LedgerLine]:
    """Give the ledger, oldest line first."""
    return list(session.scalars(select(LedgerLine).order_by(LedgerLine.id)))
