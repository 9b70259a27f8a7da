"""What is asked of the list of files."""

from __future__ import annotations

from dataclasses import dataclass

STATES = {"kept": "没有公开", "published": "已公开", "withdrawn": "已撤下"}
SORTS = {"newest": "新的在前", "oldest": "旧的在前", "name": "按名称", "largest": "大的在前"}


@dataclass(frozen=True)
class Wanted:
    """Which files are looked for; empty means any. `uploaded_by_id` narrows to one's own."""

    words: str = ""
    state: str = ""
    kind: str = ""
    sort: str = "newest"
    uploaded_by_id: int | None = None
