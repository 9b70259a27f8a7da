"""Finding a household by a name and listing a group's.

Names are never indexed: they are opened one by one, within one village.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, TypeVarTuple

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.households import masking
from app.households.models.register import Household, Person
from app.kernel import crypto
from app.kernel.crypto import Place

Columns = TypeVarTuple("Columns")
MOST_FOUND = 50


@dataclass(frozen=True)
class ListedHousehold:
    """A household as a list shows it: the head's name masked, nothing else of anyone."""

    id: int
    division_code: str
    group_code: str | None
    group_label: str
    number: str
    head_masked: str | None
    members: int
    has_door: bool


@dataclass(frozen=True)
class NameHit:
    """A person whose name has the wanted text in it, masked, and where their household is."""

    person_id: int
    household_id: int
    group_code: str | None
    group_label: str
    number: str
    name_masked: str
    is_head: bool


def find_by_name(
    session: Session, *, division_code: str, wanted: str, group: str | None = None
) -> list[NameHit]:
    """Find whoever of a village, or of one group, has this in their name; `MOST_FOUND` at most.

    The transaction must have opened the village. Only names are opened: some 3,500 in a large
    village, a few tens of milliseconds.
    """
    text = _plain(wanted)
    if not text:
        return []
    query = (
        select(
            Person.id,
            Person.name_sealed,
            Person.is_head,
            Household.id.label("household_id"),
            Household.group_code,
            Household.group_label,
            Household.number,
        )
        .join(Household, Household.id == Person.household_id)
        .where(Household.division_code == division_code, Person.left_on.is_(None))
        .order_by(Household.group_code, Household.number, Person.id)
    )
    hits = []
    for row in session.execute(_of_group(query, group)):
        name = crypto.open_value(session, row.name_sealed, Place("persons", row.id, "name")) or ""
        if text in _plain(name):
            hits.append(_hit(row, name))
            if len(hits) == MOST_FOUND:
                break
    return hits


def list_households(
    session: Session, *, division_code: str, group: str | None = None, after: str = "", limit: int
) -> list[ListedHousehold]:
    """List the households of a village (or of one group), by number, after a number."""
    members = (
        select(Person.household_id, func.count().label("members"))
        .where(Person.division_code == division_code, Person.left_on.is_(None))
        .group_by(Person.household_id)
        .subquery()
    )
    query = (
        select(Household, Person.id, Person.name_sealed, members.c.members)
        .outerjoin(
            Person,
            (Person.household_id == Household.id) & Person.is_head & Person.left_on.is_(None),
        )
        .outerjoin(members, members.c.household_id == Household.id)
        .where(
            Household.division_code == division_code,
            Household.state == "active",
            Household.number > after,
        )
        .order_by(Household.number)
        .limit(limit)
    )
    listed = []
    for row, person_id, sealed, count in session.execute(_of_group(query, group)):
        name = crypto.open_value(session, sealed, Place("persons", person_id or 0, "name"))
        listed.append(
            ListedHousehold(
                row.id,
                row.division_code,
                row.group_code,
                row.group_label,
                row.number,
                masking.mask("name", name),
                count or 0,
                row.door_id is not None,
            )
        )
    return listed


def group_labels(session: Session, division_code: str) -> list[str]:
    """List the names of groups that households of a village were given without a code."""
    query = select(Household.group_label).where(
        Household.division_code == division_code,
        Household.state == "active",
        Household.group_code.is_(None),
        Household.group_label != "",
    )
    return sorted(session.scalars(query.distinct()))


def numbers(session: Session, division_code: str) -> dict[int, str]:
    """Give the numbers of a village's households by their ids."""
    query = select(Household.id, Household.number).where(
        Household.division_code == division_code, Household.state == "active"
    )
    return {row.id: row.number for row in session.execute(query)}


def code_of(group: str | None) -> str | None:
    """Give a group where it is named by its code; None where by a name of its own."""
    return group if group and len(group) == 14 and group.isdecimal() else None


def _of_group(query: Select[*Columns], group: str | None) -> Select[*Columns]:
    if group is None:
        return query
    return query.where((Household.group_code == group) | (Household.group_label == group))


def _hit(row: Row[*tuple[Any, ...]], name: str) -> NameHit:
    return NameHit(
        row.id,
        row.household_id,
        row.group_code,
        row.group_label,
        row.number,
        masking.name(name),
        row.is_head,
    )


def _plain(name: str) -> str:
    """Write a name without spaces and middle dots, full-width letters as usual ones."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(text.split()).replace("·", "").replace("•", "")
