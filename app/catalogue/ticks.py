"""What is ticked, in columns of its own or as words in one; channels with or without boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.catalogue.models import Audience, Level, Method

TICKS = frozenset("√✓✔☑■●vVyY是有✅")
_BOXED = re.compile(r"([■☑√✓✔□☐◻○])\s*([^■☑√✓✔□☐◻○]+)")
_EMPTY_BOXES = "□☐◻○"
_BETWEEN = re.compile(r"[、，,;；\n]|\s{1,}")


def audience(cells: Mapping[str, str]) -> Audience | None:
    """Read 公开对象; the whole society where both are ticked."""
    words = cells.get("audience", "")
    if _ticked(cells, "for_all") or "全社会" in words or "社会公众" in words:
        return Audience.PUBLIC
    return Audience.SPECIFIC if _ticked(cells, "for_some") or "特定" in words else None


def method(cells: Mapping[str, str]) -> Method | None:
    """Read 公开方式; proactive where both are ticked."""
    words = cells.get("method", "")
    if _ticked(cells, "proactive") or "主动" in words:
        return Method.PROACTIVE
    return Method.ON_APPLICATION if _ticked(cells, "on_application") or "申请" in words else None


def level(cells: Mapping[str, str]) -> Level | None:
    """Read 公开层级."""
    words = cells.get("level", "")
    county = _ticked(cells, "at_county") or bool(re.search("[县区市]级", words))
    lower = any(_ticked(cells, name) for name in ("at_lower", "at_village"))
    lower = lower or bool(re.search("[乡镇村]|街道", words))
    if county and lower:
        return Level.BOTH
    if county:
        return Level.COUNTY
    return Level.TOWNSHIP_VILLAGE if lower else None


def channels(text: str) -> tuple[str, ...]:
    """Read 公开渠道和载体: what is ticked where there are boxes, else all that is listed."""
    boxed = _BOXED.findall(text)
    if boxed:
        named = [name for box, name in boxed if box not in _EMPTY_BOXES]
    else:
        named = _BETWEEN.split(text)
    return tuple(dict.fromkeys(clean for name in named if (clean := name.strip(" 、，,;；/"))))


def _ticked(cells: Mapping[str, str], name: str) -> bool:
    cell = cells.get(name, "").strip()
    return bool(cell) and cell[0] in TICKS
