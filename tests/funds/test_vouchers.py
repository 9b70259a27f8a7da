"""Papers behind lines: kept by attachments, of which a stand-in keeps what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.funds import queries, service
from app.funds.errors import MonthClosed, VoucherNotFound, VoucherRefused
from app.funds.models import FundMonth
from app.funds.service import vouchers
from app.kernel.errors import Forbidden
from tests import factories
from tests.factories import VILLAGE
from tests.funds import ledger
from tests.funds.ledger import CLERK, COMMITTEE

PAPER = ("收据.jpg", b"\xff\xd8\xff")


@dataclass
class Kept:
    """A paper of the stand-in."""

    id: int
    name: str
    withdrawn_at: object = None


@dataclass
class StandIn:
    """Takes the place of the rooms of attachments."""

    kept: dict[int, Kept] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def keep(self, _session: Session, *, name: str, division_code: str, **_more: object) -> Kept:
        assert division_code == VILLAGE
        number = len(self.kept) + 1
        self.kept[number] = Kept(number, name)
        return self.kept[number]

    def claim(self, _session: Session, **asked: object) -> None:
        self.asked.append(("claim", asked))

    def release(self, _session: Session, **asked: object) -> None:
        self.asked.append(("release", asked))

    def publish(self, _session: Session, **asked: object) -> None:
        self.asked.append(("publish", asked))

    def get(self, _session: Session, number: int) -> Kept:
        return self.kept[number]


@pytest.fixture
def attachments(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    stand_in = StandIn()
    monkeypatch.setattr(vouchers, "_attachments", lambda _room="service": stand_in)
    return stand_in


@pytest.fixture
def month(session: Session, attachments: StandIn) -> FundMonth:
    del attachments
    factories.county(session)
    return ledger.opened(session)


def attach(session: Session, line_id: int, **other: Any) -> int:
    wanted = {"paper": PAPER, "storage": None, "actor": CLERK, **other}
    return service.attach(session, line_id=line_id, **wanted)


def behind(session: Session, month: FundMonth) -> list[int]:
    [line] = queries.lines(session, month)
    return list(line.voucher_ids)


def test_papers_stand_behind_their_line_in_their_order(
    session: Session, attachments: StandIn, month: FundMonth
) -> None:
    line = ledger.entered(session, month)
    assert [attach(session, line.id), attach(session, line.id)] == [1, 2]
    assert behind(session, month) == [1, 2]
    used = {"attachment_ids": [1], "used_by": f"fund_line:{line.id}"}
    assert attachments.asked[0] == ("claim", used)
    assert service.papers(session, [2])[2].name == "收据.jpg"


def test_a_paper_is_taken_off_and_its_place_filled_again(
    session: Session, attachments: StandIn, month: FundMonth
) -> None:
    line = ledger.entered(session, month)
    for _paper in range(10):
        attach(session, line.id)
    with pytest.raises(VoucherRefused):
        attach(session, line.id)
    service.detach(session, line_id=line.id, attachment_id=3, actor=CLERK)
    assert attachments.asked[-1][0] == "release"
    with pytest.raises(VoucherNotFound):
        service.detach(session, line_id=line.id, attachment_id=3, actor=CLERK)
    attach(session, line.id)
    assert behind(session, month) == [1, 2, 11, 4, 5, 6, 7, 8, 9, 10]


def test_closing_publishes_the_papers_of_the_month_and_fixes_them(
    session: Session, attachments: StandIn, month: FundMonth
) -> None:
    line = ledger.entered(session, month)
    attach(session, line.id)
    ledger.concluded(session, month)
    assert attachments.asked[-1] == ("publish", {"attachment_ids": [1]})
    with pytest.raises(MonthClosed):
        attach(session, line.id)
    with pytest.raises(MonthClosed):
        service.detach(session, line_id=line.id, attachment_id=1, actor=CLERK)


def test_a_line_that_goes_lets_its_papers_go(
    session: Session, attachments: StandIn, month: FundMonth
) -> None:
    line = ledger.entered(session, month)
    attach(session, line.id)
    service.remove(session, line_id=line.id, actor=CLERK)
    assert attachments.asked[-1] == ("release", {"used_by": f"fund_line:{line.id}"})


def test_only_a_keeper_puts_papers_there(session: Session, month: FundMonth) -> None:
    line = ledger.entered(session, month)
    with pytest.raises(Forbidden):
        attach(session, line.id, actor=COMMITTEE)
    with pytest.raises(Forbidden):
        service.detach(session, line_id=line.id, attachment_id=1, actor=COMMITTEE)
