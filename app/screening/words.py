"""Finding the list's words in a text, all in one pass over it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.screening.schemas import Finding, Kind, found

_END = ""


@dataclass(frozen=True)
class Word:
    """A word of the list, as a search needs it."""

    kind: str
    word: str
    replacement: str = ""


def find(text: str, words: Sequence[Word]) -> Iterator[Finding]:
    """Find the words, at each place the longest; inside a right word a wrong one is none."""
    tree = _tree(tuple(words))
    plain = text.translate(_WIDTH).lower()
    offset = 0
    while offset < len(plain):
        word, end = _longest(tree, plain, offset)
        if word is None:
            offset += 1
            continue
        if not _is_right_already(plain, offset, word):
            yield _finding(word, offset, end)
        offset = end


def _finding(word: Word, start: int, end: int) -> Finding:
    if word.kind == "sensitive":
        return found(Kind.SENSITIVE_WORD, start, end, "word")
    hint = f"应写作“{word.replacement}”。" if word.replacement else None
    return found(Kind.WRONG_WORD, start, end, "word", hint)


def _longest(tree: dict[str, Any], text: str, start: int) -> tuple[Word | None, int]:
    longest: Word | None = None
    end, offset = start, start
    while offset < len(text) and (branch := tree.get(text[offset])) is not None:
        tree, offset = branch, offset + 1
        if _END in tree:
            longest, end = tree[_END], offset
    return longest, end


def _is_right_already(text: str, offset: int, word: Word) -> bool:
    """Tell whether the wrong word stands within its own replacement: 六枝 within 六枝特区."""
    right = fold(word.replacement)
    within = right.find(fold(word.word)) if right else -1
    return within >= 0 and text.startswith(right, max(offset - within, 0))


_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def fold(word: str) -> str:
    """Write a word the way it is compared: half-width, in small letters."""
    return unicodedata.normalize("NFC", word).translate(_WIDTH).lower()


@lru_cache(maxsize=4)
def _tree(words: tuple[Word, ...]) -> dict[str, Any]:
    """Lay the words out letter by letter; the same list is laid out once."""
    tree: dict[str, Any] = {}
    for word in words:
        branch = tree
        for letter in fold(word.word):
            branch = branch.setdefault(letter, {})
        branch[_END] = word
    return tree
