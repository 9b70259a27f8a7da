"""The life of a month: opened, handed over, sent back, closed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funds import queries, service
from app.funds.errors import (
    CommentWanted,
    MonthClosed,
    MonthEmpty,
    MonthInFuture,
    MonthNotFound,
    MonthNotNext,
    MonthNotOver,
    MonthNotSubmitted,
    MonthOutOfOrder,
    MonthSubmitted,
    OpeningRefused,
    OwnEntriesClosed,
)
from app.funds.models import FundMonth
from app.funds.schemas import MonthName
from app.identity import roles
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.errors import Forbidden
from app.kernel.outbox import OutboxRow
from app.places.errors import DivisionNotFound
from tests import factories
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE
from tests.funds import ledger
from tests.funds.ledger import CLERK, COMMITTEE, FIRST, OPENING


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    factories.county(session)


def open_(session: Session, name: MonthName, opening: int | None, **other: object) -> FundMonth:
    wanted = {"division_code": VILLAGE, "actor": CLERK, **other}
    return service.open_month(session, name=name, opening_fen=opening, **wanted)  # type: ignore[arg-type]  # mixed


def test_the_first_month_has_an_opening_of_its_own(session: Session) -> None:
    month = ledger.opened(session)
    assert (month.state, month.opening_fen) == ("open", OPENING)
    session.refresh(month)
    assert month.closing_fen == OPENING


def test_an_opening_is_asked_for_once_and_never_again(session: Session) -> None:
    with pytest.raises(OpeningRefused):
        open_(session, FIRST, None)
    ledger.closed(session)
    with pytest.raises(OpeningRefused):
        open_(session, FIRST.following(), 5)


def test_the_next_month_opens_with_the_balance(session: Session) -> None:
    month = ledger.closed(session)
    assert ledger.opened(session, FIRST.following()).opening_fen == month.closing_fen


@pytest.mark.parametrize("name", [FIRST, MonthName(2026, 7), MonthName(2026, 10)])
def test_months_follow_one_another(session: Session, name: MonthName) -> None:
    ledger.opened(session)
    with pytest.raises(MonthNotNext):
        open_(session, name, None)


def test_the_year_turns_after_december() -> None:
    assert MonthName(2026, 12).following() == MonthName(2027, 1)
    assert str(MonthName(2026, 9)) == "2026-09"


@pytest.mark.parametrize("written", ["2026-13", "2026-1", "1999-10", "2026-10-01", "", "二〇二六"])
def test_what_is_no_month_is_not_found(written: str) -> None:
    with pytest.raises(MonthNotFound):
        MonthName.parse(written)


def test_no_month_of_the_future_is_opened(session: Session) -> None:
    with pytest.raises(MonthInFuture):
        open_(session, MonthName.of(clock.today()).following(), 0)


def test_only_a_keeper_of_the_village_opens_a_month(session: Session) -> None:
    with pytest.raises(Forbidden):
        open_(session, FIRST, 0, division_code=OTHER_VILLAGE)
    with pytest.raises(Forbidden):
        open_(session, FIRST, 0, actor=COMMITTEE)


@pytest.mark.parametrize(
    ("code", "refusal"), [(TOWNSHIP, MonthNotFound), ("520203102299", DivisionNotFound)]
)
def test_a_ledger_belongs_to_a_village_in_force(
    session: Session, code: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        open_(session, FIRST, 0, division_code=code, actor=OPERATOR)


def test_a_month_is_handed_over_once_it_is_over(session: Session) -> None:
    name = MonthName.of(clock.today())
    month = ledger.opened(session, name)
    with pytest.raises(MonthNotOver):
        service.submit(session, month_id=month.id, is_empty=True, actor=CLERK)


def test_a_month_without_a_line_is_handed_over_only_as_such(session: Session) -> None:
    month = ledger.opened(session)
    with pytest.raises(MonthEmpty):
        service.submit(session, month_id=month.id, actor=CLERK)
    service.submit(session, month_id=month.id, is_empty=True, actor=CLERK)
    assert queries.get_month(session, month.id).state == "submitted"


def test_what_was_handed_over_is_neither_handed_over_again_nor_written_in(
    session: Session,
) -> None:
    month = ledger.opened(session)
    ledger.entered(session, month)
    service.submit(session, month_id=month.id, actor=CLERK)
    with pytest.raises(MonthSubmitted):
        service.submit(session, month_id=month.id, actor=CLERK)
    with pytest.raises(MonthSubmitted):
        ledger.entered(session, month)


def test_the_committee_closes_and_the_hash_is_set(session: Session) -> None:
    month = ledger.closed(session)
    assert (month.state, month.closed_by_id, month.closed_by_name) == (
        "closed",
        902,
        "村务监督委员会",
    )
    assert (month.income_fen, month.closing_fen) == (100_00, OPENING + 100_00)
    assert month.lines_hash is not None
    assert len(month.lines_hash) == 64
    assert [one.act for one in queries.steps(session, month.id)] == ["submitted", "closed"]


def test_a_closed_month_is_neither_closed_again_nor_sent_back(session: Session) -> None:
    month = ledger.closed(session)
    with pytest.raises(MonthNotSubmitted):
        service.close(session, month_id=month.id, actor=COMMITTEE)
    with pytest.raises(MonthNotSubmitted):
        service.send_back(session, month_id=month.id, comment="再看", actor=COMMITTEE)
    with pytest.raises(MonthClosed):
        service.submit(session, month_id=month.id, actor=CLERK)


def test_a_clerk_closes_nothing_and_the_committee_writes_nothing(session: Session) -> None:
    month = ledger.opened(session)
    with pytest.raises(Forbidden):
        service.submit(session, month_id=month.id, is_empty=True, actor=COMMITTEE)
    service.submit(session, month_id=month.id, is_empty=True, actor=CLERK)
    with pytest.raises(Forbidden):
        service.close(session, month_id=month.id, actor=CLERK)
    with pytest.raises(Forbidden):
        service.send_back(session, month_id=month.id, comment="自己退", actor=CLERK)


@pytest.mark.parametrize("number", [901, None])
def test_whoever_wrote_a_line_does_not_close(session: Session, number: int | None) -> None:
    grants = (Grant(roles.FUNDS_KEEP, VILLAGE), Grant(roles.SUPERVISE, VILLAGE))
    both = Actor(name="一肩挑", staff_id=number, grants=grants)
    month = ledger.opened(session)
    service.enter(session, month_id=month.id, wanted=ledger.line_in(), actor=both)
    service.submit(session, month_id=month.id, actor=CLERK)
    with pytest.raises(OwnEntriesClosed):
        service.close(session, month_id=month.id, actor=both)
    assert service.close(session, month_id=month.id, actor=COMMITTEE).state == "closed"


def test_a_later_month_waits_for_the_earlier_one(session: Session) -> None:
    ledger.opened(session)
    later = ledger.opened(session, FIRST.following())
    service.submit(session, month_id=later.id, is_empty=True, actor=CLERK)
    with pytest.raises(MonthOutOfOrder):
        service.close(session, month_id=later.id, actor=COMMITTEE)


def test_the_committee_sends_back_with_a_comment(session: Session) -> None:
    month = ledger.opened(session)
    ledger.entered(session, month)
    service.submit(session, month_id=month.id, actor=CLERK)
    for comment in ("", " 不 ", "长" * 301, "看不见\u200b"):
        with pytest.raises(CommentWanted):
            service.send_back(session, month_id=month.id, comment=comment, actor=COMMITTEE)
    service.send_back(session, month_id=month.id, comment="第 1 笔缺凭证", actor=COMMITTEE)
    assert queries.get_month(session, month.id).state == "open"
    assert queries.steps(session, month.id)[-1].comment == "第 1 笔缺凭证"
    ledger.entered(session, month, ledger.line_in(on=date(2026, 8, 30)))


def test_each_step_is_told(session: Session) -> None:
    month = ledger.opened(session)
    service.submit(session, month_id=month.id, is_empty=True, actor=CLERK)
    service.send_back(session, month_id=month.id, comment="看凭证", actor=COMMITTEE)
    tasks = session.scalars(select(OutboxRow.task).where(OutboxRow.task.startswith("funds.")))
    assert list(tasks) == ["funds.tell_submitted", "funds.tell_returned"]
