"""The table of a file: where its header is, its columns with what they may become, its lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.aid.errors import TableRefused
from app.aid.layout import groups, headings
from app.households import personal_numbers
from app.households.rosters import workbook
from app.households.rosters.cells import Cell, as_text, half_width, is_blank
from app.households.rosters.errors import FileRefused
from app.households.rosters.workbook import Sheet
from app.screening.files import unseen
from app.screening.files.passages import Unreadable
from app.screening.files.rows import letters_of
from app.screening.files.unseen import Unseen

FARTHEST_HEADER = 40  # rows
MOST_LINES = 2_000  # a list is a village's, seldom a township's
MOST_BYTES = 2 * 1024 * 1024
_SUMS = re.compile(r"(?:合|总|小|共)\s*计.*|本页小计|累计")
_LONG_NUMBER = re.compile(r"[0-9]{12,30}|[0-9]\.[0-9]{8,}e\+?[0-9]{2}")
_NOTE = re.compile(r"(?:备注|说明|注)?[:：].*|制表.*|填表.*|审核.*|监督电话.*|公示.*")


UNTOLD = "看不出表里哪些行和列是隐藏的。请用 Excel 或 WPS 打开，另存为一个新文件，再上传。"


@dataclass(frozen=True)
class Column:
    """A column: what it says it holds, and what of it is known.

    `field` is what it is taken for, "" where nobody can tell; `barred` names what no list may
    show; one that is `hidden` in the file is taken for nothing by itself.
    """

    index: int
    letter: str
    heading: str
    field: str
    barred: str
    hidden: bool
    filled: int
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A line below the header: its number in the file, its cells, whether the file hides it."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool


@dataclass(frozen=True)
class Table:
    """A file's list; `remarks` are what whoever brought it should know of the file."""

    sheet: str
    header_row: int
    columns: list[Column]
    lines: list[Line]
    remarks: list[str] = field(default_factory=list)


def read(content: bytes) -> Table:
    """Read the list of an .xlsx or separated text; raises `TableRefused` with what is wrong."""
    if len(content) > MOST_BYTES:
        raise TableRefused("文件超过 2 MB。名单只要文字，请删掉图片，或者按村分开。")
    try:
        book = workbook.read(content)
    except FileRefused as error:
        raise TableRefused(error.sentence) from error
    try:
        hidden = {half_width(name): one for name, one in unseen.of(content).items()}
    except Unreadable as error:
        raise TableRefused(UNTOLD) from error
    for sheet in book.sheets:
        found = _find_header(sheet)
        if found is None:
            continue
        table = _table(sheet, found, hidden.get(sheet.name, Unseen()))
        others = len(book.sheets) - 1
        told = [f"还有 {others} 张工作表没有读，只读了“{sheet.name}”。"] if others else []
        return Table(
            table.sheet,
            table.header_row,
            table.columns,
            table.lines,
            [*book.remarks, *told, *table.remarks],
        )
    raise TableRefused


@dataclass(frozen=True)
class _Header:
    first: int  # the first row below it, from 0
    headings: list[str]


def _find_header(sheet: Sheet) -> _Header | None:
    """Find one row, or two of which the upper spans columns, that names persons and amounts."""
    for number, row in enumerate(sheet.rows[:FARTHEST_HEADER]):
        headed = _grouped(sheet, number, groups.texts_of(row))
        if _names_both(headed) and not _is_tall(sheet, number):
            return _Header(number + 1, headed)
        below = sheet.rows[number + 1] if number + 1 < len(sheet.rows) else []
        is_title = _names_both(groups.texts_of(below))  # the header is that row by itself
        headed = _grouped(sheet, number, groups.stacked(sheet, number))
        if not is_title and _names_both(headed):
            return _Header(number + 2, headed)
    return None


def _grouped(sheet: Sheet, number: int, headed: Sequence[str]) -> list[str]:
    """Write what two rows above a header say of groups of its columns before each of them."""
    nearer = groups.under_groups(sheet, number - 1, headed)
    return groups.under_groups(sheet, number - 2, nearer)


def _names_both(headed: Sequence[str]) -> bool:
    fields = {headings.field_of(one) for one in headed if not headings.barred(one)}
    return {"name", "amount"} <= fields


def _is_tall(sheet: Sheet, number: int) -> bool:
    """Tell whether cells of a row are merged into the next."""
    return any(top == number and bottom > number for top, _left, bottom, _right in sheet.merges)


def _table(sheet: Sheet, found: _Header, hidden: Unseen) -> Table:
    rows = _filled_down(sheet, found)
    width = max((len(row) for row in rows), default=0)
    heads = found.headings + [""] * (width - len(found.headings))
    lines = [
        Line(number, tuple(row), number in hidden.rows)
        for number, row in enumerate(rows[found.first :], start=found.first + 1)
        if not _is_aside(row, width=sum(map(bool, heads)))
    ]
    if not lines:
        raise TableRefused("表里没有名单。")
    if len(lines) > MOST_LINES:
        raise TableRefused(f"一份名单最多 {MOST_LINES:,} 行，请按村分开。")
    columns = [
        _column(index, heading, lines, hidden=letters_of(index + 1) in hidden.columns)
        for index, heading in enumerate(heads)
    ]
    columns = [one for one in columns if one.heading or one.filled]
    return Table(sheet.name, found.first, _once(columns), lines, _remarks(columns, lines))


def _filled_down(sheet: Sheet, found: _Header) -> list[list[Cell]]:
    """Write what a merged cell says into each of its rows, below the header."""
    rows = [list(row) for row in sheet.rows]
    for top, left, bottom, right in sheet.merges:
        if top < found.first or left != right:
            continue
        for number in range(top + 1, min(bottom + 1, len(rows))):
            rows[number] += [""] * (left + 1 - len(rows[number]))
            rows[number][left] = rows[top][left]
    return rows


def _is_aside(row: Sequence[Cell], *, width: int) -> bool:
    """Tell whether a row is empty, a sum, a note or a signature."""
    texts = [as_text(cell) for cell in row if not is_blank(cell)]
    if not texts or any(_SUMS.fullmatch(text) for text in texts[:3]):
        return True
    return len(texts) == 1 and (width > 2 or _NOTE.fullmatch(texts[0]) is not None)


def _column(index: int, heading: str, lines: Sequence[Line], *, hidden: bool) -> Column:
    values = [as_text(line.cells[index]) for line in lines if index < len(line.cells)]
    values = [one for one in values if one]
    kind = headings.barred(heading) or _barred_by_values(values)
    guess = "" if kind or hidden else headings.field_of(heading)
    samples = () if kind else tuple(one for one in values[:40] if _is_harmless(one))[:3]
    return Column(index, letters_of(index + 1), heading, guess, kind, hidden, len(values), samples)


def _barred_by_values(values: Sequence[str]) -> str:
    """Tell by what stands in most of a column what its heading does not say.

    No field of a list has twelve digits: what is no ID number and no telephone is an account.
    """
    kinds = Counter(map(_kind_of, values))
    kinds.pop("", None)
    return kinds.most_common(1)[0][0] if kinds.total() * 2 > len(values) else ""


def _kind_of(value: str) -> str:
    if personal_numbers.stand_in(value):
        return "id" if len(re.sub(r"\W", "", value)) >= 15 else "phone"
    if _LONG_NUMBER.fullmatch(without_gaps(value)):
        return "account"
    return "health" if headings.said_by(value) == "health" else ""


def without_gaps(value: str) -> str:
    """Write a number without the blanks and hyphens between its digits."""
    return re.sub(r"[\s\-\u2010-\u2015]+", "", value)


def _is_harmless(value: str) -> bool:
    return len(value) <= 30 and not personal_numbers.stand_in(value)


def _once(columns: list[Column]) -> list[Column]:
    """Take each field for its first column alone."""
    seen: set[str] = set()
    kept = []
    for one in columns:
        again = one.field in seen
        seen.add(one.field)
        kept.append(replace(one, field="") if again else one)
    return kept


def _remarks(columns: Sequence[Column], lines: Sequence[Line]) -> list[str]:
    remarks = []
    hidden = [one for one in columns if one.hidden]
    if hidden:
        remarks.append(
            f"有 {len(hidden)} 列在表里是隐藏的（{'、'.join(c.letter for c in hidden)}）。"
        )
    if count := sum(line.hidden for line in lines):
        remarks.append(f"有 {count} 行在表里是隐藏的，不会加入名单。")
    return remarks
