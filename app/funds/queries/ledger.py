"""Reads of the ledger: months, a year, lines with all that stands beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.funds.errors import LineNotFound, MonthNotFound
from app.funds.models import (
    FundCategory,
    FundLine,
    FundMonth,
    FundQuestion,
    FundStep,
    FundTerm,
    FundVoucher,
)
from app.funds.schemas import CategoryView, CorrectionOf, LineView, MonthName, QuestionView
from app.kernel import scope


def categories(session: Session, *, also: Collection[str] = ()) -> list[CategoryView]:
    """List the categories that are in use, and those named, in their order."""
    wanted = FundCategory.in_use | FundCategory.code.in_(also)
    query = select(FundCategory.code, FundCategory.kind, FundCategory.name).where(wanted)
    rows = session.execute(query.order_by(FundCategory.position, FundCategory.code))
    return [CategoryView(*row) for row in rows]


def all_categories(session: Session) -> Sequence[FundCategory]:
    """List every category, those that are offered no more among them."""
    return session.scalars(
        select(FundCategory).order_by(FundCategory.position, FundCategory.code)
    ).all()


def terms(session: Session) -> Sequence[FundTerm]:
    """List within how many days each kind of question is answered."""
    return session.scalars(select(FundTerm).order_by(FundTerm.kind)).all()


def get_month(session: Session, month_id: int, *, lock: bool = False) -> FundMonth:
    """Give a month as it stands in the database now; raises `MonthNotFound`."""
    month = session.get(FundMonth, month_id, populate_existing=True, with_for_update=lock)
    if month is None:
        raise MonthNotFound
    return month


def find_month(
    session: Session, division_code: str, name: MonthName, *, closed: bool = False
) -> FundMonth:
    """Give a village's month, or only a closed one; raises `MonthNotFound`."""
    query = select(FundMonth).where(
        FundMonth.division_code == division_code,
        FundMonth.year == name.year,
        FundMonth.month == name.month,
    )
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None or (closed and found.state != "closed"):
        raise MonthNotFound
    return found


def months(
    session: Session, division_code: str, *, year: int | None = None, closed: bool = False
) -> Sequence[FundMonth]:
    """List a village's months, the earliest first."""
    query = select(FundMonth).where(FundMonth.division_code == division_code)
    if year is not None:
        query = query.where(FundMonth.year == year)
    if closed:
        query = query.where(FundMonth.state == "closed")
    in_order = query.order_by(FundMonth.year, FundMonth.month)
    return session.scalars(in_order.execution_options(populate_existing=True)).all()


def latest(session: Session, division_code: str, *, closed: bool = False) -> FundMonth | None:
    """Give a village's newest month, or its newest closed one."""
    query = select(FundMonth).where(FundMonth.division_code == division_code)
    if closed:
        query = query.where(FundMonth.state == "closed")
    newest = query.order_by(FundMonth.year.desc(), FundMonth.month.desc()).limit(1)
    return session.scalars(newest.execution_options(populate_existing=True)).one_or_none()


def years(session: Session, division_code: str) -> list[int]:
    """List the years a village has closed months of, the newest first."""
    query = select(FundMonth.year).where(
        FundMonth.division_code == division_code, FundMonth.state == "closed"
    )
    return list(session.scalars(query.distinct().order_by(FundMonth.year.desc())))


def with_closed_months(session: Session, division_codes: Collection[str]) -> set[str]:
    """Tell which of these villages have closed a month, so that their ledger can be read."""
    query = select(FundMonth.division_code).where(
        FundMonth.division_code.in_(division_codes), FundMonth.state == "closed"
    )
    return set(session.scalars(query.distinct())) if division_codes else set()


def newest_of(session: Session, prefixes: Sequence[str]) -> dict[str, FundMonth]:
    """Give the newest month of every village below these divisions that keeps a ledger."""
    query = select(FundMonth).where(scope.below(FundMonth.division_code, prefixes))
    rows = session.scalars(query.order_by(FundMonth.year, FundMonth.month))
    return {month.division_code: month for month in rows}


def submitted(session: Session, prefixes: Sequence[str]) -> Sequence[FundMonth]:
    """List the months below these divisions that wait for the committee, the earliest first."""
    query = select(FundMonth).where(
        FundMonth.state == "submitted", scope.below(FundMonth.division_code, prefixes)
    )
    in_order = query.order_by(FundMonth.year, FundMonth.month, FundMonth.division_code)
    return session.scalars(in_order.limit(200)).all()


def steps(session: Session, month_id: int) -> Sequence[FundStep]:
    """List what was done with a month, the earliest first."""
    query = select(FundStep).where(FundStep.month_id == month_id).order_by(FundStep.id)
    return session.scalars(query).all()


def get_line(session: Session, line_id: int) -> FundLine:
    """Give a line; raises `LineNotFound`."""
    line = session.get(FundLine, line_id, populate_existing=True)
    if line is None:
        raise LineNotFound
    return line


def lines(session: Session, month: FundMonth) -> list[LineView]:
    """List a month's lines in their order, each with the balance after it."""
    query = (
        select(FundLine, FundCategory.name)
        .join(FundCategory, FundCategory.code == FundLine.category_code)
        .where(FundLine.month_id == month.id)
        .order_by(FundLine.no)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(query).all()
    numbers = [line.id for line, _name in rows]
    originals = _places(session, [line.corrects_line_id for line, _name in rows])
    followers = _corrections(session, numbers)
    papers, asked = _vouchers(session, numbers), public_questions(session, numbers)
    return [
        LineView(
            **{name: getattr(line, name) for name in _TAKEN},
            category=category,
            balance_fen=balance,
            entered_by=line.entered_by_name,
            corrects=originals.get(line.corrects_line_id or 0),
            corrected_by=followers.get(line.id, ()),
            voucher_ids=papers.get(line.id, ()),
            questions=asked.get(line.id, ()),
        )
        for (line, category), balance in zip(rows, _balances(month, rows), strict=True)
    ]


_TAKEN = (
    *("id", "no", "on_date", "kind", "category_code"),
    *("summary", "amount_fen", "sign", "approved_by"),
)


def _balances(month: FundMonth, rows: Iterable[tuple[FundLine, str]]) -> list[int]:
    effects = (
        line.sign * line.amount_fen * (1 if line.kind == "income" else -1) for line, _name in rows
    )
    return list(accumulate(effects, initial=month.opening_fen))[1:]


def _place_of(line: FundLine, month: FundMonth) -> CorrectionOf:
    name = MonthName(month.year, month.month)
    return CorrectionOf(line.id, name, line.no, line.sign, line.kind, line.amount_fen)


def _places(session: Session, numbers: Iterable[int | None]) -> dict[int, CorrectionOf]:
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return {}
    query = (
        select(FundLine, FundMonth)
        .join(FundMonth, FundMonth.id == FundLine.month_id)
        .where(FundLine.id.in_(wanted))
    )
    return {line.id: _place_of(line, month) for line, month in session.execute(query)}


def _corrections(session: Session, numbers: Collection[int]) -> dict[int, list[CorrectionOf]]:
    """Find the corrections of these lines that are public: those of closed months."""
    found: dict[int, list[CorrectionOf]] = defaultdict(list)
    if numbers:
        query = (
            select(FundLine, FundMonth)
            .join(FundMonth, FundMonth.id == FundLine.month_id)
            .where(FundLine.corrects_line_id.in_(numbers), FundMonth.state == "closed")
            .order_by(FundLine.id)
        )
        for line, month in session.execute(query):
            found[line.corrects_line_id or 0].append(_place_of(line, month))
    return found


def _vouchers(session: Session, numbers: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    if numbers:
        query = select(FundVoucher.line_id, FundVoucher.attachment_id)
        query = query.where(FundVoucher.line_id.in_(numbers))
        for line_id, attachment_id in session.execute(query.order_by(FundVoucher.position)):
            found[line_id].append(attachment_id)
    return found


def public_questions(session: Session, line_ids: Collection[int]) -> dict[int, list[QuestionView]]:
    """Give the questions about these lines as the public sees them, the earliest first."""
    found: dict[int, list[QuestionView]] = defaultdict(list)
    if line_ids:
        query = select(FundQuestion).where(FundQuestion.line_id.in_(line_ids))
        for row in session.scalars(query.order_by(FundQuestion.id)):
            found[row.line_id].append(_public(row))
    return found


def _public(row: FundQuestion) -> QuestionView:
    answered = row.state == "answered"
    return QuestionView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        asked_at=row.asked_at,
        due_on=row.due_on,
        text=row.text or "",
        answer=row.answer or "",
        answered_at=row.answered_at,
        answered_by=(row.answered_by_name or "") if answered else "",
        set_aside_for=row.set_aside_for or "",
    )


def correctable(
    session: Session, division_code: str, *, limit: int = 300
) -> list[tuple[FundLine, MonthName]]:
    """List the lines a correction may name: originals of closed months, the newest first."""
    later = aliased(FundMonth)
    query = (
        select(FundLine, later.year, later.month)
        .join(later, later.id == FundLine.month_id)
        .where(
            FundLine.division_code == division_code,
            FundLine.corrects_line_id.is_(None),
            later.state == "closed",
        )
        .order_by(later.year.desc(), later.month.desc(), FundLine.no)
        .limit(limit)
    )
    return [(line, MonthName(year, month)) for line, year, month in session.execute(query)]


def by_category(session: Session, month_ids: Collection[int]) -> list[tuple[str, str, int]]:
    """Sum up these months by category: kind, name, fen; in the categories' order."""
    effect = func.sum(FundLine.sign * FundLine.amount_fen)
    query = (
        select(FundCategory.kind, FundCategory.name, effect)
        .join(FundLine, FundLine.category_code == FundCategory.code)
        .where(FundLine.month_id.in_(month_ids))
        .group_by(FundCategory.kind, FundCategory.name, FundCategory.position)
        .order_by(FundCategory.position)
    )
    return [(kind, name, int(fen)) for kind, name, fen in session.execute(query)]
