"""How duties, places and calendar feeds are shown on the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.catalogue import periods
from app.catalogue.models import CalendarFeed
from app.catalogue.schemas import STATES, BoardFilter, BoardRow, Reach
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.errors import Invalid
from app.organisations import queries as organisations
from app.places import queries as places
from app.places.schemas import Place
from app.workdays.schemas import Calendar

HEADING = (
    *("截止日期", "状态", "领域", "公开事项", "区划代码", "地方", "单位", "期次或形成日期"),
    *("期限可能变动", "公开日期", "公开内容"),
)


class BadCreation(Invalid):
    code = "duty_bad_creation"
    sentence = "信息形成的日期要写成 2026-11-03 这样，不能晚于今天。"


@dataclass(frozen=True)
class CalendarDay:
    """A day of the calendar view; `inside` tells whether it belongs to the month."""

    day: date
    inside: bool
    is_working: bool
    is_today: bool
    counts: Mapping[str, int]


def number(text: str) -> int:
    """Read a number from an address or a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def day(text: str) -> date | None:
    """Read a date; None for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def row(duty: BoardRow) -> dict[str, Any]:
    """Shape a duty for the list."""
    ref = duty.done_ref or ""
    item = ref.removeprefix("item:")
    return {
        "duty": duty,
        "cause": _cause(duty),
        "state": STATES[duty.state],
        "link": f"/items/{item}" if item != ref and item.isdigit() else "",
    }


def cells(duty: BoardRow) -> tuple[object, ...]:
    """Shape a duty for the file."""
    return (
        *(duty.due_on, STATES[duty.state], duty.field_name, duty.item, duty.division_code),
        *(duty.place, duty.office or "", _cause(duty), "" if duty.is_sure else "是"),
        *(duty.done_on or "", duty.done_ref or ""),
    )


def _cause(duty: BoardRow) -> str:
    return periods.name(duty.period) if duty.period else f"{duty.created_on} 形成"


def asked(wanted: BoardFilter) -> str:
    """Write the filter, its state and day aside, as the end of an address."""
    values = {
        "place": wanted.prefix,
        "office": wanted.organisation_id or "",
        "month": wanted.month,
        "words": wanted.words,
    }
    return urlencode({name: value for name, value in values.items() if value})


def places_within(session: Session, reach: Reach, county_code: str) -> list[Place]:
    """List the county, townships and villages somebody sees, by code."""
    prefixes = tuple(prefix for prefix, _office in reach)
    lineage = places.lineage(session, county_code)
    found = [
        lineage[-1],
        *places.children(session, county_code),
        *places.villages(session, county_code),
    ]
    return sorted((one for one in found if one.code.startswith(prefixes)), key=lambda one: one.code)


def publishing_reach(actor: Actor) -> Reach:
    """Tell where somebody publishes."""
    if actor.is_operator:
        return (("", None),)
    held = actor.held(roles.PUBLISH)
    return tuple((grant.division_prefix, grant.organisation_id) for grant in held)


def feed_choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """List what somebody may make a calendar address for: places, and offices of them."""
    choices: dict[str, str] = {}
    for prefix, office in publishing_reach(actor):
        if not prefix or len(prefix) not in (6, 9, 12):
            continue
        name = places.get(session, prefix).short_name
        if office is not None:
            choices[f"{prefix}-{office}"] = organisations.get(session, office).name
            continue
        choices[prefix] = f"{name}（全部）"
        for one in organisations.for_division(session, prefix):
            choices[f"{prefix}-{one.id}"] = one.name
    return list(choices.items())


def feed(session: Session, one: CalendarFeed) -> dict[str, Any]:
    """Shape a calendar address for the list: whose it is, never the address itself."""
    name = places.get(session, one.division_code).short_name
    if one.organisation_id is not None:
        name = organisations.get(session, one.organisation_id).name
    return {"id": one.id, "name": name, "created_at": clock.local(one.created_at)}


def weeks(
    last: date, counted: Mapping[date, Mapping[str, int]], calendar: Calendar, today: date
) -> list[list[CalendarDay]]:
    """Lay a month out in weeks that begin on Monday."""
    first = last.replace(day=1)
    begin = first - timedelta(days=first.weekday())
    end = last + timedelta(days=6 - last.weekday())
    days: Sequence[CalendarDay] = [
        CalendarDay(
            day=one,
            inside=one.month == last.month,
            is_working=calendar.is_working(one),
            is_today=one == today,
            counts={state: n for state, n in counted.get(one, {}).items() if n},
        )
        for one in (begin + timedelta(days=n) for n in range((end - begin).days + 1))
    ]
    return [list(days[at : at + 7]) for at in range(0, len(days), 7)]
