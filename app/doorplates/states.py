"""The life of a plate: which state may follow which, and what a scanner is told in each.

docs/doorplates.md has the same as a table for people.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    PRINTED = "printed"
    INSTALLED = "installed"
    DAMAGED = "damaged"
    REVOKED = "revoked"
    REPLACED = "replaced"


FOLLOWING: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PRINTED, State.REVOKED}),
    State.PRINTED: frozenset({State.INSTALLED, State.DAMAGED, State.REVOKED, State.REPLACED}),
    State.INSTALLED: frozenset({State.DAMAGED, State.REVOKED, State.REPLACED}),
    State.DAMAGED: frozenset({State.INSTALLED, State.REVOKED, State.REPLACED}),
    State.REVOKED: frozenset(),
    State.REPLACED: frozenset(),
}

LIVE = (State.DRAFT, State.PRINTED, State.INSTALLED, State.DAMAGED)
"""States in which a plate is its door's plate; a door has at most one such."""

NAMES = {
    State.DRAFT: "待印制",
    State.PRINTED: "已印制",
    State.INSTALLED: "已安装",
    State.DAMAGED: "已报损",
    State.REVOKED: "已停用",
    State.REPLACED: "已更换",
}

REPORTS = {"damaged": "破损或看不清", "swapped": "装错了门"}
"""What anyone may report of a plate."""

SCANNER_NOTES = {
    State.PRINTED: "这块门牌还没有登记安装。村里公开的内容可以照常查看。",
    State.INSTALLED: None,
    State.DAMAGED: "这块门牌已经报损，等待更换。村里公开的内容可以照常查看。",
    State.REPLACED: "这块门牌已经更换，请以后扫门上的新门牌。村里公开的内容可以照常查看。",
}
"""What is said above the village's page; a draft reads as unknown, a revoked plate as gone."""
