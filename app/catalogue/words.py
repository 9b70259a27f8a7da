"""The catalogue's words on screen."""

from __future__ import annotations

from app.catalogue.models import CatalogueEntry, Kind

VERSION_STATES = {"draft": "草稿", "effective": "现行", "superseded": "已被替代"}
KINDS = {
    "working_days": "工作日期限",
    "at_once": "即时",
    "monthly": "每月",
    "quarterly": "每季度",
    "half_yearly": "每半年",
    "yearly": "每年",
    "unparsed": "没有读懂",
}
LEVELS = {"county": "县级", "township_village": "乡、村级", "both": "县级、乡村级"}
LOWER = {"townships": "乡镇（街道）", "villages": "村（社区）"}
METHODS = {"proactive": "主动", "on_application": "依申请公开"}
LEGAL = "按条例 20 个工作日"


def cadence(entry: CatalogueEntry) -> str:
    """Say how the clock reads an entry's term."""
    if entry.kind == Kind.WORKING_DAYS:
        return f"{entry.number} 个工作日"
    if entry.kind == Kind.AT_ONCE:
        return f"即时（{entry.number} 个工作日内）"
    if entry.kind == Kind.UNPARSED:
        return LEGAL
    return f"{KINDS[entry.kind]}，期满后 {entry.due_days} 个工作日内"
