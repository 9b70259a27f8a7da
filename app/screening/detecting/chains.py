"""Chains of digit groups: what may be one number with blanks, dashes, lines or cells within."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.screening.detecting.plain import ZERO, Reading

_GROUP = re.compile(r"[0-9]+")
_GAP = re.compile(rf"[\s.\-*_~`|\\/{ZERO}]{{1,400}}")
_MASK = "****"  # a masked number's middle; as formatting nobody writes four
_SHORTEST = 7  # digits: a local line's number; whatever else is looked for has more
_WIDEST = 12  # blanks, dashes and the like between two groups


@dataclass(frozen=True)
class Group:
    """Digits that stand together, and the gap before them, without what has no width."""

    start: int
    end: int
    gap: str


@dataclass
class Chain:
    """Digits in a row: the offset of each, where groups begin, and the gaps before those.

    What has no width parts no groups. `behind` is the gap to a masked number after the last digit.
    """

    digits: str
    at: list[int]
    edges: list[int]
    befores: list[str]
    behind: str = ""

    def number(self, first: int, last: int) -> tuple[int, int]:
        """Give where the digits from `first` up to `last` stand."""
        return self.at[first], self.at[last - 1] + 1

    def gaps(self, first: int, last: int) -> list[str]:
        """List the gaps within these digits."""
        return self.befores[bisect_right(self.edges, first) : bisect_left(self.edges, last)]

    def place(self, digit: int) -> int:
        """Tell which group a digit belongs to."""
        return bisect_right(self.edges, digit) - 1

    def size(self, place: int) -> int:
        """Tell how many digits a group has."""
        end = self.edges[place + 1] if place + 1 < len(self.edges) else len(self.digits)
        return end - self.edges[place]

    def sizes(self, first: int, last: int) -> list[int]:
        """List how many digits stand together within these."""
        inner = self.edges[bisect_right(self.edges, first) : bisect_left(self.edges, last)]
        bounds = [first, *inner, last]
        return [end - start for start, end in pairwise(bounds)]

    def around(self, first: int, last: int) -> list[str]:
        """List the gaps to the digits before and behind these, where there are any."""
        before, behind = self.place(first), bisect_left(self.edges, last)
        outer = [self.befores[before]] if before and self.edges[before] == first else []
        masked = [self.behind] if self.behind and last == len(self.digits) else []
        return outer + self.befores[behind : behind + 1] + masked


def chains(reading: Reading) -> Iterator[Chain]:
    """Give the chains of a text that are long enough for a number of any kind.

    Where another finding has taken a digit, a chain ends.
    """
    groups: list[Group] = []
    digits = 0
    for group in _groups(reading):
        if groups and not _hangs_together(reading, groups[-1], group):
            if digits >= _SHORTEST:
                yield _chain(reading.plain, groups, behind=_to_mask(reading, groups[-1], group))
            groups, digits = [], 0
        groups.append(group)
        digits += group.end - group.start
    if digits >= _SHORTEST:
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
    return (
        _kind(original[offset]) == _kind(original[offset - 1])
        and taken[offset] == taken[offset - 1]
    )


def _kind(digit: str) -> int:
    """Tell kinds of digits apart; full-width ones stand among plain ones."""
    block = ord(digit) >> 8
    return 0 if block == 0xFF else block


def _hangs_together(reading: Reading, last: Group, group: Group) -> bool:
    between = reading.plain[last.end : group.start]
    if any(reading.taken[last.end : group.start]):
        return False
    if not between:
        return True
    return (
        len(group.gap) <= _WIDEST and _MASK not in between and _GAP.fullmatch(between) is not None
    )


def _to_mask(reading: Reading, last: Group, group: Group) -> str:
    """Give the gap up to where a masked number begins: what it parted, it still parts."""
    gap, mask, _rest = reading.plain[last.end : group.start].partition(_MASK)
    return gap.replace(ZERO, "") if mask else ""


def _chain(text: str, groups: list[Group], *, behind: str = "") -> Chain:
    digits = "".join(text[group.start : group.end] for group in groups)
    chain = Chain(digits, [], [], [], behind)
    end = -1
    for group in groups:
        if group.gap or group.start == end or end < 0:
            chain.edges.append(len(chain.at))
            chain.befores.append(group.gap)
        chain.at.extend(range(group.start, group.end))
        end = group.end
    return chain
