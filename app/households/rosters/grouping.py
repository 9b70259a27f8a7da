"""Which lines are one household: by its number, its head's name, or the line of its head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.households.rosters import relations
from app.households.rosters.lines import Gap, Line

SIGNS = ("household_number", "head_name", "relation", "house_number", "address")


def group(lines: Iterable[Line | Gap], *, fields: set[str]) -> list[list[Line]]:
    """Put the lines of one household together, in the order of the file.

    A new number, another head's name, or a head begins a household; a blank cell goes on with the
    one above. Where none of these columns is there, a new house number or a blank line does.
    """
    households: list[list[Line]] = []
    current: list[Line] = []
    after_gap = False
    for line in lines:
        if isinstance(line, Gap):
            after_gap = True
            continue
        if current and _begins(line, current, fields=fields, after_gap=after_gap):
            households.append(current)
            current = []
        current.append(line)
        after_gap = False
    if current:
        households.append(current)
    return list(_joined(households)) if "household_number" in fields else households


def is_head(line: Line) -> bool:
    """Tell whether a line says of itself that it is the head's."""
    if line.text("relation"):
        return relations.relation(line.cells["relation"]) == "head"
    return bool(line.text("head_name")) and line.text("head_name") == line.text("name")


def _begins(line: Line, current: list[Line], *, fields: set[str], after_gap: bool) -> bool:
    number, before = line.text("household_number"), _last(current, "household_number")
    group, group_before = line.text("group"), _last(current, "group")
    if line.sheet != current[-1].sheet or (group and group_before and group != group_before):
        return True
    if number or (before and not is_head(line)):
        return bool(number) and number != before
    head_name = line.text("head_name")
    if head_name and head_name != _last(current, "head_name"):
        return True
    if head_name:
        # Two households in a row whose heads bear the same name.
        return is_head(line) and any(map(is_head, current))
    if "relation" in fields or "head_name" in fields:
        return is_head(line)
    return _begins_by_place(line, current, fields=fields, after_gap=after_gap)


def _begins_by_place(line: Line, current: list[Line], *, fields: set[str], after_gap: bool) -> bool:
    for sign in ("house_number", "address"):
        if sign in fields:
            return bool(line.text(sign)) and line.text(sign) != _last(current, sign)
    if "household_number" in fields:
        return False
    return after_gap


def _last(lines: list[Line], field: str) -> str:
    return next((line.text(field) for line in reversed(lines) if line.text(field)), "")


def _joined(households: list[list[Line]]) -> Iterator[list[Line]]:
    """Bring home the members written further down under a number that a head already has."""
    of_number: dict[tuple[str, str], list[Line]] = {}
    kept = []
    for lines in households:
        key = (_last(lines, "group"), _last(lines, "household_number"))
        if key[1] and not any(map(is_head, lines)) and key in of_number:
            of_number[key].extend(lines)
            continue
        of_number.setdefault(key, lines)
        kept.append(lines)
    yield from kept
