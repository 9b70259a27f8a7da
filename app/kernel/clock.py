"""The door time comes in through; UTC inside, Asia/Shanghai on screen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Tell the date that people in the county read on the wall."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """Turn a moment into Asia/Shanghai."""
    return moment.astimezone(SHANGHAI)
