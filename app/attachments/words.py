"""How a file is told to people: its name, kind and size, and the sum it can be checked by."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from app.attachments.formats import name_of
from app.attachments.models import Attachment

SHOWN_OF_SUM = 8


def address(found: Attachment) -> str:
    """Give the address everyone reads a published file at."""
    return f"/files/{found.id}/{quote(found.name, safe='')}"


def size_text(size: int) -> str:
    """Write a number of bytes as people read it: 850 字节, 12 千字节（KB）, 3.4 兆（MB）."""
    if size < 1000:
        return f"{size} 字节"
    if size < 1000 * 1024:
        return f"{max(1, round(size / 1024))} 千字节（KB）"
    return f"{size / 1024 / 1024:.1f} 兆（MB）"


def shown(found: Attachment) -> dict[str, Any]:
    """Shape a file for a link to it; `templates/portal/_attachments.html` draws it."""
    return {
        "id": found.id,
        "url": address(found),
        "staff_url": f"/console/files/{found.id}",
        "name": found.name,
        "kind": found.kind,
        "format": name_of(found.media_type),
        "size": size_text(found.size),
        "sha256": found.sha256,
        "short": found.sha256[:SHOWN_OF_SUM],
        "withdrawn": found.withdrawn_at is not None,
    }
