"""Lists of the workplace: what is looked for, in which order, which page, and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

PAGE = 50
EXPORT = 5_000
LONGEST = 80


@dataclass(frozen=True)
class Listing:
    """What the address of a list asks for; `number` is the page, from 1."""

    wanted: dict[str, str]
    number: int
    as_csv: bool

    @classmethod
    def read(cls, names: Sequence[str]) -> Listing:
        """Read the address; what is too long or odd counts as not asked for."""
        wanted = {
            name: text[:LONGEST]
            for name in names
            if (text := request.args.get(name, "").strip()) and "\x00" not in text
        }
        page = request.args.get("page", "")
        number = int(page) if page.isdecimal() and 0 < len(page) < 5 else 1
        return cls(wanted, max(number, 1), request.args.get("format") == "csv")

    @property
    def limit(self) -> int:
        """Ask for one more than a page shows, which tells whether there is another."""
        return EXPORT if self.as_csv else PAGE + 1

    @property
    def offset(self) -> int:
        """Count what the pages before have shown."""
        return 0 if self.as_csv else (self.number - 1) * PAGE

    def address(self, **changed: str | int) -> str:
        """Write the query of this list with something changed; an empty word takes it out."""
        asked: dict[str, str | int] = {**self.wanted, **changed}
        kept = {name: value for name, value in asked.items() if value not in ("", 1)}
        return "?" + urlencode(kept)
