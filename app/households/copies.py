"""A villager's copy of their data: as JSON for programs, as a PDF for reading and printing."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.doorplates.sheets.fonts import Weight, cut, share_out
from app.households import words
from app.kernel import clock

MARGIN, TOP, BOTTOM = 18 * mm, A4[1] - 20 * mm, 18 * mm
LABEL = 34 * mm  # how wide the column of names is
SIZE, LEADING, SMALL = 10.5, 16.0, 8.5  # points
MISSING = "〓"  # printed for a character that no font holds, as typesetters do


@dataclass(frozen=True)
class Entry:
    """One fact: its word for programs and for people, and where it comes from.

    `value` is for programs; `spoken` says it to people, where a code or a time stands there.
    """

    key: str
    label: str
    value: str = field(repr=False)
    source: str = ""
    spoken: str = field(default="", repr=False)

    @property
    def said(self) -> str:
        """Give the value as people read it."""
        return self.spoken or self.value


def at(key: str, label: str, moment: datetime | None) -> Entry:
    """Say when something was: to programs in ISO 8601, to people as clocks show it; or nothing."""
    if moment is None:
        return Entry(key, label, "")
    value = clock.local(moment).isoformat(timespec="seconds")
    return Entry(key, label, value, spoken=words.moment(moment))


Record = tuple[Entry, ...]


@dataclass(frozen=True)
class Section:
    """A group of facts about one thing."""

    key: str
    title: str
    records: tuple[Record, ...] = field(repr=False)


@dataclass(frozen=True)
class Copy:
    """Everything that goes into one copy."""

    made_at: datetime
    sections: tuple[Section, ...] = field(repr=False)


def as_json(copy: Copy) -> bytes:
    """Write a copy as JSON in UTF-8; an entry with a source is `{value, source}`."""
    content: dict[str, object] = {"made_at": clock.local(copy.made_at).isoformat()}
    for section in copy.sections:
        content[section.key] = [
            {
                entry.key: {"value": entry.value, "source": entry.source}
                if entry.source
                else entry.value
                for entry in record
            }
            for record in section.records
        ]
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def as_pdf(copy: Copy, *, title: str, fonts: Sequence[Path]) -> bytes:
    """Write a copy as an A4 PDF in the platform's own fonts, cut down to its characters."""
    written = io.BytesIO()
    letters = set(title) | {letter for text in _texts(copy) for letter in text} | set(MISSING)
    type_case = TypeCase(letters | set("0123456789 /第页，共·：年月日制"), fonts)
    try:
        page = _Page(Canvas(written, pagesize=A4, pageCompression=1), type_case)
        page.draw(copy, title=title)
    finally:
        type_case.put_away()
    return written.getvalue()


def _texts(copy: Copy) -> Iterator[str]:
    for section in copy.sections:
        yield section.title
        for record in section.records:
            for entry in record:
                yield from (entry.label, entry.said, entry.source)


class TypeCase:
    """The letters of one document, under names of its own, so that two may be drawn at once."""

    def __init__(self, letters: set[str], fonts: Sequence[Path]) -> None:
        self._font_of: dict[str, str] = {}
        self._names: list[str] = []
        printable = {one for one in letters if one.isprintable()}
        for path, held in share_out(printable, fonts).items():
            name = f"copy-{uuid.uuid4().hex}"
            font = TTFont(name, io.BytesIO(cut(path, held)[Weight.MEDIUM]))
            pdfmetrics._fonts[name] = font  # type: ignore[attr-defined]  # no public way
            self._names.append(name)
            self._font_of |= dict.fromkeys(held, name)

    def put_away(self) -> None:
        """Take the letters out of the library's table again."""
        for name in self._names:
            pdfmetrics._fonts.pop(name, None)  # type: ignore[attr-defined]  # no public way

    def runs(self, text: str) -> list[tuple[str, str]]:
        """Give a text as (font, piece)."""
        pieces: list[tuple[str, str]] = []
        for letter in text:
            drawn = letter if letter in self._font_of else MISSING
            font = self._font_of[drawn]
            if pieces and pieces[-1][0] == font:
                pieces[-1] = (font, pieces[-1][1] + drawn)
            else:
                pieces.append((font, drawn))
        return pieces

    def width(self, text: str, size: float) -> float:
        """Measure a text."""
        return sum(pdfmetrics.stringWidth(piece, font, size) for font, piece in self.runs(text))

    def lines(self, text: str, *, size: float, width: float) -> list[str]:
        """Break a text where the line is full, as Chinese is."""
        lines, line = [], ""
        for letter in text:
            if letter == "\n" or self.width(line + letter, size) > width:
                lines.append(line)
                line = "" if letter == "\n" else letter
            else:
                line += letter
        return [*lines, line]


class _Page:
    """Lines from the top of a page downwards, on as many pages as it takes."""

    def __init__(self, canvas: Canvas, type_case: TypeCase) -> None:
        self._canvas, self._case = canvas, type_case
        self._y, self._number = TOP, 1

    def draw(self, copy: Copy, *, title: str) -> None:
        """Draw a whole copy."""
        self._canvas.setTitle(title)
        self._write(title, size=18, left=MARGIN)
        self._step(26)
        self._write(f"{words.moment(copy.made_at)} 制", size=SMALL, left=MARGIN)
        self._step(10)
        for section in copy.sections:
            if section.records:
                self._section(section)
        self._finish()
        self._canvas.save()

    def _section(self, section: Section) -> None:
        self._step(18)
        self._room(60)
        self._write(section.title, size=13, left=MARGIN)
        self._step(8)
        for record in section.records:
            self._room(LEADING * 3)
            self._canvas.setStrokeGray(0.7)
            self._canvas.line(MARGIN, self._y, A4[0] - MARGIN, self._y)
            self._step(LEADING)
            for entry in record:
                self._entry(entry)

    def _entry(self, entry: Entry) -> None:
        width = A4[0] - 2 * MARGIN - LABEL
        labels = self._case.lines(entry.label, size=SIZE, width=LABEL - 2 * mm)
        values = self._case.lines(entry.said or "—", size=SIZE, width=width)
        for place in range(max(len(labels), len(values))):
            self._room(LEADING)
            if place < len(labels):
                self._write(labels[place], size=SIZE, left=MARGIN)
            if place < len(values):
                self._write(values[place], size=SIZE, left=MARGIN + LABEL)
            self._step(LEADING)
        for line in self._case.lines(entry.source, size=SMALL, width=width) if entry.source else []:
            self._room(LEADING)
            self._canvas.setFillGray(0.35)
            self._write(line, size=SMALL, left=MARGIN + LABEL)
            self._canvas.setFillGray(0)
            self._step(LEADING * 0.8)

    def _write(self, text: str, *, size: float, left: float) -> None:
        for font, piece in self._case.runs(text):
            self._canvas.setFont(font, size)
            self._canvas.drawString(left, self._y, piece)
            left += pdfmetrics.stringWidth(piece, font, size)

    def _step(self, down: float) -> None:
        self._y -= down

    def _room(self, height: float) -> None:
        """Begin a new page where what comes does not fit on this one."""
        if self._y - height < BOTTOM:
            self._finish()
            self._canvas.showPage()
            self._y, self._number = TOP, self._number + 1

    def _finish(self) -> None:
        kept, self._y = self._y, BOTTOM - 6 * mm
        self._write(f"第 {self._number} 页", size=SMALL, left=MARGIN)
        self._y = kept
