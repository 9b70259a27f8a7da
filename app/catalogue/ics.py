"""Duties as an iCalendar file (RFC 5545): one whole-day event for each, with a lasting UID."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from app.catalogue import periods
from app.catalogue.schemas import BoardRow
from app.workdays.schemas import DOUBT


def write(rows: Sequence[BoardRow], *, name: str, site: str, moment: datetime) -> bytes:
    """Write a calendar of what is open; `site` is the platform's address, `moment` when it was."""
    host = site.partition("://")[2]
    calendar = Calendar()
    calendar.add("prodid", "-//Sunshine Liuzhi//duties//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for row in rows:
        calendar.add_component(_event(row, host=host, site=site, moment=moment))
    written: bytes = calendar.to_ical()
    return written


def _event(row: BoardRow, *, host: str, site: str, moment: datetime) -> Event:
    event = Event()
    event.add("uid", f"duty-{row.id}@{host}")
    event.add("dtstamp", moment)
    event.add("dtstart", row.due_on)
    event.add("dtend", row.due_on + timedelta(days=1))
    which = f"（{periods.name(row.period)}）" if row.period else ""
    event.add("summary", f"公开期限：{row.item}{which}，{row.place}")
    lines = [f"领域：{row.field_name}", f"公开主体：{row.office or row.place}"]
    event.add("description", "\n".join(lines if row.is_sure else [*lines, DOUBT]))
    event.add("url", f"{site}/console/board")
    event.add("transp", "TRANSPARENT")
    return event
