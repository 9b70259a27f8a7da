"""Reading the demo county's items: text files with placeholders for dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from app.kernel.clock import SHANGHAI

DATA = Path(__file__).parent / "data"
QUARTERS = "一二三四"


@dataclass(frozen=True)
class DemoItem:
    """An item to publish, as of a moment; the original texts of those that were corrected."""

    key: str
    division: str
    topic: str
    organisation: str
    title: str
    body: str
    published_at: datetime
    original_title: str | None
    original_body: str | None
    correction: str | None
    withdrawn: str | None


def read_items(today: date, folder: Path = DATA / "items") -> Iterator[DemoItem]:
    """Read every item, oldest first, dated relative to `today`."""
    items = [_read(path, today) for path in folder.glob("*.md") if ".original" not in path.name]
    yield from sorted(items, key=lambda item: item.published_at)


def _read(path: Path, today: date) -> DemoItem:
    _before, head, body = path.read_text("utf-8").split("---\n", 2)
    facts = dict(line.split(": ", 1) for line in head.strip().splitlines())
    day = today - timedelta(days=int(facts["days_ago"]))
    original = facts.get("original")
    moment = datetime.combine(day, time(int(facts.get("hour", 9))), SHANGHAI)
    return DemoItem(
        key=facts["key"],
        division=facts["division"],
        topic=facts["topic"],
        organisation=facts["organisation"],
        title=fill(facts["title"], day),
        body=fill(body.strip(), day),
        published_at=moment,
        original_title=fill(facts["original_title"], day) if "original_title" in facts else None,
        original_body=fill((path.parent / original).read_text("utf-8").strip(), day)
        if original
        else None,
        correction=facts.get("correction"),
        withdrawn=facts.get("withdrawn"),
    )


def fill(text: str, day: date) -> str:
    """Replace the placeholders by dates as seen from the day of publication."""
    month = day.replace(day=1) - timedelta(days=1)
    quarter, year = (day.month - 1) // 3, day.year
    if quarter == 0:
        quarter, year = 4, year - 1
    text = re.sub(
        r"\{date\+(\d+)\}", lambda found: _written(day + timedelta(days=int(found[1]))), text
    )
    return (
        text.replace("{date}", _written(day))
        .replace("{month}", f"{month.year}年{month.month}月")
        .replace("{quarter}", f"{year}年第{QUARTERS[quarter - 1]}季度")
        .replace("{year}", str(day.year))
    )


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
