"""The demo's fund with a question that waits too long, and a ledger of the longest words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.funds import queries, service
from app.funds.models import FundMonth, FundQuestion
from app.funds.schemas import LineIn, MonthName
from app.kernel import clock, crypto
from app.kernel.access import Actor
from app.kernel.crypto import Place

KEEPER = Actor(name="文书", is_operator=True)
COMMITTEE = Actor(name="云上彝族布依族仡佬族苗族乡村务监督委员会联合小组", is_operator=True)
LONG_MONTH = MonthName(2026, 3)


@dataclass(frozen=True)
class Funds:
    """Where each state is to be seen: months of the console by number, public ones by name."""

    month: str
    long_month: str
    open: int
    closed: int
    line: int
    question: int


def set_up(session: Session, *, village: str, longest: str) -> Funds:
    """Let a question wait in the demo's ledger, and keep one of long words elsewhere."""
    months = queries.months(session, village)
    closed, last = months[-2], months[-1]
    _keep_long(session, longest)
    return Funds(
        month=str(MonthName(closed.year, closed.month)),
        long_month=str(LONG_MONTH),
        open=last.id,
        closed=closed.id,
        line=queries.lines(session, last)[0].id,
        question=_waits(session, closed),
    )


def _waits(session: Session, month: FundMonth) -> int:
    line = queries.lines(session, month)[0]
    row = FundQuestion(
        line_id=line.id,
        division_code=month.division_code,
        kind="voucher",
        state="open",
        asked_at=clock.now() - timedelta(days=9),
        due_on=clock.today() - timedelta(days=4),
    )
    session.add(row)
    session.flush()
    asked = "租金的收据在哪里看？" * 12
    row.text_sealed = crypto.seal_value(session, asked, Place("fund_questions", row.id, "text"))
    session.flush()
    return row.id


def _keep_long(session: Session, village: str) -> None:
    month = service.open_month(
        session,
        division_code=village,
        name=LONG_MONTH,
        opening_fen=-9_876_543_210_99,
        actor=KEEPER,
    )
    for number, category in enumerate(("assets_expense", "grant_income"), start=1):
        wanted = LineIn(
            on_date=date(LONG_MONTH.year, LONG_MONTH.month, number),
            category_code=category,
            summary="阿妹戚托幸福家园易地扶贫搬迁安置点社区配套产业园标准厂房及附属设施" * 3,
            amount_fen=9_999_999_999,
            approved_by="社区居民委员会主任、村民代表会议召集人 买买提·吐尔逊江·阿不都热合曼",
        )
        service.enter(session, month_id=month.id, wanted=wanted, actor=KEEPER)
    service.submit(session, month_id=month.id, actor=KEEPER)
    service.close(session, month_id=month.id, actor=COMMITTEE)
