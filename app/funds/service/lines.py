"""Lines of an open month: entered, changed, taken out; corrections of what is closed."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.funds import queries
from app.funds.errors import (
    ApprovalRefused,
    CategoryRefused,
    CorrectionRefused,
    DayRefused,
    LineNotFound,
    SummaryRefused,
)
from app.funds.models import FundCategory, FundLine, FundMonth
from app.funds.schemas import LineIn, MonthName
from app.funds.service import vouchers
from app.funds.service.finding import open_month_for
from app.funds.service.promises import kept
from app.funds.service.publishable import require_public
from app.funds.service.signing import own_name
from app.kernel import clock, money
from app.kernel.access import Actor
from app.kernel.csv_table import printable
from app.kernel.money import AmountRefused

SUMMARY, APPROVAL = (2, 120), (2, 60)


def enter(session: Session, *, month_id: int, wanted: LineIn, actor: Actor) -> FundLine:
    """Write a line at the end of an open month; a reversal stands in its original's category.

    Raises as `open_month_for` does, `AmountRefused`, `ApprovalRefused`, `CategoryRefused`,
    `CorrectionRefused`, `DayRefused`, `ReversalTooLarge` or `SummaryRefused`.
    """
    month = open_month_for(session, month_id=month_id, actor=actor)
    if wanted.is_reversal and wanted.corrects_line_id is None:
        raise CorrectionRefused
    last = select(func.coalesce(func.max(FundLine.no), 0)).where(FundLine.month_id == month.id)
    line = FundLine(
        month_id=month.id,
        division_code=month.division_code,
        no=session.scalars(last).one() + 1,
        sign=-1 if wanted.is_reversal else 1,
        corrects_line_id=wanted.corrects_line_id,
        entered_by_id=actor.staff_id,
        entered_by_name=own_name(session, actor),
        entered_at=clock.now(),
    )
    _write(session, line, month=month, wanted=wanted)
    with kept(session):
        session.add(line)
    return line


def change(session: Session, *, line_id: int, wanted: LineIn, actor: Actor) -> FundLine:
    """Change a line of an open month; what it corrects stays. Raises as `enter` does."""
    month, line = _own(session, line_id, actor=actor)
    with kept(session):
        _write(session, line, month=month, wanted=wanted)
        line.changed_by_id, line.changed_by_name = actor.staff_id, own_name(session, actor)
        line.changed_at = clock.now()
    return line


def remove(session: Session, *, line_id: int, actor: Actor) -> None:
    """Take a line out of an open month; those after it move up. Raises as `enter` does."""
    month, line = _own(session, line_id, actor=actor)
    with kept(session):
        vouchers.let_go(session, line_id=line.id)
        session.delete(line)
        session.flush()
        later = (FundLine.month_id == month.id, FundLine.no > line.no)
        session.execute(update(FundLine).where(*later).values(no=FundLine.no - 1))


def _own(session: Session, line_id: int, *, actor: Actor) -> tuple[FundMonth, FundLine]:
    line = queries.get_line(session, line_id)
    month = open_month_for(session, month_id=line.month_id, actor=actor)
    found = session.get(FundLine, line_id, populate_existing=True)  # as it is under the lock
    if found is None:
        raise LineNotFound
    return month, found


def _write(session: Session, line: FundLine, *, month: FundMonth, wanted: LineIn) -> None:
    """Put what is wanted into a line; raises what is wrong with it."""
    day = wanted.on_date
    if MonthName.of(day) != MonthName(month.year, month.month) or day > clock.today():
        raise DayRefused
    if not 1 <= wanted.amount_fen <= money.MOST:
        raise AmountRefused
    code = wanted.category_code
    if line.sign == -1:
        code = queries.get_line(session, line.corrects_line_id or 0).category_code
    category = session.get(FundCategory, code)
    if category is None or not (category.in_use or code == line.category_code or line.sign == -1):
        raise CategoryRefused
    line.on_date, line.amount_fen = day, wanted.amount_fen
    line.category_code, line.kind = category.code, category.kind
    line.summary = _plain(wanted.summary, SUMMARY, SummaryRefused)
    line.approved_by = _plain(wanted.approved_by, APPROVAL, ApprovalRefused)
    require_public(session, f"{line.summary}\n{line.approved_by}")


def _plain(
    text: str, length: tuple[int, int], refusal: type[SummaryRefused] | type[ApprovalRefused]
) -> str:
    plain = " ".join(text.split())
    if not length[0] <= len(plain) <= length[1] or not printable(plain):
        raise refusal
    return plain
