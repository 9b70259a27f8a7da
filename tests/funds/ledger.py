"""A village's ledger for tests: its clerk, its committee, months with a few lines."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.funds import queries, service
from app.funds.models import FundLine, FundMonth
from app.funds.schemas import LineIn, MonthName
from app.identity import roles
from app.kernel.access import Actor, Grant
from tests.factories import VILLAGE

FIRST = MonthName(2026, 8)
OPENING = 12_345_67
CLERK = Actor(name="文书", staff_id=901, grants=(Grant(roles.FUNDS_KEEP, VILLAGE),), role="clerk")
COMMITTEE = Actor(
    name="监委会",
    staff_id=902,
    grants=(Grant(roles.SUPERVISE, VILLAGE),),
    role="supervision_committee",
)


def line_in(
    fen: int = 100_00,
    category: str = "lease_income",
    *,
    on: date = date(2026, 8, 12),
    summary: str = "大寨组门面租金",
    corrects: int | None = None,
    reversal: bool = False,
) -> LineIn:
    """Write a line down."""
    return LineIn(
        on_date=on,
        category_code=category,
        summary=summary,
        amount_fen=fen,
        approved_by="村委会主任 李春分",
        corrects_line_id=corrects,
        is_reversal=reversal,
    )


def opened(session: Session, name: MonthName = FIRST, *, village: str = VILLAGE) -> FundMonth:
    """Open a month: the first with an opening balance, any other after the newest."""
    first = queries.latest(session, village) is None
    return service.open_month(
        session,
        division_code=village,
        name=name,
        opening_fen=OPENING if first else None,
        actor=CLERK,
    )


def entered(session: Session, month: FundMonth, wanted: LineIn | None = None) -> FundLine:
    """Write a line into a month, by default one of its twelfth day."""
    day = date(month.year, month.month, 12)
    return service.enter(session, month_id=month.id, wanted=wanted or line_in(on=day), actor=CLERK)


def closed(session: Session, name: MonthName = FIRST, *lines: LineIn) -> FundMonth:
    """Open a month, write its lines (one by default), and close it."""
    month = opened(session, name)
    for wanted in lines or (line_in(on=date(name.year, name.month, 12)),):
        entered(session, month, wanted)
    return concluded(session, month)


def concluded(session: Session, month: FundMonth) -> FundMonth:
    """Hand a month over and close it."""
    service.submit(session, month_id=month.id, is_empty=True, actor=CLERK)
    return service.close(session, month_id=month.id, actor=COMMITTEE)
