"""What a line says, column by column: a row to publish, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from stdnum import exceptions
from stdnum.cn import ric

from app.aid.layout.table import Line, Table, without_gaps
from app.aid.models import MOST_AREA
from app.aid.schemas import RowIn, Tried
from app.households.rosters import dates
from app.households.rosters.cells import Cell, as_text, half_width
from app.kernel import csv_table, money
from app.kernel.money import AmountRefused

ADULT = 18  # years
HIDDEN = "这一行在表里是隐藏的，没有加入。要公开请先取消隐藏，再上传。"
MINOR = "申请人未满 18 周岁，姓名不能公开，没有加入。由监护人申请的，请写监护人的姓名。"
MASKED = "申请人未满 18 周岁，姓名已经隐去。"
BREAKS = str.maketrans({"|": "/", "；": "，", ";": "，", "\n": " "})
"""What parts the cells of a list's text may not stand within one."""
_PEOPLE = re.compile(r"(\d{1,2})(?:\.0+)?\s*[人口]?")
_AGE = re.compile(r"(\d{1,3})(?:\.0)?\s*周?岁?")
_INFANT = re.compile(r"\d{1,3}\s*个?(?:半月|月|天|周)大?")
_NUMBER = re.compile(r"\d{17}[0-9Xx]")


class _Fault(ValueError):
    """A cell that is no such value; says what to write."""


@dataclass(frozen=True)
class Reading:
    """How a file is read: which column holds which field, what is wanted, and on which day.

    `mapping` gives the field of each chosen column; `minors` is the rule of the list's kind.
    """

    mapping: Mapping[int, str]
    minors: str
    today: date


def read_line(table: Table, line: Line, reading: Reading) -> Tried:
    """Read a line; nothing but the chosen columns is kept of it."""
    cells = {field: _text(line, index) for index, field in reading.mapping.items()}
    if line.hidden:
        return Tried(line.number, cells, None, HIDDEN)
    try:
        values: dict[str, Any] = {
            field: _READERS[field](cells[field]) for field in cells if field in _READERS
        }
        row = RowIn(_name(cells["name"]), _amount(cells["amount"]), **values)
    except _Fault as fault:
        return Tried(line.number, cells, None, str(fault))
    if not _is_minor(table, line, reading.today):
        return Tried(line.number, cells, row)
    if reading.minors == "refuse":
        return Tried(line.number, {**cells, "name": _masked(row.name)}, None, MINOR)
    name = _masked(row.name)
    masked = RowIn(**{**vars(row), "name": name})
    return Tried(line.number, {**cells, "name": name}, masked, remark=MASKED)


def _text(line: Line, index: int) -> str:
    cell = line.cells[index] if index < len(line.cells) else ""
    text = as_text(cell) if not isinstance(cell, float) else repr(cell)
    return half_width(text).translate(BREAKS)[:200]


def _name(text: str) -> str:
    name = re.sub(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])", "", text)
    if not 2 <= len(name) <= 50:
        raise _Fault("姓名没有填，或者不像姓名（2 到 50 个字）。")
    if not csv_table.printable(name):
        raise _Fault("姓名里有看不见或显示不出的字符。")
    return name


def _amount(text: str) -> int:
    if text.startswith(("-", "−", "(")):
        raise _Fault("金额不写负数。")
    try:
        return money.parse(_rounded(text))
    except AmountRefused as fault:
        raise _Fault(fault.sentence) from fault


def _rounded(text: str) -> str:
    """Write 412.30000000000001, as sums of a spreadsheet come out, with its two decimals."""
    if not re.fullmatch(r"\d+\.\d{7,}", text):
        return text
    return str(round(Decimal(text), 2))


def _place(text: str) -> str:
    if len(text) > 60:
        raise _Fault("村组最多 60 个字。")
    if not csv_table.printable(text):
        raise _Fault("村组里有看不见或显示不出的字符。")
    return text


def _members(text: str) -> int:
    found = _PEOPLE.fullmatch(text)
    if found is None or int(found[1]) == 0:
        raise _Fault("人数请写 1 到 99 的整数。")
    return int(found[1])


def _subsidy(text: str) -> str:
    if not 1 <= len(text) <= 60:
        raise _Fault("补贴项目没有填，或者太长（最多 60 个字）。")
    return text


def _area(text: str) -> int:
    try:
        mu = Decimal(text.removesuffix("亩").replace(",", "").strip())
    except InvalidOperation as error:
        raise _Fault("面积请写成亩，例如 3.25。") from error
    hundredths = mu * 100
    if not mu.is_finite() or round(hundredths) != round(hundredths, 4):
        raise _Fault("面积最多写两位小数。")
    if not 1 <= hundredths <= MOST_AREA:
        raise _Fault("面积要大于 0，请检查是不是多写了几位。")
    return int(hundredths)


_READERS: Mapping[str, Callable[[str], str | int]] = {
    "place": _place,
    "members": _members,
    "subsidy": _subsidy,
    "area": _area,
}


def _is_minor(table: Table, line: Line, today: date) -> bool:
    """Tell by the file's age, birth or ID number whether the applicant is under 18.

    Those columns are looked at and never kept.
    """
    return any(
        _born_or_aged(line.cells[column.index], today)
        for column in table.columns
        if column.barred in ("age", "id")
        and column.index < len(line.cells)
        and not re.search(r"家庭成员|子女|监护", column.heading)
    )


def _born_or_aged(cell: Cell, today: date) -> bool:
    text = as_text(cell)
    if aged := _AGE.fullmatch(text):
        return int(aged[1]) < ADULT
    if _INFANT.fullmatch(text):
        return True
    number = str(int(cell)) if isinstance(cell, float) else without_gaps(text)
    if _NUMBER.fullmatch(number):
        return _is_young(number, today)
    try:
        written = dates.read(cell)
    except ValueError:
        return False
    if written is None or written.year < 1900:
        return False
    born = date(written.year, written.month or 1, written.day or 1)
    return _years(born, today) < ADULT


def _is_young(number: str, today: date) -> bool:
    """Tell by an ID number; one stored as a number has lost its last digits, not the birth."""
    try:
        return _years(ric.get_birth_date(number), today) < ADULT
    except exceptions.ValidationError:
        return False


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _masked(name: str) -> str:
    return name[:1] + "*" * (len(name) - 1)
