"""From what domains know to what a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.disclosure import queries as disclosure
from app.disclosure.schemas import FeedRow, TopicView
from app.kernel import clock
from app.organisations import queries as organisations
from app.places.schemas import Place

LEVEL_NAMES = {6: "县级", 9: "乡镇", 12: "本村"}


def day(moment: datetime) -> str:
    """Write a day as people read it: 2026年11月3日."""
    local = clock.local(moment)
    return f"{local.year}年{local.month}月{local.day}日"


def date_words(day: date | None) -> str:
    """Write a date as people read it; nothing for none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def iso(moment: datetime) -> str:
    """Write a day for machines: 2026-11-03, in Asia/Shanghai."""
    return clock.local(moment).date().isoformat()


def dated(moment: datetime) -> dict[str, str]:
    """Give a day of publication in both forms."""
    return {"published_on": day(moment), "published_iso": iso(moment)}


def feed_rows(
    rows: Sequence[FeedRow], *, topics: Mapping[str, str], places: Mapping[str, Place]
) -> list[dict[str, Any]]:
    """Shape the rows of a feed."""
    return [
        {
            "id": row.id,
            "title": row.title,
            "topic_code": row.topic_code,
            "topic_name": topics.get(row.topic_code, ""),
            "level_name": LEVEL_NAMES[len(row.division_code)],
            "place_name": places[row.division_code].short_name,
            "corrected": row.revision > 1,
            **dated(row.published_at),
        }
        for row in rows
    ]


def place_of(lineage: Sequence[Place]) -> dict[str, str]:
    """Shape a village with the names above it."""
    by_level = {len(place.code): place for place in lineage}
    own = by_level.get(12) or lineage[-1]
    return {
        "code": own.code,
        "name": own.name,
        "short_name": own.short_name,
        "township_name": by_level[9].short_name if 9 in by_level else "",
        "county_name": by_level[6].short_name,
    }


def tiles(
    session: Session, *, codes: Sequence[str], topics: Sequence[TopicView]
) -> list[dict[str, Any]]:
    """Shape the large tiles, each with the newest item of its topic."""
    shown = sorted((t for t in topics if t.tile is not None), key=lambda topic: topic.tile or 0)
    newest = disclosure.newest_by_topic(session, codes=codes, topics=[t.code for t in shown])
    return [
        {
            "code": topic.code,
            "name": topic.name,
            "newest": {
                "id": newest[topic.code].id,
                "title": newest[topic.code].title,
                **dated(newest[topic.code].published_at),
            }
            if topic.code in newest
            else None,
        }
        for topic in shown
    ]


def responsible(session: Session, village_code: str) -> list[dict[str, str]]:
    """Shape who is responsible in a village."""
    return [
        {
            "name": one.name,
            "duty": one.duty,
            "phone": one.phone,
            "hours": one.hours,
            "address": one.address,
        }
        for one in organisations.responsible_for_village(session, village_code)
    ]


def hotlines(session: Session, codes: Sequence[str]) -> list[dict[str, str]]:
    """Shape the telephones for complaints."""
    found = organisations.hotlines(session, codes)
    return [{"name": one.name, "phone": one.phone} for one in found]
