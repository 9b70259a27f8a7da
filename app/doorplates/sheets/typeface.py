"""Fonts as the PDF library knows them, and how wide a text is in them."""

import io
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from app.doorplates.sheets.errors import MissingCharacter, MissingGlyph
from app.doorplates.sheets.fonts import Weight, cut, share_out


@dataclass(frozen=True)
class Typeface:
    """One weight of a font chain, ready to draw with."""

    shares: tuple[tuple[str, frozenset[str]], ...]

    @property
    def first(self) -> str:
        return self.shares[0][0]

    @cached_property
    def _font_of(self) -> dict[str, str]:
        return {one: name for name, characters in self.shares for one in characters}

    def runs(self, text: str) -> list[tuple[str, str]]:
        """The text as (font, piece). Raises `MissingGlyph`, so that no blank box is drawn."""
        font_of = self._font_of
        try:
            return [
                (font, "".join(piece))
                for font, piece in itertools.groupby(text, font_of.__getitem__)
            ]
        except KeyError as error:
            raise MissingGlyph((MissingCharacter(str(error.args[0]), ()),)) from error

    def width(self, text: str) -> float:
        """Width at size 1, in the unit of the size."""
        return sum(pdfmetrics.stringWidth(piece, font, 1) for font, piece in self.runs(text))


def prepare(characters: Iterable[str], fonts: Sequence[Path]) -> dict[Weight, Typeface]:
    """Cut the fonts and enter them in the library's table, under names the next sheet takes over.

    The table is one for the whole process: only one sheet may be drawn at a time.
    """
    shares: dict[Weight, list[tuple[str, frozenset[str]]]] = {weight: [] for weight in Weight}
    for index, (path, held) in enumerate(share_out(characters, fonts).items()):
        for weight, data in cut(path, held).items():
            name = f"plate-{weight.name.lower()}-{index}"
            # registerFont would keep the first font of that name, and the last sheet's letters.
            font = TTFont(name, io.BytesIO(data))
            pdfmetrics._fonts[name] = font  # type: ignore[attr-defined]  # no public way
            shares[weight].append((name, held))
    return {weight: Typeface(tuple(drawn)) for weight, drawn in shares.items()}
