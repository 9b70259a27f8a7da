"""Chains of digit groups: what may be one number with blanks, dashes, lines or cells within."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.screening.detecting.plain import ZERO, Reading

_GROUP = re.compile(r"[0-9]+")
_GAP = re.compile(rf"[\s.\-*_~`|\\/{ZERO}]{{1,400}}")
_MASK = "****"  # a masked number's middle; as formatting nobody writes four
_WIDEST = 12  # blanks, dashes and the like between two groups


@dataclass(frozen=True)
class Group:
    """Digits that stand together, and the gap before them, without what has no width."""

    start: int
    end: int
    gap: str


@dataclass
class Chain:
    """Groups in a row; `digits` joined, `at` the offset of each, `edges` where groups begin."""

    groups: list[Group]
    digits: str = ""
    at: list[int] = field(default_factory=list)
    edges: list[int] = field(default_factory=list)

    def number(self, first: int, last: int) -> tuple[int, int]:
        """Give where the digits from `first` up to `last` stand."""
        return self.at[first], self.at[last - 1] + 1

    def gaps(self, first: int, last: int) -> list[str]:
        """List the gaps within these digits."""
        begun, ended = bisect_right(self.edges, first), bisect_left(self.edges, last)
        return [group.gap for group in self.groups[begun:ended]]

    def group_at(self, digit: int) -> int:
        """Tell which group a digit belongs to."""
        return bisect_right(self.edges, digit) - 1


def chains(reading: Reading) -> Iterator[Chain]:
    """Give the chains of a text; where another finding has taken a digit, one ends."""
    groups: list[Group] = []
    for group in _groups(reading):
        if groups and not _hangs_together(reading, groups[-1], group):
            yield _chain(reading.plain, groups)
            groups = []
        groups.append(group)
    if groups:
        yield _chain(reading.plain, groups)


def _groups(reading: Reading) -> Iterator[Group]:
    """Give runs of digits, cut at what is taken and where another kind of digits begins."""
    text, before = reading.plain, 0
    for run in _GROUP.finditer(text):
        for start, end in _pieces(reading, *run.span()):
            yield Group(start, end, text[before:start].replace(ZERO, ""))
            before = end


def _pieces(reading: Reading, start: int, end: int) -> Iterator[tuple[int, int]]:
    original, taken = reading.original, reading.taken
    if original[start:end].isascii() and not any(taken[start:end]):
        yield start, end
        return
    begun = start
    for offset in range(start + 1, end + 1):
        if offset < end and _alike(original, taken, offset):
            continue
        if not taken[begun]:
            yield begun, offset
        begun = offset


def _alike(original: str, taken: bytearray, offset: int) -> bool:
    """Tell whether a digit is of the kind of the one before it: ①13… is a point and a number."""
    same = ord(original[offset]) >> 8 == ord(original[offset - 1]) >> 8
    return same and taken[offset] == taken[offset - 1]


def _hangs_together(reading: Reading, last: Group, group: Group) -> bool:
    between = reading.plain[last.end : group.start]
    if any(reading.taken[last.end : group.start]):
        return False
    if not between:
        return True
    return (
        len(group.gap) <= _WIDEST and _MASK not in between and _GAP.fullmatch(between) is not None
    )


def _chain(text: str, groups: list[Group]) -> Chain:
    chain = Chain(groups)
    for group in groups:
        chain.edges.append(len(chain.at))
        chain.at.extend(range(group.start, group.end))
    chain.digits = "".join(text[group.start : group.end] for group in groups)
    return chain
