"""Reading that is unlike a working day's is put before an auditor, who looks into it.

A flag says what was noticed and judges nobody; there are no totals by person and no order of
persons. Refused tries count like others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, select, type_coerce
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.models import AuditFlag, LedgerLine
from app.kernel import clock

Groups = Callable[[set[int]], dict[int, str]]
"""Gives the villager group of each of these households."""


@dataclass(frozen=True)
class Thresholds:
    """From when on reading is unusual; all of it stands here."""

    acts: tuple[str, ...] = ("open", "read", "reveal", "search", "export")
    looked_back: timedelta = timedelta(minutes=15)
    many_households: int = 30
    many_within: timedelta = timedelta(minutes=15)
    first_hour: int = 7  # of a working day in Asia/Shanghai, weekends included: cadres visit then
    last_hour: int = 21
    households_out_of_hours: int = 3
    strange_households: int = 5
    known_households: int = 20  # whoever has read fewer is new, and every group is new to them


THRESHOLDS = Thresholds()
_HOUSEHOLD = type_coerce(LedgerLine.household_id, BigInteger)  # asked for where there is one


@dataclass(frozen=True)
class Reading:
    """One household read at one moment."""

    line_id: int
    at: datetime
    household_id: int
    division_code: str


@dataclass(frozen=True)
class Noticed:
    """Reading that fits a rule; `key` lets it be flagged once."""

    rule: str
    key: str
    readings: Sequence[Reading]


def watch(
    session: Session, *, groups_of: Groups, thresholds: Thresholds = THRESHOLDS
) -> list[AuditFlag]:
    """Flag what was unusual in the last minutes, each once; returns the new flags."""
    since = clock.now() - thresholds.looked_back
    query = select(LedgerLine.who_id).where(
        LedgerLine.at > since,
        LedgerLine.who_kind == "staff",
        LedgerLine.household_id.is_not(None),
        LedgerLine.act.in_(thresholds.acts),
    )
    flags = []
    for staff_id in session.scalars(query.distinct().order_by(LedgerLine.who_id)).all():
        if staff_id is not None:
            readings = _readings(session, staff_id, thresholds)
            noticed = (
                *_many(staff_id, readings, thresholds),
                *_out_of_hours(staff_id, readings, thresholds),
                *_strange(session, staff_id, readings, groups_of, thresholds),
            )
            flags += [_flag(session, staff_id, one) for one in noticed]
    return [flag for flag in flags if flag is not None]


def _readings(session: Session, staff_id: int, thresholds: Thresholds) -> list[Reading]:
    columns = LedgerLine.id, LedgerLine.at, _HOUSEHOLD, LedgerLine.division_code
    query = select(*columns).where(
        LedgerLine.who_kind == "staff",
        LedgerLine.who_id == staff_id,
        LedgerLine.at > clock.now() - timedelta(days=1),
        LedgerLine.household_id.is_not(None),
        LedgerLine.act.in_(thresholds.acts),
    )
    return [Reading(*row) for row in session.execute(query.order_by(LedgerLine.at, LedgerLine.id))]


def _many(staff_id: int, readings: Sequence[Reading], thresholds: Thresholds) -> Iterator[Noticed]:
    """Notice many households within minutes, once an hour."""
    first = 0
    for last, reading in enumerate(readings):
        while readings[first].at < reading.at - thresholds.many_within:
            first += 1
        window = readings[first : last + 1]
        if _households(window) >= thresholds.many_households:
            yield Noticed("many", f"many|{staff_id}|{reading.at:%Y%m%d%H}", window)
            return


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
            yield Noticed("hours", f"hours|{staff_id}|{night}", at_night)


def _strange(
    session: Session,
    staff_id: int,
    readings: Sequence[Reading],
    groups_of: Groups,
    thresholds: Thresholds,
) -> Iterator[Noticed]:
    """Notice several households of a group this person never read before, once a day."""
    now = {reading.household_id for reading in readings}
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
        there = [one for one in readings if groups.get(one.household_id) == group]
        if _households(there) >= thresholds.strange_households:
            day = clock.local(there[-1].at).date()
            yield Noticed("strange", f"strange|{staff_id}|{group}|{day}", there)


def _flag(session: Session, staff_id: int, noticed: Noticed) -> AuditFlag | None:
    readings = noticed.readings
    put = insert(AuditFlag).values(
        rule=noticed.rule,
        staff_id=staff_id,
        division_code=_shared_division(readings),
        households=_households(readings),
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
    return len({reading.household_id for reading in readings})
