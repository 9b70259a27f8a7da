"""Tables within a text: whose row tells of health, by its own cells or by the columns' heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from app.screening.detecting.plain import ZERO
from app.screening.detecting.surnames import COMMON, COMPOUND, NO_NAMES, SINGLE

_SEPARATOR = re.compile(r"[|\t]")
_NAME_HEAD = re.compile(r"姓\s*名|户主|申请人|患者|残疾人$|名字|对象$|受助人|学生$|持证人")
_OFFICE_HEAD = re.compile(r"责任|负责|经办|联系人|审核|医生|医师|干部|帮扶")
_HEALTH_HEAD = re.compile(
    r"残疾|残别|病种|疾病|患病|健康|病情|病名|诊断|致残|致贫原因|救助原因|身体状况|孕"
)
_WELL = frozenset({"", "无", "健康", "良好", "否", "一般", "正常", "-", "--", "/", "没有", "0"})
_PADDING = f"*_~` {ZERO}"
_LINE = re.compile(r"[^\n]+")

Cell = tuple[int, int]


def rows(text: str, health: re.Pattern[str]) -> Iterator[Cell]:
    """Give where the name of each row stands that tells of health."""
    heads: list[str] = []
    last = -2
    for line in _LINE.finditer(text):
        cells = list(_cells(text, *line.span()))
        if len(cells) < 2:
            heads = heads if line.start() - last <= 2 and not line[0].strip() else []
            continue
        values = [text[start:end] for start, end in cells]
        last = line.end()
        if any(_NAME_HEAD.search(value) for value in values) and not any(map(is_name, values)):
            heads = values
            continue
        if _tells(values, heads, health):
            yield from _named(cells, values, heads)


def _cells(text: str, start: int, end: int) -> Iterator[Cell]:
    """Give the cells of a line without the blanks and formatting around them."""
    if _SEPARATOR.search(text, start, end) is None:
        return
    edges = [start - 1, *(mark.start() for mark in _SEPARATOR.finditer(text, start, end)), end]
    for left, right in pairwise(edges):
        first, last = left + 1, right
        while first < last and text[first] in _PADDING:
            first += 1
        while last > first and text[last - 1] in _PADDING:
            last -= 1
        yield first, last


def _tells(values: list[str], heads: list[str], health: re.Pattern[str]) -> bool:
    for place, value in enumerate(values):
        if health.search(value):
            return True
        head = heads[place] if place < len(heads) else ""
        if _HEALTH_HEAD.search(head) and value.strip() not in _WELL and "*" not in value:
            return value.strip("-: ") != ""
    return False


def _named(cells: list[Cell], values: list[str], heads: list[str]) -> Iterator[Cell]:
    """Give the cells that hold a name: under such a head, or by the look of it."""
    for place, value in enumerate(values):
        head = heads[place] if place < len(heads) else ""
        if not value or "*" in value or _OFFICE_HEAD.search(head):
            continue
        by_head = _NAME_HEAD.search(head) and re.fullmatch(r"[\u4e00-\u9fff·. ]{2,8}", value)
        if (by_head and value not in NO_NAMES) or (not heads and is_name(value)):
            yield cells[place]


def is_name(value: str) -> bool:
    """Tell whether a whole cell reads as a Chinese name."""
    name = value.replace(" ", "")
    if not re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name) or name[:2] in NO_NAMES:
        return False
    if name[:2] in COMPOUND:
        return len(name) in {3, 4}
    return len(name) <= 3 and (name[0] in COMMON or (name[0] in SINGLE and len(name) == 3))
