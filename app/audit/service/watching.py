"""Reading that is unlike a working day's is put before an auditor, who looks into it.

A flag says what was noticed and judges nobody; there are no totals by person and no order of
persons. Refused tries count like others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.models import AuditFlag, LedgerLine
from app.kernel import clock
from app.kernel.settings import Settings

Groups = Callable[[set[int]], dict[int, str]]
"""Gives the villager group of each of these households."""


@dataclass(frozen=True)
class Thresholds:
    """From when on reading is unusual; all of it stands here, the numbers of the settings too."""

    many_households: int = 30
    households_out_of_hours: int = 3
    strange_households: int = 5
    packed_households: int = 300  # of a day; a pack holds 200 at most, so one is never too many
    lookups: int = 60  # within an hour
    many_within: timedelta = timedelta(minutes=15)
    lookups_within: timedelta = timedelta(hours=1)
    looked_back: timedelta = timedelta(minutes=15)
    first_hour: int = 7  # of a working day in Asia/Shanghai, weekends included: cadres visit then
    last_hour: int = 21
    known_households: int = 20  # whoever has read fewer is new, and every group is new to them


READ = frozenset({"open", "read", "reveal", "export"})
PACKED = frozenset({"pack"})
LOOKED_UP = frozenset({"search", "list"})  # of a place: such a line names no household
WATCHED = READ | PACKED | LOOKED_UP
_COLUMNS = ("id", "at", "act", "household_id", "division_code")


@dataclass(frozen=True)
class Reading:
    """One line of reading: a household, or the list of a place."""

    line_id: int
    at: datetime
    act: str
    household_id: int | None
    division_code: str


@dataclass(frozen=True)
class Noticed:
    """Reading that fits a rule, and how much there was of it; `key` lets it be flagged once."""

    rule: str
    key: str
    readings: Sequence[Reading]
    counted: int


def thresholds_of(settings: Settings) -> Thresholds:
    """Give the thresholds of a deployment."""
    return Thresholds(
        many_households=settings.audit_many_households,
        households_out_of_hours=settings.audit_households_out_of_hours,
        strange_households=settings.audit_strange_households,
        packed_households=settings.audit_packed_households,
        lookups=settings.audit_lookups,
    )


def watch(session: Session, *, groups_of: Groups, thresholds: Thresholds) -> list[AuditFlag]:
    """Flag what was unusual in the last minutes, each once; returns the new flags."""
    since = clock.now() - thresholds.looked_back
    query = select(LedgerLine.who_id).where(
        LedgerLine.at > since, LedgerLine.who_kind == "staff", LedgerLine.act.in_(WATCHED)
    )
    flags = []
    for staff_id in session.scalars(query.distinct().order_by(LedgerLine.who_id)).all():
        if staff_id is not None:
            every = _readings(session, staff_id)
            read = [one for one in every if one.act in READ and one.household_id is not None]
            noticed = (
                *_many(staff_id, read, thresholds),
                *_out_of_hours(staff_id, read, thresholds),
                *_strange(session, staff_id, read, groups_of, thresholds),
                *_packed(staff_id, _of(every, PACKED), thresholds),
                *_looked_up(staff_id, _of(every, LOOKED_UP), thresholds),
            )
            flags += [_flag(session, staff_id, one) for one in noticed]
    return [flag for flag in flags if flag is not None]


def _readings(session: Session, staff_id: int) -> list[Reading]:
    """Give everything somebody read within a day, in the order of time."""
    query = select(*(getattr(LedgerLine, name) for name in _COLUMNS)).where(
        LedgerLine.who_kind == "staff",
        LedgerLine.who_id == staff_id,
        LedgerLine.at > clock.now() - timedelta(days=1),
        LedgerLine.act.in_(WATCHED),
    )
    return [Reading(*row) for row in session.execute(query.order_by(LedgerLine.at, LedgerLine.id))]


def _of(readings: Sequence[Reading], acts: Collection[str]) -> list[Reading]:
    return [one for one in readings if one.act in acts]


def _many(staff_id: int, readings: Sequence[Reading], thresholds: Thresholds) -> Iterator[Noticed]:
    """Notice many households within minutes, once an hour."""
    hours: set[str] = set()
    for window in _windows(readings, thresholds.many_within):
        hour = _hour(window)
        if hour not in hours and _households(window) >= thresholds.many_households:
            hours.add(hour)
            yield Noticed("many", f"many|{staff_id}|{hour}", window, _households(window))


def _looked_up(
    staff_id: int, readings: Sequence[Reading], thresholds: Thresholds
) -> Iterator[Noticed]:
    """Notice many searches and lists within an hour, once an hour."""
    hours: set[str] = set()
    for window in _windows(readings, thresholds.lookups_within):
        hour = _hour(window)
        if hour not in hours and len(window) >= thresholds.lookups:
            hours.add(hour)
            yield Noticed("lookups", f"lookups|{staff_id}|{hour}", window, len(window))


def _packed(
    staff_id: int, readings: Sequence[Reading], thresholds: Thresholds
) -> Iterator[Noticed]:
    """Notice many households in packs, once a day; one that is taken again counts again.

    A pack is a copy of its own: taken twice, there are two that may be lost.
    """
    days: dict[date, list[Reading]] = {}
    for reading in readings:
        days.setdefault(clock.local(reading.at).date(), []).append(reading)
    for day, taken in days.items():
        if len(taken) >= thresholds.packed_households:
            yield Noticed("packs", f"packs|{staff_id}|{day}", taken, len(taken))


def _windows(readings: Sequence[Reading], within: timedelta) -> Iterator[Sequence[Reading]]:
    """Give for each reading what was read within so long up to it."""
    first = 0
    for last, reading in enumerate(readings):
        while readings[first].at < reading.at - within:
            first += 1
        yield readings[first : last + 1]


def _hour(window: Sequence[Reading]) -> str:
    return f"{window[-1].at:%Y%m%d%H}"


def _out_of_hours(
    staff_id: int, readings: Sequence[Reading], thresholds: Thresholds
) -> Iterator[Noticed]:
    """Notice reading at night, once a night; a night belongs to the day it began on."""
    nights: dict[date, list[Reading]] = {}
    for reading in readings:
        local = clock.local(reading.at)
        if not thresholds.first_hour <= local.hour < thresholds.last_hour:
            night = (local - timedelta(hours=thresholds.first_hour)).date()
            nights.setdefault(night, []).append(reading)
    for night, at_night in nights.items():
        if _households(at_night) >= thresholds.households_out_of_hours:
            count = _households(at_night)
            yield Noticed("hours", f"hours|{staff_id}|{night}", at_night, count)


def _strange(
    session: Session,
    staff_id: int,
    readings: Sequence[Reading],
    groups_of: Groups,
    thresholds: Thresholds,
) -> Iterator[Noticed]:
    """Notice several households of a group this person never read before, once a day."""
    now = _numbers(readings)
    if len(now) < thresholds.strange_households:
        return
    began = readings[0].at
    query = select(LedgerLine.household_id).where(
        LedgerLine.who_kind == "staff",
        LedgerLine.who_id == staff_id,
        LedgerLine.at < began,
        LedgerLine.household_id.is_not(None),
    )
    before = {number for number in session.scalars(query.distinct()) if number is not None}
    if len(before) < thresholds.known_households:
        return
    known, groups = set(groups_of(before).values()), groups_of(now)
    for group in sorted(set(groups.values()) - known):
        there = [one for one in readings if groups.get(one.household_id or 0) == group]
        if _households(there) >= thresholds.strange_households:
            day = clock.local(there[-1].at).date()
            key = f"strange|{staff_id}|{group}|{day}"
            yield Noticed("strange", key, there, _households(there))


def _flag(session: Session, staff_id: int, noticed: Noticed) -> AuditFlag | None:
    readings = noticed.readings
    put = insert(AuditFlag).values(
        rule=noticed.rule,
        staff_id=staff_id,
        division_code=_shared_division(readings),
        counted=noticed.counted,
        began_at=readings[0].at,
        ended_at=readings[-1].at,
        last_line_id=readings[-1].line_id,
        key=noticed.key,
        created_at=clock.now(),
    )
    written = put.on_conflict_do_nothing().returning(AuditFlag)
    return session.scalars(written).one_or_none()


def _shared_division(readings: Sequence[Reading]) -> str:
    """Give the smallest division that holds all of them: a village, a township or the county."""
    codes = {reading.division_code for reading in readings}
    for length in (12, 9):
        if len({code[:length] for code in codes}) == 1:
            return readings[0].division_code[:length]
    return readings[0].division_code[:6]


def _households(readings: Sequence[Reading]) -> int:
    return len(_numbers(readings))


def _numbers(readings: Sequence[Reading]) -> set[int]:
    return {one.household_id for one in readings if one.household_id is not None}
