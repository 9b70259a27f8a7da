"""What an office sets for every ledger of the county: categories, and the terms of questions.

What is set holds at once for what is written from then on. A category's code stays in the lines
that were closed, so that their hash does; its name may be mended and is then shown there too.
"""

from __future__ import annotations

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.funds.errors import (
    CategoryKnown,
    CategoryNameRefused,
    CategoryNeeded,
    CategoryNotFound,
    TermNotFound,
    TermRefused,
)
from app.funds.models import FundCategory, FundLine, FundTerm
from app.funds.words import KINDS, QUESTION_KINDS
from app.identity import roles
from app.kernel import changes, clock
from app.kernel.access import Actor
from app.kernel.csv_table import printable
from app.kernel.turns import take_turn

NAME = (2, 20)
DAYS = (1, 60)


def add_category(
    session: Session, *, kind: str, name: str, county_code: str, actor: Actor
) -> FundCategory:
    """Offer another category, after all others.

    Raises `Forbidden`, `CategoryNameRefused` or `CategoryKnown`.
    """
    _begin(session, county_code=county_code, actor=actor)
    if kind not in KINDS:
        raise CategoryNameRefused("请选收入还是支出。")
    plain = _free_name(session, name)
    last = session.scalars(select(func.coalesce(func.max(FundCategory.position), 0))).one()
    row = FundCategory(
        code=f"{kind}_{last + 1}", kind=kind, name=plain, position=last + 1, in_use=True
    )
    session.add(row)
    _note(session, row, f"新增{KINDS[kind]}类别“{plain}”", county_code=county_code, actor=actor)
    return row


def rename_category(
    session: Session, *, code: str, name: str, county_code: str, actor: Actor
) -> FundCategory:
    """Mend a category's name, on every page that shows it. Raises as `add_category` does."""
    _begin(session, county_code=county_code, actor=actor)
    row = _find(session, code)
    if row.name == name.strip():
        return row
    was, row.name = row.name, _free_name(session, name)
    _note(session, row, f"类别“{was}”改名为“{row.name}”", county_code=county_code, actor=actor)
    used = select(FundLine.division_code).where(FundLine.category_code == code).distinct()
    for village in session.scalars(used.order_by(FundLine.division_code)).all():
        changes.division_changed(session, village)
    return row


def offer_category(
    session: Session, *, code: str, in_use: bool, county_code: str, actor: Actor
) -> FundCategory:
    """Offer a category for new lines, or no more; lines that have it keep it.

    Raises `Forbidden`, `CategoryNotFound`, or `CategoryNeeded` for the last one of its kind.
    """
    _begin(session, county_code=county_code, actor=actor)
    row = _find(session, code)
    if row.in_use == in_use:
        return row
    others = exists().where(
        FundCategory.kind == row.kind, FundCategory.in_use, FundCategory.code != row.code
    )
    if not in_use and not session.scalar(select(others)):
        raise CategoryNeeded
    row.in_use = in_use
    told = f"类别“{row.name}”{'恢复使用' if in_use else '停用'}"
    _note(session, row, told, county_code=county_code, actor=actor)
    return row


def set_term(session: Session, *, kind: str, days: int, county_code: str, actor: Actor) -> FundTerm:
    """Give a kind of question other days to be answered in; those that wait keep their day.

    Raises `Forbidden`, `TermNotFound` or `TermRefused`.
    """
    _begin(session, county_code=county_code, actor=actor)
    row = session.get(FundTerm, kind)
    if row is None:
        raise TermNotFound
    if not DAYS[0] <= days <= DAYS[1]:
        raise TermRefused
    if row.days != days:
        was, row.days = row.days, days
        named = QUESTION_KINDS.get(kind, kind)
        told = f"“{named}”的答复期限由 {was} 天改为 {days} 天"
        _note(session, row, told, county_code=county_code, actor=actor)
    return row


def _begin(session: Session, *, county_code: str, actor: Actor) -> None:
    actor.require(roles.CATALOGUE, division_code=county_code)
    take_turn(session, "fund-settings")


def _find(session: Session, code: str) -> FundCategory:
    row = session.get(FundCategory, code, populate_existing=True)
    if row is None:
        raise CategoryNotFound
    return row


def _free_name(session: Session, name: str) -> str:
    plain = " ".join(name.split())
    if not NAME[0] <= len(plain) <= NAME[1] or not printable(plain):
        raise CategoryNameRefused
    if session.scalar(select(FundCategory.code).where(FundCategory.name == plain)):
        raise CategoryKnown
    return plain


def _note(
    session: Session, row: FundCategory | FundTerm, told: str, *, county_code: str, actor: Actor
) -> None:
    """Write who changed it beside it, and what they changed into the ledger."""
    row.changed_by, row.changed_at = actor.name, clock.now()
    session.flush()
    audit.record(session, Line(actor, "fund_settings", county_code, reason=told))
