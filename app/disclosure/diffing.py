"""Two texts side by side: which paragraphs stayed, and which characters changed in the others.

Chinese has no spaces between words, so within a paragraph it is characters that are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

ALIKE = 0.35  # paragraphs less alike than this are another text, not a changed one
LONGEST = 4_000  # characters of a paragraph that are compared one by one
_GAP = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True)
class Part:
    """A run of characters, and whether the other side has it not."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Row:
    """A paragraph on either side; an empty side has none there."""

    left: tuple[Part, ...]
    right: tuple[Part, ...]

    @property
    def differs(self) -> bool:
        """Tell whether the two sides differ."""
        return self.left != self.right


def paragraphs(text: str) -> list[str]:
    """Split a text where lines are empty; comments on passages count these from 1."""
    return [one.strip("\n") for one in _GAP.split(text.replace("\r\n", "\n")) if one.strip()]


def side_by_side(old: str, new: str) -> list[Row]:
    """Compare two texts paragraph by paragraph, then character by character."""
    left, right = paragraphs(old), paragraphs(new)
    rows: list[Row] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            rows.extend(Row(_plain(one), _plain(one)) for one in left[i1:i2])
        else:
            rows.extend(_changed(left[i1:i2], right[j1:j2]))
    return rows


def _plain(text: str) -> tuple[Part, ...]:
    return (Part(text, False),)


def _whole(text: str | None) -> tuple[Part, ...]:
    return () if text is None else (Part(text, True),)


def _changed(left: Sequence[str], right: Sequence[str]) -> Iterator[Row]:
    for one, other in zip_longest(left, right):
        if one is None or other is None or max(len(one), len(other)) > LONGEST:
            yield Row(_whole(one), _whole(other))
            continue
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        if matcher.ratio() < ALIKE:
            yield Row(_whole(one), ())
            yield Row((), _whole(other))
            continue
        codes = matcher.get_opcodes()
        yield Row(
            tuple(Part(one[i:j], kind != "equal") for kind, i, j, _k, _l in codes if j > i),
            tuple(Part(other[k:n], kind != "equal") for kind, _i, _j, k, n in codes if n > k),
        )
