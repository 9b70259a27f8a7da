"""A whole roster: the sheets that are read together, their households, and what is wrong where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.households import personal_numbers
from app.households.rosters import grouping, people, values
from app.households.rosters.entries import Entry, Member
from app.households.rosters.errors import MappingRefused
from app.households.rosters.headings import FIELDS, HOUSEHOLD_FIELDS
from app.households.rosters.layout import Header, find_header
from app.households.rosters.lines import Gap, Line, read
from app.households.rosters.people import Faults
from app.households.rosters.values import Refused
from app.households.rosters.workbook import Workbook
from app.households.schemas import is_minor
from app.kernel import clock
from app.places.group_names import group_key

UNKNOWN_GROUP = "这个村没有这个村民组，请先核对组名或导入村民组。"
SHARED_GROUP = "这个村有不止一个组叫这个名字，请改写 14 位的组代码。"
PERSONAL = personal_numbers.REFUSED + "，或者不读这一列。"
CLEAR = ("household_number", "group")
Groups = Mapping[str, set[str]]
"""Codes of a village's groups by their code and by `group_key` of their names."""


@dataclass(frozen=True)
class Roster:
    """What a file holds: its households in their order, and the lines that are only notes."""

    entries: list[Entry]
    notes: list[tuple[int, int]] = field(default_factory=list)


def alike(book: Workbook, chosen: int, *, row: int | None = None) -> list[tuple[int, Header]]:
    """Find the sheets that have the header of the chosen one: a roster split by groups."""
    header = find_header(book.sheets[chosen], row=row)
    if header is None:
        return []
    found = []
    for index, sheet in enumerate(book.sheets):
        own = header if index == chosen else find_header(sheet)
        if own is not None and own.headings == header.headings:
            found.append((index, own))
    return found


def check_mapping(mapping: Mapping[int, str]) -> None:
    """Raise `MappingRefused` unless the columns say who people are and who belong together."""
    fields = list(mapping.values())
    twice = sorted({FIELDS[name] for name in fields if fields.count(name) > 1})
    if twice:
        raise MappingRefused(f"有两列都选成了：{'、'.join(twice)}。请只留一列。")
    if "name" not in fields:
        raise MappingRefused("请指出哪一列是姓名。")
    if not {"id_number", "birth_date"} & set(fields):
        raise MappingRefused("请指出哪一列是身份证号；没有身份证号的名单，至少要有出生日期。")
    if not set(grouping.SIGNS) & set(fields):
        raise MappingRefused("看不出哪些人是一户：请指出与户主关系、户主姓名、户编号中的一列。")


def read_roster(
    book: Workbook,
    sheets: list[tuple[int, Header]],
    mapping: Mapping[int, str],
    *,
    groups: Groups,
) -> Roster:
    """Read every household of these sheets; what is wrong with one stands in it."""
    entries: list[Entry] = []
    notes = []
    for index, header in sheets:
        sheet = book.sheets[index]
        lines = list(read(sheet, header, mapping, index=index))
        notes += [(one.sheet, one.number) for one in lines if isinstance(one, Gap) and one.is_note]
        home = sheet.name if len(sheets) > 1 else ""
        reader = _Reader(mapping, header, groups, home)
        for members in grouping.group(lines, fields=set(mapping.values())):
            entries.append(reader.entry(members))
    _refuse_repeated(entries)
    _number(entries)
    return Roster(entries, notes)


class _Reader:
    """Makes households of lines; `home` is the sheet's name, which often is a group's."""

    def __init__(
        self, mapping: Mapping[int, str], header: Header, groups: Groups, home: str
    ) -> None:
        self.fields = set(mapping.values())
        self.groups, self.home = groups, home
        columns = {name: column for column, name in mapping.items()}
        column = columns.get("residence")
        self.residence_heading = header.headings[column] if column is not None else ""

    def entry(self, lines: list[Line]) -> Entry:
        """Read a household and find its head."""
        lines = _with_head(lines)
        members = [
            people.read_member(line, residence_heading=self.residence_heading) for line in lines
        ]
        entry = Entry(members)
        faults = Faults()
        faults.take(lambda: self._take_place(entry, lines))
        faults.take(lambda: _find_head(members, lines))
        entry.fault = "".join(faults.sentences)
        entry.members = list(_once(members))
        return entry

    def _take_place(self, entry: Entry, lines: list[Line]) -> None:
        def first(name: str, most: int) -> str:
            cell = next((one.cells[name] for one in lines if one.text(name)), "")
            text = values.label(cell, most=most, called=FIELDS[name])
            if name in CLEAR and personal_numbers.stand_in(text):
                raise Refused(PERSONAL.format(FIELDS[name]))
            return text

        entry.number = first("household_number", 40)
        house_number, address = first("house_number", 40), first("address", 160)
        written = first("group", 40)
        if house_number and house_number not in address:
            address = (
                (address or written) + house_number + ("号" if house_number[-1:].isdigit() else "")
            )
        entry.address = address or None
        named = self._named(written) if written else self._named(self.home)
        if len(named) == 1:
            entry.group_code = next(iter(named))
        elif written and self.groups:
            raise Refused(SHARED_GROUP if named else UNKNOWN_GROUP)
        else:
            entry.group_label = written

    def _named(self, name: str) -> set[str]:
        return self.groups.get(name) or self.groups.get(group_key(name)) or set()


def _with_head(lines: list[Line]) -> list[Line]:
    """Where the head has columns of its own, take the number from them, or the whole person."""
    first = lines[0]
    name, number = first.text("head_name"), first.text("head_id_number")
    if not number or not name:
        return lines
    for place, line in enumerate(lines):
        if line.text("name") == name:
            if line.text("id_number"):
                return lines
            cells = {**line.cells, "id_number": first.cells["head_id_number"]}
            return [*lines[:place], replace(line, cells=cells), *lines[place + 1 :]]
    cells = {field: first.cells.get(field, "") for field in HOUSEHOLD_FIELDS}
    cells |= {"name": name, "id_number": first.cells["head_id_number"], "relation": "户主"}
    return [replace(first, cells=cells), *lines]


def _find_head(members: list[Member], lines: list[Line]) -> None:
    """Mark the head: who is written as such, who bears the head's name, or else the first line."""
    heads = [member for member in members if member.relation == "head"]
    if not heads:
        head_name = next((one.text("head_name") for one in lines if one.text("head_name")), "")
        heads = [m for m in members if head_name and m.name == head_name and m.relation == ""][:1]
    if not heads and not lines[0].text("relation"):
        heads = members[:1]
        heads[0].remarks.append("没有写谁是户主，按这一户的第一行算。")
    if not heads:
        raise Refused("这一户没有户主，请在“与户主关系”里写明。")
    if len({(head.name, head.id_number) for head in heads}) > 1:
        raise Refused("这一户有两个户主，请改成一个，或者分成两户。")
    head = heads[0]
    head.is_head, head.relation = True, "head"
    if is_minor(head.birth_date, clock.today()):
        head.remarks.append("户主不满 18 周岁，请核对。")
    for member in members:
        if not (member.relation or member.remarks):
            member.remarks.append("没有写与户主关系，新登记的记为“其他”。")


def _once(members: list[Member]) -> Iterator[Member]:
    """Leave out a line that repeats the same person of the same household."""
    seen: dict[str, Member] = {}
    for member in members:
        first = seen.setdefault(member.id_number or f"{id(member)}", member)
        if first is member:
            yield member
        elif first.name == member.name:
            first.remarks.append(f"第 {member.line} 行与这一行是同一个人，只读一次。")
        else:
            member.fault = f"身份证号与第 {first.line} 行相同，姓名却不同，请核对。"
            yield member


def _refuse_repeated(entries: list[Entry]) -> None:
    """Refuse households with somebody who stands in an earlier one of the file."""
    first: dict[str, tuple[Entry, Member]] = {}
    for entry in entries:
        for member in entry.members:
            if member.id_number is None or member.fault:
                continue
            owner, earlier = first.setdefault(member.id_number, (entry, member))
            if owner is not entry:
                member.fault = f"这个身份证号在第 {earlier.line} 行的另一户里已经有了，请删去一处。"


def _number(entries: list[Entry]) -> None:
    """Make numbers that begin anew in every group unique in the village: `03-12`."""
    places = defaultdict(set)
    for entry in entries:
        places[entry.number].add(entry.group_code or entry.group_label)
    shared = any(number and len(found) > 1 for number, found in places.items())
    seen: dict[str, Entry] = {}
    for entry in entries:
        if entry.number and shared and (entry.group_code or entry.group_label):
            entry.number = f"{(entry.group_code or entry.group_label)[-2:]}-{entry.number}"[:40]
        if entry.number:
            earlier = seen.setdefault(entry.number, entry)
            if earlier is not entry:
                line = earlier.members[0].line
                entry.fault = entry.fault or f"户编号与第 {line} 行的另一户相同，请改一个。"
