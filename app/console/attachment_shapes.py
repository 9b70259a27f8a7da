"""The list of files: what was asked for, and each as a line or a row of a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from app.attachments import words
from app.attachments.formats import KINDS, name_of
from app.attachments.models import Attachment
from app.attachments.schemas import SORTS, STATES, Wanted
from app.kernel import clock
from app.kernel.access import Actor

HEADINGS = (
    *("编号", "名称", "类型", "字节", "SHA-256", "地方", "上传人", "上传时间"),
    *("状态", "公开时间", "撤下时间", "撤下原因"),
)
USERS = {"draft": "稿件", "item": "已公开的内容", "fund_line": "集体资金的账"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def wanted_of(given: Mapping[str, str], actor: Actor) -> Wanted:
    """Read what a list is asked for; what is not one of the choices is left out."""
    return Wanted(
        words=given.get("q", "").strip()[:100],
        state=given.get("state", "") if given.get("state") in STATES else "",
        kind=given.get("kind", "") if given.get("kind") in KINDS else "",
        sort=given.get("sort", "") if given.get("sort") in SORTS else "newest",
        uploaded_by_id=actor.staff_id if given.get("mine") else None,
    )


def state_of(found: Attachment) -> str:
    """Tell the state of a file."""
    if found.withdrawn_at is not None:
        return "withdrawn"
    return "kept" if found.published_at is None else "published"


def line(found: Attachment, place: str) -> dict[str, Any]:
    """Shape a file for the list."""
    return {
        **words.shown(found),
        "place": place,
        "state": state_of(found),
        "state_name": STATES[state_of(found)],
        "uploaded_by": found.uploaded_by,
        "uploaded_at": _time(found.uploaded_at),
        "published_at": _time(found.published_at),
        "withdrawn_at": _time(found.withdrawn_at),
        "reason": found.withdrawn_reason,
    }


def uses(named: Iterable[str]) -> list[tuple[str, str]]:
    """Name what uses a file, for people: what it is, and its number."""
    parted = (one.partition(":") for one in named)
    return sorted((USERS.get(kind, kind), number) for kind, _colon, number in parted)


def as_csv(files: Iterable[Attachment], names: Mapping[str, str]) -> bytes:
    """Write files as a table that opens in Excel; nothing in it counts as a formula."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(HEADINGS)
    for found in files:
        cells = (
            *(found.id, found.name, name_of(found.media_type), found.size, found.sha256),
            *(names.get(found.division_code, found.division_code), found.uploaded_by),
            *(_time(found.uploaded_at), STATES[state_of(found)]),
            *(_time(found.published_at), _time(found.withdrawn_at), found.withdrawn_reason or ""),
        )
        table.writerow([_plain(str(cell)) for cell in cells])
    return written.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _time(moment: Any) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
