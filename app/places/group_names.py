"""Names of villager groups, which lists write in many ways."""

from __future__ import annotations

import re
import unicodedata

_FIGURES = {figure: value for value, figure in enumerate("零一二三四五六七八九")}


def group_key(name: str) -> str:
    """Write a group's name so that `第一村民组`, `一组`, `1组`, `01` and `1` are the same."""
    core = re.sub(
        r"^第|(村民小组|村民组|小组|组)$", "", unicodedata.normalize("NFKC", name).strip()
    )
    if core.isdecimal():
        return core.lstrip("0") or "0"
    if core in _FIGURES:
        return str(_FIGURES[core])
    tens, ten, ones = core.partition("十")
    if ten and {tens, ones} <= {"", *_FIGURES}:
        return str(_FIGURES.get(tens, 1) * 10 + _FIGURES.get(ones, 0))
    return core
