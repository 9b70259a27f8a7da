"""The words of `words.toml`: what village offices write, and what it means."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

FILE = Path(__file__).with_name("words.toml")


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text("utf-8"))


def words(table: str) -> Mapping[str, str]:
    """Give the meaning of each word of a table; raises ValueError for a word with two."""
    found: dict[str, str] = {}
    for meaning, listed in _tables()[table].items():
        for word in listed.split():
            if found.setdefault(word, meaning) != meaning:
                raise ValueError(f"{word} means both {found[word]} and {meaning}")
    return MappingProxyType(found)
