"""Reads of the duties: the board with its counts, by office, by place and by day.

Figures help to see what is to be done; they are listed by name and code, never as a ranking.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.catalogue import periods
from app.catalogue.models import CatalogueEntry, CatalogueVersion, Duty, Kind
from app.catalogue.schemas import STATES, BoardFilter, BoardRow, Group, Reach
from app.identity import roles
from app.kernel.access import Actor
from app.organisations import queries as organisations
from app.places import queries as places
from app.workdays.schemas import Calendar

PAGE = 50
SOON = 5  # working days
LOOK_BACK = timedelta(days=366)  # how far the list of what is done reaches where no month is named
MOST_EXPORTED = 20_000
SORTS: dict[str, tuple[SQLColumnExpression[Any], ...]] = {
    "due": (Duty.due_on, Duty.id),
    "place": (Duty.division_code, Duty.due_on, Duty.id),
    "item": (CatalogueVersion.field_code, CatalogueEntry.seq, Duty.due_on, Duty.id),
}


def reach_of(actor: Actor) -> Reach:
    """Tell where somebody sees duties: by the grants to publish and to keep the catalogue."""
    if actor.is_operator:
        return (("", None),)
    held = (*actor.held(roles.PUBLISH), *actor.held(roles.CATALOGUE))
    pairs = {(grant.division_prefix, grant.organisation_id) for grant in held}
    return tuple(sorted(pairs, key=str))


def soon_until(calendar: Calendar, on: date, *, days: int = SOON) -> date:
    """Give the last day that is soon, in working days from `on`."""
    return calendar.add_working_days(on, days).last_day


def board(
    session: Session,
    *,
    wanted: BoardFilter,
    sort: str = "due",
    skip: int = 0,
    limit: int = PAGE + 1,
) -> list[BoardRow]:
    """List the duties a filter asks for; without a state, a month or a day, what is still open."""
    query = (
        select(
            Duty.id,
            Duty.entry_id,
            CatalogueVersion.field_name,
            CatalogueEntry.item,
            Duty.division_code,
            places.short_name_of(Duty.division_code),
            organisations.name_of(Duty.organisation_id),
            Duty.period,
            Duty.created_on,
            Duty.due_on,
            Duty.is_sure,
            Duty.done_on,
            Duty.done_ref,
            _state(wanted),
        )
        .join(CatalogueEntry, CatalogueEntry.id == Duty.entry_id)
        .join(CatalogueVersion, CatalogueVersion.id == CatalogueEntry.version_id)
        .where(*_conditions(wanted))
    )
    if wanted.words:
        query = query.where(CatalogueEntry.item.contains(wanted.words, autoescape=True))
    ordered = query.order_by(*SORTS.get(sort, SORTS["due"])).offset(skip).limit(limit)
    return [BoardRow(*tuple(row)) for row in session.execute(ordered)]


def counts(session: Session, *, wanted: BoardFilter) -> dict[str, int]:
    """Count by state what the filter asks for, its state aside."""
    found = session.execute(_counted(wanted, literal(""))).all()
    return {state: sum(row.number for row in found if row.state == state) for state in STATES}


def by_place(session: Session, *, wanted: BoardFilter) -> list[Group]:
    """Count by township (what is the county's own stands under its code), by code."""
    code = func.left(Duty.division_code, 9)
    groups = _grouped(session, _counted(wanted, code))
    names = places.short_names(session, groups.keys())
    return [Group(key, names.get(key, key), groups[key]) for key in sorted(groups)]


def by_office(session: Session, *, wanted: BoardFilter) -> list[Group]:
    """Count by office, by name; what no office answers for is left to the counts by place."""
    groups = _grouped(session, _counted(wanted, Duty.organisation_id))
    groups.pop("None", None)
    names = organisations.names(session, [int(key) for key in groups])
    found = [Group(key, names[int(key)], value) for key, value in groups.items()]
    return sorted(found, key=lambda one: (one.name, one.key))


def by_day(session: Session, *, wanted: BoardFilter) -> dict[date, dict[str, int]]:
    """Count by the day something is due."""
    groups = _grouped(session, _counted(wanted, Duty.due_on))
    return {date.fromisoformat(key): value for key, value in groups.items()}


def due_soon(session: Session, *, reach: Reach, on: date, until: date) -> tuple[int, int]:
    """Count what is overdue and what is due soon within somebody's reach."""
    query = select(
        func.count().filter(Duty.due_on < on), func.count().filter(Duty.due_on >= on)
    ).where(_within(reach), Duty.done_on.is_(None), Duty.due_on <= until)
    overdue, soon = session.execute(query).one()
    return overdue, soon


def _grouped(session: Session, query: Select[Any]) -> dict[str, dict[str, int]]:
    groups: dict[str, dict[str, int]] = {}
    for row in session.execute(query):
        counted = groups.setdefault(str(row.key), dict.fromkeys(STATES, 0))
        counted[row.state] = row.number
    return groups


def _counted(
    wanted: BoardFilter, key: ColumnElement[Any] | SQLColumnExpression[Any]
) -> Select[Any]:
    query = select(key.label("key"), _state(wanted).label("state"))
    query = query.select_from(Duty).where(*_conditions(wanted, of_any_state=True))
    if wanted.words:
        query = query.join(CatalogueEntry, CatalogueEntry.id == Duty.entry_id).where(
            CatalogueEntry.item.contains(wanted.words, autoescape=True)
        )
    each = query.subquery()
    grouped = select(each.c.key, each.c.state, func.count().label("number"))
    return grouped.group_by(each.c.key, each.c.state)


def _state(wanted: BoardFilter) -> ColumnElement[Any]:
    return case(
        (Duty.done_on <= Duty.due_on, "in_time"),
        (Duty.done_on > Duty.due_on, "late"),
        (Duty.due_on < wanted.on, "overdue"),
        (Duty.due_on <= wanted.soon_until, "soon"),
        else_="open",
    )


def _within(reach: Reach) -> ColumnElement[bool]:
    return or_(
        false(),
        *(
            and_(
                Duty.division_code.startswith(prefix, autoescape=True),
                *([Duty.organisation_id == office] if office is not None else []),
            )
            for prefix, office in reach
        ),
    )


def _conditions(wanted: BoardFilter, *, of_any_state: bool = False) -> list[ColumnElement[bool]]:
    conditions = [_within(wanted.reach)]
    if wanted.prefix:
        conditions.append(Duty.division_code.startswith(wanted.prefix, autoescape=True))
    if wanted.organisation_id is not None:
        conditions.append(Duty.organisation_id == wanted.organisation_id)
    since, until = _window(wanted)
    if wanted.day is not None or wanted.month:
        conditions.append(Duty.due_on.between(since, until))
    elif of_any_state:
        conditions.append(or_(Duty.done_on.is_(None), Duty.due_on.between(since, until)))
    elif wanted.state in ("in_time", "late"):
        conditions.append(Duty.due_on.between(since, until))
    else:
        conditions.append(Duty.done_on.is_(None))
    return conditions if of_any_state else conditions + _of_state(wanted)


def _window(wanted: BoardFilter) -> tuple[date, date]:
    if wanted.day is not None:
        return wanted.day, wanted.day
    if wanted.month:
        last = periods.end(wanted.month)
        return last.replace(day=1), last
    return wanted.on - LOOK_BACK, wanted.on + LOOK_BACK


def _of_state(wanted: BoardFilter) -> list[ColumnElement[bool]]:
    still = Duty.done_on.is_(None)
    found: dict[str, list[ColumnElement[bool]]] = {
        "overdue": [still, Duty.due_on < wanted.on],
        "soon": [still, Duty.due_on.between(wanted.on, wanted.soon_until)],
        "open": [still, Duty.due_on > wanted.soon_until],
        "in_time": [Duty.done_on <= Duty.due_on],
        "late": [Duty.done_on > Duty.due_on],
    }
    return found.get(wanted.state, [])


def is_month(text: str) -> bool:
    """Tell whether a text names a month, like 2026-11."""
    try:
        return periods.kind_of(text) == Kind.MONTHLY and bool(periods.end(text))
    except ValueError:
        return False


def of_feed(session: Session, *, reach: Reach, on: date) -> Sequence[BoardRow]:
    """List what a calendar shows: all that is open, by its day."""
    wanted = BoardFilter(on=on, soon_until=on, reach=reach)
    return board(session, wanted=wanted, limit=2_000)
