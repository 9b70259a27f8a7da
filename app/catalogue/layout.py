"""Reading a standard catalogue as offices keep it: ten columns, headings over one row or two.

Titles above, notes below, categories in merged cells down the rows; what is ticked stands in
columns of its own (√ under 全社会) or as words in one column (全社会).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from app.catalogue import ticks
from app.catalogue.cadence import Cadence, parse
from app.catalogue.errors import NoHeader
from app.catalogue.keys import key_of
from app.catalogue.models import Kind
from app.catalogue.schemas import Line, Reading
from app.households.rosters import workbook
from app.households.rosters.cells import as_text
from app.households.rosters.workbook import Sheet
from app.kernel.csv_table import Fault

FARTHEST_HEADER = 40  # rows
LENGTHS = {"category": 100, "item": 200, "term_text": 500, "publisher": 200}
NAMES = {
    "category": "一级事项",
    "item": "二级事项",
    "content": "公开内容",
    "legal_basis": "公开依据",
    "term_text": "公开时限",
    "publisher": "公开主体",
    "channels": "公开渠道和载体",
}
_HEADINGS = (
    ("seq", r"序号|编号"),
    ("category", r"一级(?:公开)?事项|公开事项一级|^一级$|事项类别"),
    ("item", r"二级(?:公开)?事项|公开事项二级|^二级$|事项名称"),
    ("content", r"公开内容"),
    ("legal_basis", r"公开依据"),
    ("term_text", r"公开时限"),
    ("publisher", r"公开(?:责任)?主体"),
    ("channels", r"公开渠道|公开载体"),
    ("for_all", r"全社会"),
    ("for_some", r"特定群[众体]|特定对象"),
    ("on_application", r"依申请"),
    ("proactive", r"主动"),
    ("at_county", r"(?<!乡)[县区市]级?(?:$|\()"),
    ("at_lower", r"乡|镇|村|街道"),
    ("audience", r"公开对象"),
    ("method", r"公开方式"),
    ("level", r"公开层级"),
)
_DOWN = ("item", "legal_basis", "term_text", "publisher", "channels")
WANTED = ("category", "item", "content", "legal_basis", "term_text", "publisher")


@dataclass(frozen=True)
class _Found:
    """Where the columns are, and the first row below the header."""

    columns: dict[str, int]
    first: int


def read(content: bytes) -> Reading:
    """Read a catalogue from .xlsx or .csv; raises `NoHeader` or a `FileRefused` with a sentence."""
    for sheet in workbook.read(content).sheets:
        rows = [[as_text(cell) for cell in row] for row in sheet.rows]
        found = _find_header(rows)
        if found is not None:
            _fill_merged(rows, sheet, found)
            return _read_rows(rows, found, is_text=not sheet.name)
    raise NoHeader


def _find_header(rows: list[list[str]]) -> _Found | None:
    for number, row in enumerate(rows[:FARTHEST_HEADER]):
        below = rows[number + 1] if number + 1 < len(rows) else []
        is_high = _is_lower_part(row, below)
        columns = _columns(row, below if is_high else [])
        if set(WANTED) <= set(columns):
            return _Found(columns, number + 1 + is_high)
    return None


def _is_lower_part(row: list[str], below: list[str]) -> bool:
    """Tell whether a row is the header's second: nothing is written under its tall headings."""
    tall = [
        index
        for index, cell in enumerate(row)
        if _named(_squeezed([cell])) in ("content", "legal_basis", "term_text")
    ]
    return (
        bool(tall) and any(below) and not any("".join(below[index : index + 1]) for index in tall)
    )


def _columns(row: list[str], below: list[str]) -> dict[str, int]:
    """Name the columns of a header by its lower row, where that says something, else its upper."""
    found: dict[str, int] = {}
    for index in range(max(len(row), len(below))):
        upper, lower = (_squeezed(cells[index : index + 1]) for cells in (row, below))
        name = _named(lower) or _named(upper)
        if name == "at_lower" and name in found:
            name = "at_village"  # 乡级 and 村级, each in a column of its own
        if name and name not in found:
            found[name] = index
    return found


def _squeezed(cells: list[str]) -> str:
    return re.sub(r"[\s、/]", "", cells[0]) if cells and len(cells[0]) <= 30 else ""


def _named(heading: str) -> str:
    return next((name for name, form in _HEADINGS if heading and re.search(form, heading)), "")


def _fill_merged(rows: list[list[str]], sheet: Sheet, found: _Found) -> None:
    """Write what a merged cell says into each of its rows; one across columns is a note."""
    for top, left, bottom, right in sheet.merges:
        if top < found.first or left != right:
            continue
        for number in range(top + 1, min(bottom + 1, len(rows))):
            rows[number][left:] = [rows[top][left], *rows[number][left + 1 :]]


def _read_rows(rows: list[list[str]], found: _Found, *, is_text: bool) -> Reading:
    lines: list[Line] = []
    faults: list[Fault] = []
    remarks: list[Fault] = []
    seen: Counter[str] = Counter()
    above: dict[str, str] = {}
    for number, row in enumerate(rows[found.first :], start=found.first + 1):
        cells = {
            name: row[index] if index < len(row) else "" for name, index in found.columns.items()
        }
        if _is_note(cells, row):
            continue
        carried = _carry_down(cells, above, is_text=is_text)
        wrong = _faults(cells)
        if wrong:
            faults += [(number, sentence) for sentence in wrong]
            continue
        if carried:
            remarks.append((number, f"{'、'.join(carried)}空着，按上一行算，请核对。"))
        cadence = parse(cells["term_text"])
        if cadence.kind == Kind.UNPARSED:
            remarks.append(
                (number, "公开时限看不出工作日数或周期，按条例第二十六条的 20 个工作日算。")
            )
        lines.append(_line(number, cells, cadence, seen))
    return Reading(lines, sorted(faults), remarks)


def _is_note(cells: dict[str, str], row: list[str]) -> bool:
    """Tell whether a row is empty, a note, a signature or the header once more."""
    if cells.get("item", "").endswith("二级事项") or "公开内容" in cells.get("content", "")[:4]:
        return True
    filled = sum(bool(cell) for cell in row)
    return filled < 3 and not cells["content"]


def _carry_down(cells: dict[str, str], above: dict[str, str], *, is_text: bool) -> list[str]:
    """Let a category hold until the next one; in a CSV other blanks too, where cells were merged.

    A new category begins anew. Gives the names of what was taken from above beside the category.
    """
    if cells["category"] and cells["category"] != above.get("category"):
        above.clear()
    cells["category"] = cells["category"] or above.get("category", "")
    carried = []
    for name in _DOWN if is_text else ():
        if name in cells and not cells[name] and above.get(name):
            cells[name] = above[name]
            carried.append(NAMES[name])
    above.update(cells)
    return carried


def _faults(cells: dict[str, str]) -> list[str]:
    faults = [f"{NAMES[name]}没有填。" for name in WANTED if not cells[name]]
    faults += [
        f"{NAMES[name]}最多 {most} 个字。"
        for name, most in LENGTHS.items()
        if len(cells[name]) > most
    ]
    if ticks.audience(cells) is None:
        faults.append("公开对象没有选：在“全社会”或“特定群众”下打 √。")
    if ticks.method(cells) is None:
        faults.append("公开方式没有选：在“主动”或“依申请公开”下打 √。")
    if ticks.level(cells) is None:
        faults.append("公开层级没有选：在“县级”或“乡、村级”下打 √。")
    return faults


def _line(number: int, cells: dict[str, str], cadence: Cadence, seen: Counter[str]) -> Line:
    name = f"{cells['category']}|{cells['item']}"
    seen[name] += 1
    audience, method, level = ticks.audience(cells), ticks.method(cells), ticks.level(cells)
    assert audience is not None  # noqa: S101 - a line without one has a fault
    assert method is not None  # noqa: S101 - a line without one has a fault
    assert level is not None  # noqa: S101 - a line without one has a fault
    return Line(
        number=number,
        seq=sum(seen.values()),
        key=key_of(cells["category"], cells["item"], seen[name]),
        category=cells["category"],
        item=cells["item"],
        content=cells["content"],
        legal_basis=cells["legal_basis"],
        term_text=cells["term_text"],
        cadence=cadence,
        publisher=cells["publisher"],
        channels=ticks.channels(cells.get("channels", "")),
        audience=audience,
        method=method,
        level=level,
    )
