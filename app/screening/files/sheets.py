"""Sheets of a workbook, hidden ones, hidden rows and columns too: one line a row, cells by bars."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from app.screening.files import headings, parts, xml
from app.screening.files.archive import Archive
from app.screening.files.passages import TOO_LONG, UNPACKED, Passage, Read, Unreadable
from app.screening.files.rows import Row, is_hidden, letters_of
from app.screening.files.stored import stored
from app.screening.schemas import FileFinding

MOST_CELLS = 600_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_HIDDEN = {"hidden", "veryHidden"}
_TRUE = {"1", "true"}


@dataclass
class Sheet:
    """Gathers the rows of a sheet, and what it hides."""

    strings: list[str]
    most: int
    rows: list[Row] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)
    _column: str = ""
    _type: str = ""
    _value: list[str] | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            number = int(attributes.get("r") or len(self.rows) + 1)
            self.rows.append(Row(number, hidden=_is_unseen(attributes, "ht")))
        elif name == "col" and _is_unseen(attributes, "width"):
            self.hidden.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "c":
            found = _REFERENCE.match(attributes.get("r", ""))
            count = len(self.rows[-1].cells) if self.rows else 0
            self._column = found[1] if found else letters_of(count + 1)
            self._type = attributes.get("t", "n")
        elif name in {"v", "t"} and self._column:
            self._value = [] if self._value is None or name == "v" else self._value
        elif name == "is":
            self._value = []

    def end(self, name: str) -> None:
        if name != "c" or not self._column:
            return
        value, self._value = "".join(self._value or ()), None
        if value and self.rows:
            self._keep(value)
        self._column = ""

    def _keep(self, value: str) -> None:
        self.most -= 1
        if self.most < 0:
            raise UNPACKED
        row = self.rows[-1]
        if self._type == "s":
            place = int(value)
            value = self.strings[place] if 0 <= place < len(self.strings) else ""
        elif self._type == "n":
            value = written_out(value)
            row.numbers.add(self._column)
        row.cells[self._column] = value

    def text(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)


def _is_unseen(attributes: Mapping[str, str], extent: str) -> bool:
    """Tell whether a row or column is hidden, or has no height or width to be seen in."""
    return attributes.get("hidden") in _TRUE or float(attributes.get(extent) or 1) == 0


@dataclass
class _Strings:
    """Gathers the texts that cells share."""

    found: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _reading: bool = False
    _spoken: bool = False  # how it is read aloud in Japanese stands beside, not within

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        del attributes
        self._spoken = self._spoken or name == "rPh"
        self._reading = name == "t" and not self._spoken

    def end(self, name: str) -> None:
        self._reading = False
        if name == "rPh":
            self._spoken = False
        if name == "si":
            self.found.append("".join(self._pieces))
            self._pieces = []

    def text(self, text: str) -> None:
        if self._reading:
            self._pieces.append(text)


def read(archive: Archive, into: Read) -> None:
    """Read every sheet, then comments, boxes, headers, caches and properties."""
    strings = _Strings()
    if content := archive.read("xl/sharedStrings.xml"):
        xml.hear(content, strings)
    left = MOST_CELLS
    sheets = dict(_sheets(archive))
    own = _own_parts(archive, sheets)
    for name in own:
        about = sheets.get(name, "工作表 ")
        sheet = Sheet(strings.found, left)
        try:
            xml.hear(archive.read(name), sheet)
        except Unreadable as fault:
            into.findings.append(fault.finding(about))
        except (ValueError, KeyError):
            into.findings.append(TOO_LONG.finding(about))
        left = sheet.most
        _add(about, sheet, into)
    others = (name for name in archive.names if name not in own and _is_other(name))
    parts.read(archive, into, others)


def gather(archive: Archive) -> dict[str, Sheet]:
    """Read the sheets alone, by their names; raises `Unreadable`."""
    strings = _Strings()
    if content := archive.read("xl/sharedStrings.xml"):
        xml.hear(content, strings)
    targets = _targets(archive)
    found = {}
    for relation, name in _pairs(archive, "xl/workbook.xml", "sheet", "id", "name"):
        sheet = Sheet(strings.found, MOST_CELLS)
        xml.hear(archive.read(targets.get(relation, "")), sheet)
        found[name] = sheet
    return found


def _own_parts(archive: Archive, sheets: Mapping[str, str]) -> list[str]:
    """Name the parts that hold sheets, whatever they are called: cells say little by themselves."""
    return [
        name
        for name in archive.names
        if name in sheets or (name.startswith("xl/worksheets/") and name.endswith(".xml"))
    ]


def _is_other(name: str) -> bool:
    return not name.startswith(("xl/sharedStrings", "xl/workbook.xml"))


def _add(about: str, sheet: Sheet, into: Read) -> None:
    passage = lay_out(about, sheet.rows, sheet.hidden)
    into.findings += headings.find(about, sheet.rows, sheet.hidden)
    for offset, place, digits in _stored(passage, sheet.rows):
        finding = stored(digits, offset)
        if finding is not None:
            into.findings.append(FileFinding(place, finding))
    into.add(about, passage.text, passage.marks)


def lay_out(about: str, rows: list[Row], hidden: list[tuple[int, int]]) -> Passage:
    """Write rows one below the other; between two of them no number reads on."""
    pieces: list[str] = []
    marks: list[tuple[int, str]] = []
    offset = 0
    for row in rows:
        for column, value in row.cells.items():
            unseen = row.hidden or is_hidden(column, hidden)
            marks.append((offset, f"{column}{row.number}" + ("（隐藏）" if unseen else "")))
            pieces.append(f"{value}|")
            offset += len(value) + 1
        if row.cells:
            pieces.append("；\n")
            offset += 2
    return Passage(about, "".join(pieces), marks)


def _stored(passage: Passage, rows: list[Row]) -> Iterator[tuple[int, str, str]]:
    marks = iter(passage.marks)
    for row in rows:
        for column, value in row.cells.items():
            offset, place = next(marks)
            if column in row.numbers and 16 <= len(value) <= 19:
                yield offset, passage.where + place, value


def _sheets(archive: Archive) -> Iterator[tuple[str, str]]:
    """Give each sheet's part with how people call it."""
    targets = _targets(archive)
    names = _pairs(archive, "xl/workbook.xml", "sheet", "id", "name", "state")
    for relation, name in names:
        yield targets.get(relation, "xl/"), f"工作表“{name}” "


def _targets(archive: Archive) -> dict[str, str]:
    """Give the part of each relation of the workbook."""
    pairs = _pairs(archive, "xl/_rels/workbook.xml.rels", "Relationship", "Id", "Target")
    return {
        relation: posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        for relation, target in pairs
    }


def _pairs(archive: Archive, part: str, element: str, *keys: str) -> Iterator[tuple[str, str]]:
    listener = _Elements(element)
    if content := archive.read(part):
        xml.hear(content, listener)
    for found in listener.found:
        name = found.get(keys[1], "")
        if len(keys) > 2 and found.get(keys[2]) in _HIDDEN:
            name += "（隐藏）"
        yield found.get(keys[0], ""), name


@dataclass
class _Elements:
    """Gathers the attributes of one kind of element."""

    name: str
    found: list[dict[str, str]] = field(default_factory=list)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == self.name:
            self.found.append(dict(attributes))

    def end(self, name: str) -> None:
        del name

    def text(self, text: str) -> None:
        del text


def written_out(value: str) -> str:
    """Write a stored number in full where it is a whole one: 5.2020319900101E+17."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number) >= Decimal(10) ** 20:
        return value
    return str(int(number)) if number == number.to_integral_value() else value
