"""The table of divisions that is imported: its lines, and what may be wrong with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.kernel import csv_table
from app.kernel.csv_table import Fault
from app.places.errors import ImportRefused
from app.places.models import CODE_LENGTHS, NAME_LENGTH, Level

COLUMNS = ("code", "parent_code", "level", "name")
PARENT_LEVELS = {
    Level.TOWNSHIP: Level.COUNTY,
    Level.VILLAGE: Level.TOWNSHIP,
    Level.GROUP: Level.VILLAGE,
}


@dataclass(frozen=True)
class Row:
    """One sound line of the table."""

    number: int
    code: str
    parent_code: str | None
    level: str
    name: str


@dataclass(frozen=True)
class Known:
    """A division the database has: its newest version, open while `valid_to` is empty."""

    code: str
    parent_code: str | None
    name: str
    short_name: str
    valid_from: date
    valid_to: date | None
    version_id: int
    is_merged: bool

    @property
    def is_open(self) -> bool:
        return self.valid_to is None


@dataclass
class DivisionTable:
    """The sound rows by code, and every fault found so far."""

    rows: dict[str, Row] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def check_against(self, known: Mapping[str, Known], *, codes_in_file: set[str]) -> None:
        """Note rows whose parent nobody knows, or whose code was merged into another village."""
        for row in self.rows.values():
            before = known.get(row.code)
            if before is not None and before.is_merged:
                self.faults.append((row.number, "这个村已经并入别的村，代码不再使用。"))
            if row.parent_code is None or row.parent_code in codes_in_file:
                continue
            parent = known.get(row.parent_code)
            # Groups of a merged village keep their codes, and so may still be listed.
            if parent is None or not (parent.is_open or parent.is_merged):
                self.faults.append((row.number, "上级代码不在表里，也不在现有区划里。"))

    def refuse_if_faulty(self) -> None:
        """Raise `ImportRefused` with every fault there is."""
        if self.faults:
            raise ImportRefused(lines=sorted(self.faults))


def read(content: bytes) -> tuple[DivisionTable, set[str]]:
    """Read the file: its table, and every code it mentions, sound or not.

    A row with a fault still counts as a parent, so that one mistake is reported once.
    """
    raw = csv_table.read(content, columns=COLUMNS)
    table = DivisionTable(faults=list(raw.faults))
    first_seen: dict[str, int] = {}
    for line in raw.lines:
        code, parent = line.values["code"], line.values["parent_code"]
        level, name = line.values["level"], line.values["name"]
        sentences = [*_code_faults(code, parent, level), *_name_faults(name)]
        if code in first_seen:
            sentences.append(f"代码与第 {first_seen[code]} 行重复。")
        elif code:
            first_seen[code] = line.number
        table.faults.extend((line.number, sentence) for sentence in sentences)
        if not sentences:
            table.rows[code] = Row(line.number, code, parent or None, level, name)
    return table, set(first_seen)


def _code_faults(code: str, parent: str, level: str) -> list[str]:
    if level not in CODE_LENGTHS:
        return ["级别应当是 county、township、village 或 group。"]
    length = CODE_LENGTHS[Level(level)]
    if not (code.isascii() and code.isdigit()):
        return ["代码只能由数字组成。"]
    if len(code) != length:
        return [f"{level} 级的代码应当是 {length} 位，这里是 {len(code)} 位。"]
    above = PARENT_LEVELS.get(Level(level))
    if above is None:
        return ["县级没有上级代码，这一格应当空着。"] if parent else []
    if parent != code[: CODE_LENGTHS[above]]:
        return [f"上级代码应当是本代码的前 {CODE_LENGTHS[above]} 位。"]
    return []


def _name_faults(name: str) -> list[str]:
    if not name:
        return ["名称是空的。"]
    return [f"名称超过 {NAME_LENGTH} 个字。"] if len(name) > NAME_LENGTH else []
