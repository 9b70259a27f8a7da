"""Papers behind lines, kept by attachments; and what no line may say."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.attachments import queries as attachments
from app.funds import queries, service
from app.funds.errors import (
    MonthClosed,
    PersonalDataInPaper,
    PersonalDataWritten,
    VoucherNotFound,
    VoucherRefused,
)
from app.funds.models import FundMonth
from app.gateways.storage.memory import InMemoryStorage
from app.identity.models import Staff
from app.kernel import clock
from app.kernel.errors import Forbidden
from tests import factories
from tests.aid import sheets
from tests.attachments.making import PDF
from tests.factories import VILLAGE
from tests.funds import ledger
from tests.funds.ledger import CLERK, COMMITTEE
from tests.households.rosters.people import HEAD

PAPER = ("收据.pdf", PDF)


@pytest.fixture
def month(session: Session) -> FundMonth:
    factories.county(session)
    clerk = {"username": "clerk", "password_hash": "none", "role": "clerk"}
    session.add(Staff(id=CLERK.staff_id, division_code=VILLAGE, created_at=clock.now(), **clerk))
    session.flush()
    return ledger.opened(session)


def attach(session: Session, line_id: int, **other: Any) -> int:
    wanted = {"paper": PAPER, "storage": InMemoryStorage(), "actor": CLERK, **other}
    return service.attach(session, line_id=line_id, **wanted)


def behind(session: Session, month: FundMonth) -> list[int]:
    [line] = queries.lines(session, month)
    return list(line.voucher_ids)


def test_papers_stand_behind_their_line_in_their_order(session: Session, month: FundMonth) -> None:
    line = ledger.entered(session, month)
    numbers = [attach(session, line.id), attach(session, line.id)]
    assert behind(session, month) == numbers
    assert list(attachments.uses(session, numbers[0])) == [f"fund_line:{line.id}"]
    assert service.papers(session, numbers)[numbers[1]].name == "收据.pdf"


def test_a_paper_is_taken_off_and_its_place_filled_again(
    session: Session, month: FundMonth
) -> None:
    line = ledger.entered(session, month)
    numbers = [attach(session, line.id) for _paper in range(10)]
    with pytest.raises(VoucherRefused):
        attach(session, line.id)
    service.detach(session, line_id=line.id, attachment_id=numbers[2], actor=CLERK)
    assert list(attachments.uses(session, numbers[2])) == []
    with pytest.raises(VoucherNotFound):
        service.detach(session, line_id=line.id, attachment_id=numbers[2], actor=CLERK)
    numbers[2] = attach(session, line.id)
    assert behind(session, month) == numbers


def test_closing_publishes_the_papers_of_the_month_and_fixes_them(
    session: Session, month: FundMonth
) -> None:
    line = ledger.entered(session, month)
    number = attach(session, line.id)
    assert attachments.get(session, number).published_at is None
    ledger.concluded(session, month)
    session.expire_all()
    assert attachments.get(session, number).published_at is not None
    with pytest.raises(MonthClosed):
        attach(session, line.id)
    with pytest.raises(MonthClosed):
        service.detach(session, line_id=line.id, attachment_id=number, actor=CLERK)


def test_a_line_that_goes_lets_its_papers_go(session: Session, month: FundMonth) -> None:
    line = ledger.entered(session, month)
    number = attach(session, line.id)
    service.remove(session, line_id=line.id, actor=CLERK)
    assert list(attachments.uses(session, number)) == []


def test_what_must_not_be_published_is_not_written_into_the_ledger(
    session: Session, month: FundMonth
) -> None:
    wanted = ledger.line_in(summary=f"发给张建国 {HEAD}")
    with pytest.raises(PersonalDataWritten):
        ledger.entered(session, month, wanted)


def test_only_a_keeper_puts_papers_there(session: Session, month: FundMonth) -> None:
    line = ledger.entered(session, month)
    with pytest.raises(Forbidden):
        attach(session, line.id, actor=COMMITTEE)
    with pytest.raises(Forbidden):
        service.detach(session, line_id=line.id, attachment_id=1, actor=COMMITTEE)


def test_a_paper_that_says_a_number_of_somebody_is_refused(
    session: Session, month: FundMonth
) -> None:
    line = ledger.entered(session, month)
    storage = InMemoryStorage()
    with pytest.raises(PersonalDataInPaper):
        attach(session, line.id, paper=("名单.xlsx", sheets.with_hidden_id()), storage=storage)
    assert behind(session, month) == []
    assert storage.files == {}


def test_a_shops_telephone_may_stand_on_its_invoice(session: Session, month: FundMonth) -> None:
    line = ledger.entered(session, month)
    rows = [(1, "电话 13812345678", "水泥", 3, 1236.9)]
    number = attach(session, line.id, paper=("发票.xlsx", sheets.book(rows)))
    assert behind(session, month) == [number]
