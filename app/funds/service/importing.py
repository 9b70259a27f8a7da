"""Lines from a table: tried first, line by line, by the very act that then enters them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.funds import queries
from app.funds.errors import CategoryRefused, DayRefused, TableRefused
from app.funds.models import FundMonth
from app.funds.schemas import CategoryView, LineIn
from app.funds.service.finding import open_month_for
from app.funds.service.lines import enter
from app.funds.tables import Row
from app.funds.words import KINDS
from app.households.rosters import dates
from app.kernel import money
from app.kernel.access import Actor
from app.kernel.errors import Conflict, Invalid


@dataclass(frozen=True)
class Tried:
    """A row of a table and what would be wrong with it as a line; empty where nothing is."""

    row: Row
    fault: str


def try_table(session: Session, *, month_id: int, rows: Sequence[Row], actor: Actor) -> list[Tried]:
    """Enter the rows into an open month, note what is refused, and undo it all.

    Raises as `open_month_for` does.
    """
    month = open_month_for(session, month_id=month_id, actor=actor)
    undone = session.begin_nested()
    try:
        return [Tried(row, _enter(session, month, row, actor=actor)) for row in rows]
    finally:
        undone.rollback()
        session.expire_all()


def enter_table(session: Session, *, month_id: int, rows: Sequence[Row], actor: Actor) -> int:
    """Enter all rows of a table, or none; gives how many.

    Raises as `open_month_for` does, or `TableRefused`.
    """
    month = open_month_for(session, month_id=month_id, actor=actor)
    if any(_enter(session, month, row, actor=actor) for row in rows):
        raise TableRefused
    return len(rows)


def _enter(session: Session, month: FundMonth, row: Row, *, actor: Actor) -> str:
    """Enter one row; gives the sentence of its refusal, empty where it was taken."""
    try:
        wanted = _line(month, row, queries.categories(session))
        enter(session, month_id=month.id, wanted=wanted, actor=actor)
    except (Conflict, Invalid) as refusal:
        return refusal.sentence
    return ""


def _line(month: FundMonth, row: Row, categories: Sequence[CategoryView]) -> LineIn:
    day, side, category, summary, amount, approval = row.cells
    try:
        written = dates.read(day)
    except ValueError as error:
        raise DayRefused from error
    if written is None or written.whole is None or written.year != month.year:
        raise DayRefused
    named = [
        one.code for one in categories if one.name == category and KINDS[one.kind][0] == side[:1]
    ]
    if not named:
        raise CategoryRefused("收支请写“收入”或“支出”，类别请照记账页上的名称写。")
    return LineIn(
        on_date=written.whole,
        category_code=named[0],
        summary=summary,
        amount_fen=money.parse(amount),
        approved_by=approval,
    )
