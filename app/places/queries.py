"""Reads of the divisions; a code that vanished or was merged still has its last name here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import (
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.places.errors import DivisionNotFound
from app.places.models import CODE_LENGTHS, Division, DivisionMerger, DivisionVersion, Level
from app.places.schemas import Name, Place

PlaceSelect = Select[str, str, str, str, str | None, date | None, str]


def _places() -> PlaceSelect:
    """Select the columns of `Place`, one row for every version of every division."""
    applied = and_(DivisionMerger.old_code == Division.code, DivisionMerger.applied_at.is_not(None))
    return (
        select(
            Division.code,
            Division.level,
            DivisionVersion.name,
            DivisionVersion.short_name,
            Division.parent_code,
            DivisionVersion.valid_to,
            DivisionMerger.new_code,
        )
        .join(DivisionVersion, DivisionVersion.division_code == Division.code)
        .outerjoin(DivisionMerger, applied)
    )


def _standing() -> PlaceSelect:
    return _places().where(DivisionVersion.valid_to.is_(None))


def _list(session: Session, query: PlaceSelect) -> list[Place]:
    return [Place(*row) for row in session.execute(query)]


def _todays_code() -> Select[str]:
    """Select the end of the chain of mergers that begins with `:code`."""
    given = Division.code == bindparam("code")
    chain = select(Division.code).where(given).cte("chain", recursive=True)
    following = select(DivisionMerger.new_code).join(chain, DivisionMerger.old_code == chain.c.code)
    chain = chain.union(following.where(DivisionMerger.applied_at.is_not(None)))
    applied = and_(DivisionMerger.old_code == chain.c.code, DivisionMerger.applied_at.is_not(None))
    last = select(chain.c.code).outerjoin(DivisionMerger, applied)
    return last.where(DivisionMerger.old_code.is_(None))


# Every page asks these two: built once, since building them costs more than running them.
_TODAYS_CODE = _todays_code()
_NEWEST_NAMES = (
    _places()
    .where(Division.code.in_(bindparam("codes", expanding=True)))
    .ext(distinct_on(Division.code))
    .order_by(Division.code, DivisionVersion.id.desc())
)


def get(session: Session, code: str) -> Place:
    """Give a division under its newest name, also when it has vanished.

    Raises `DivisionNotFound` where the code was never in use.
    """
    return lineage(session, code)[-1]


def short_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Name these divisions by their newest short names; a code never in use is left out."""
    found = session.execute(_NEWEST_NAMES, {"codes": sorted(codes)}) if codes else ()
    return {row.code: row.short_name for row in found}


def lineage(session: Session, code: str) -> list[Place]:
    """Give county, township, village and group down to `code`, by one query.

    Each stands under its newest name; raises `DivisionNotFound`.
    """
    ancestry = [code[:length] for length in CODE_LENGTHS.values() if length <= len(code)]
    found = session.execute(_NEWEST_NAMES, {"codes": ancestry})
    places = sorted((Place(*row) for row in found), key=lambda place: len(place.code))
    if not places or places[-1].code != code:
        raise DivisionNotFound
    return places


def short_name_of(code: SQLColumnExpression[str | None]) -> ScalarSelect[str]:
    """Give an expression for a query of one's own: the newest short name of the code beside it."""
    newest = select(DivisionVersion.short_name).where(DivisionVersion.division_code == code)
    return newest.order_by(DivisionVersion.id.desc()).limit(1).scalar_subquery()


def current(session: Session, code: str, *, on: date | None = None) -> Place:
    """Give a division as it is, or as it was `on` a day.

    Raises `DivisionNotFound` where the code was not in force then.
    """
    if on is None:
        query = _standing()
    else:
        ends = DivisionVersion.valid_to
        query = _places().where(DivisionVersion.valid_from <= on, or_(ends.is_(None), ends > on))
    places = _list(session, query.where(Division.code == code))
    if not places:
        raise DivisionNotFound
    return places[0]


def hold(session: Session, code: str) -> Place:
    """Give a division in force to whoever writes something at it, and keep it so until the commit.

    A merger waits for that commit, so that what follows it finds everything there is to move.
    Raises `DivisionNotFound`.
    """
    query = _places().where(DivisionVersion.valid_to.is_(None), Division.code == code)
    places = _list(session, query.with_for_update(read=True, of=DivisionVersion))
    if not places:
        raise DivisionNotFound
    return places[0]


def in_force(session: Session, codes: Collection[str]) -> set[str]:
    """Tell which of these codes are in force."""
    query = select(DivisionVersion.division_code).where(DivisionVersion.valid_to.is_(None))
    return set(session.scalars(query.where(DivisionVersion.division_code.in_(codes))))


def resolve(session: Session, code: str) -> str:
    """Follow the mergers that have taken effect to the code of today; most codes are their own.

    Raises `DivisionNotFound` where the code was never in use.
    """
    found: str | None = session.scalar(_TODAYS_CODE, {"code": code})
    if found is None:
        raise DivisionNotFound
    return found


def former(session: Session, code: str) -> list[Place]:
    """List the villages that became part of this one, at once or by way of others, by code."""
    into = select(DivisionMerger.old_code, DivisionMerger.new_code)
    into = into.where(DivisionMerger.applied_at.is_not(None))
    chain = into.where(DivisionMerger.new_code == code).cte("former", recursive=True)
    earlier = into.join(chain, DivisionMerger.new_code == chain.c.old_code)
    chain = chain.union(earlier)
    codes = list(session.scalars(select(chain.c.old_code)))
    found = session.execute(_NEWEST_NAMES, {"codes": codes}) if codes else ()
    return sorted((Place(*row) for row in found), key=lambda place: place.code)


def children(session: Session, code: str) -> list[Place]:
    """List the divisions in force right below `code`, by code.

    A village's are its groups and those of the villages merged into it, which keep their codes.
    """
    parents = select(Division.code).where(Division.code == code).cte("parents", recursive=True)
    merged = select(DivisionMerger.old_code).join(
        parents, DivisionMerger.new_code == parents.c.code
    )
    parents = parents.union(merged.where(DivisionMerger.applied_at.is_not(None)))
    query = _standing().where(Division.parent_code.in_(select(parents.c.code)))
    return _list(session, query.order_by(Division.code))


def counties(session: Session) -> list[str]:
    """List the codes of the counties of this deployment: one, as a rule."""
    query = select(Division.code).where(Division.level == "county").order_by(Division.code)
    return list(session.scalars(query))


def villages(session: Session, county_code: str) -> list[Place]:
    """List the villages and communities in force below a county (or a township), by code."""
    query = _standing().where(
        Division.level == Level.VILLAGE, Division.code.startswith(county_code, autoescape=True)
    )
    return _list(session, query.order_by(Division.code))


def choices(session: Session, prefixes: Sequence[str]) -> list[Place]:
    """List counties, townships and villages in force below any of these codes, by code."""
    below = or_(false(), *(Division.code.startswith(one, autoescape=True) for one in prefixes))
    query = _standing().where(Division.level != Level.GROUP, below)
    return _list(session, query.order_by(Division.code))


def search(session: Session, text: str, *, limit: int, within: str = "") -> list[Place]:
    """Find divisions in force by a piece of their name or the beginning of their code.

    The best come first: the whole name, then names beginning with `text`, then higher levels.
    Every name in force is read, some 3,000 in a county with its groups, so letters must agree in
    case: ignoring it takes PostgreSQL several times as long, and Chinese has none.
    `within` keeps to codes that begin with it; blank text finds nothing.
    """
    text = text.strip()
    if not text:
        return []
    names = (DivisionVersion.short_name, DivisionVersion.name)
    begins = or_(*(name.startswith(text, autoescape=True) for name in names))
    rank = case((or_(*(name == text for name in names)), 0), (begins, 1), else_=2)
    found = or_(
        *(name.contains(text, autoescape=True) for name in names),
        Division.code.startswith(text, autoescape=True),
    )
    query = (
        _standing()
        .where(found, Division.code.startswith(within, autoescape=True))
        .order_by(rank, func.length(Division.code), Division.code)
        .limit(limit)
    )
    return _list(session, query)


def history(session: Session, code: str) -> list[Name]:
    """List every name a division bore, oldest first; raises `DivisionNotFound`."""
    version = DivisionVersion
    query = select(version.name, version.short_name, version.valid_from, version.valid_to)
    rows = session.execute(query.where(version.division_code == code).order_by(version.id))
    names = [Name(*row) for row in rows]
    if not names:
        raise DivisionNotFound
    return names
