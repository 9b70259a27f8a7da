"""What of the ledgers waits for whom, and the morning's message of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.funds import queries, service
from app.funds.models import FundMonth, FundQuestion
from app.funds.schemas import MonthName
from app.identity import roles
from app.identity import service as identity
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.notices import queries as notices
from app.notices.schemas import Recipient
from app.places import service as places
from tests import factories
from tests.factories import OTHER_VILLAGE, PASSWORD, VILLAGE
from tests.funds import ledger
from tests.funds.ledger import FIRST

TODAY = date(2026, 11, 25)


@pytest.fixture
def two(session: Session) -> tuple[FundMonth, FundMonth]:
    """Hand August over and leave September open."""
    factories.county(session)
    august = ledger.opened(session)
    ledger.entered(session, august)
    service.submit(session, month_id=august.id, actor=ledger.CLERK)
    return august, ledger.opened(session, FIRST.following())


def waits(session: Session, actor: Actor) -> list[tuple[int, str]]:
    return [(one.month.id, one.act) for one in service.months_for(session, actor)]


def account(session: Session, role: str, place: str = VILLAGE) -> int:
    return identity.create_staff(
        session, username=f"{role}{place}", password=PASSWORD, role=role, division_code=place
    ).id


def told(session: Session, staff_id: int) -> list[str]:
    return [one.title for one in notices.messages(session, Recipient(staff_id=staff_id))]


def question(session: Session, month: FundMonth, *, due: date) -> None:
    row = FundQuestion(
        line_id=queries.lines(session, month)[0].id,
        division_code=VILLAGE,
        kind="use",
        state="open",
        asked_at=clock.now(),
        due_on=due,
    )
    session.add(row)
    session.flush()


def test_a_month_waits_for_whoever_may_do_the_next_act(
    session: Session, two: tuple[FundMonth, FundMonth]
) -> None:
    august, september = two
    assert waits(session, ledger.COMMITTEE) == [(august.id, "close")]
    assert waits(session, ledger.CLERK) == [(september.id, "hand_over")]
    other = Actor("别村", staff_id=9, grants=(Grant(roles.SUPERVISE, OTHER_VILLAGE),))
    assert waits(session, other) == []


def test_a_month_does_not_wait_for_whoever_wrote_a_line_of_it(
    session: Session, two: tuple[FundMonth, FundMonth]
) -> None:
    assert two
    both = Actor(
        "文书",
        staff_id=ledger.CLERK.staff_id,
        grants=(*ledger.CLERK.grants, *ledger.COMMITTEE.grants),
    )
    assert {act for _month, act in waits(session, both)} == {"hand_over"}


def test_this_month_is_not_over_and_waits_for_nobody(session: Session) -> None:
    factories.county(session)
    ledger.opened(session, MonthName.of(clock.today()))
    assert waits(session, ledger.CLERK) == []


def test_what_a_village_left_open_waits_for_the_village_of_today(
    session: Session, two: tuple[FundMonth, FundMonth]
) -> None:
    places.merge_villages(
        session,
        old_codes=[VILLAGE],
        new_code=OTHER_VILLAGE,
        effective_on=clock.today(),
        actor=OPERATOR,
    )
    keeper = Actor("新村文书", staff_id=11, grants=(Grant(roles.FUNDS_KEEP, OTHER_VILLAGE),))
    assert waits(session, keeper) == [(two[1].id, "hand_over")]


def test_each_is_told_once_a_day_of_what_waits_for_them(
    session: Session, two: tuple[FundMonth, FundMonth]
) -> None:
    clerk, committee = account(session, "clerk"), account(session, "supervision_committee")
    elsewhere = account(session, "clerk", OTHER_VILLAGE)
    question(session, two[0], due=TODAY + timedelta(days=2))
    question(session, two[0], due=TODAY - timedelta(days=1))
    assert service.send_digests(session, day=TODAY) == 2
    assert service.send_digests(session, day=TODAY) == 0
    assert told(session, clerk) == [
        "集体资金：1 个月的账等您交去结账，2 条村民的疑问等答复（1 条过了期限）"
    ]
    assert told(session, committee) == [
        "集体资金：1 个月的账等您结账，2 条村民的疑问等答复（1 条过了期限）"
    ]
    assert told(session, elsewhere) == []
    assert service.send_digests(session, day=TODAY + timedelta(days=1)) == 2
