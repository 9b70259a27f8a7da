"""New households: made ready for many together, each written by one statement a table.

Sealed values are bound to their row's number, so numbers are drawn first, in blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.households.rosters.entries import Entry
from app.households.schemas import PersonIn
from app.households.service.register import INDEXED, next_ids, sealed_fields
from app.kernel import clock, crypto
from app.kernel.access import Actor
from app.kernel.crypto import Place, Ring
from app.kernel.db import Fixed

_HOUSEHOLD = Fixed(
    text(
        "INSERT INTO households (id, division_code, group_code, group_label, number,"
        " address_sealed, state, version, created_at)"
        " VALUES (:id, :division_code, :group_code, :group_label, :number, :address_sealed,"
        " 'active', 1, :moment)"
    )
)
_PERSONS = Fixed(
    text(
        "INSERT INTO persons (id, division_code, household_id, is_head, name_sealed,"
        " id_number_sealed, phone_sealed, birth_date_sealed, relation, residence,"
        " left_because, created_at) SELECT row.*, '', :moment FROM unnest(CAST(:id AS bigint[]),"
        " CAST(:division_code AS text[]), CAST(:household_id AS bigint[]),"
        " CAST(:is_head AS boolean[]), CAST(:name_sealed AS bytea[]),"
        " CAST(:id_number_sealed AS bytea[]),"
        " CAST(:phone_sealed AS bytea[]), CAST(:birth_date_sealed AS bytea[]),"
        " CAST(:relation AS text[]), CAST(:residence AS text[])) AS row"
    )
)
_INDEXES = Fixed(
    text(
        "INSERT INTO person_indexes (person_id, field, key_id, digest, division_code)"
        " SELECT row.* FROM unnest(CAST(:person_id AS bigint[]), CAST(:field AS text[]),"
        " CAST(:key_id AS text[]), CAST(:digest AS bytea[]), CAST(:division_code AS text[])) AS row"
    )
)
_TAGS = Fixed(
    text(
        "INSERT INTO person_tags (division_code, person_id, tag, valid_from, valid_until,"
        " amount_fen, source)"
        " SELECT row.*, :source FROM unnest(CAST(:division_code AS text[]),"
        " CAST(:person_id AS bigint[]), CAST(:tag AS text[]), CAST(:valid_from AS date[]),"
        " CAST(:valid_until AS date[]), CAST(:amount_fen AS bigint[])) AS row"
    )
)
_CHANGE = Fixed(
    text(
        "INSERT INTO record_changes (division_code, household_id, act, fields, source, actor_kind,"
        " actor_id, actor_name, at)"
        " VALUES (:division_code, :household_id, 'imported', :fields, :source, :actor_kind,"
        " :actor_id, :actor_name, :moment)"
    )
)
ENTERED = ["address", "birth_date", "id_number", "name", "phone", "relation", "residence", "tags"]


@dataclass(frozen=True)
class Origin:
    """Where an import's changes come from: its village, its source word, and who started it."""

    division_code: str
    source: str
    actor: Actor


@dataclass
class _Rows:
    """Rows of one table, column by column, as `unnest` takes them."""

    columns: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, **row: object) -> None:
        """Add a row."""
        for name, value in row.items():
            self.columns.setdefault(name, []).append(value)

    def write(self, session: Session, statement: Fixed, **shared: object) -> None:
        """Write all rows by one statement."""
        if self.columns:
            statement.run(session, {**self.columns, **shared})


@dataclass
class _People:
    """People whose values are sealed, with their blind indexes and tags; not written yet."""

    origin: Origin
    persons: _Rows = field(default_factory=_Rows)
    indexes: _Rows = field(default_factory=_Rows)
    tags: _Rows = field(default_factory=_Rows)

    def add(self, ring: Ring, person_id: int, household_id: int, person: PersonIn) -> None:
        """Seal a person under a number that was drawn."""
        values, division = sealed_fields(person), self.origin.division_code
        self.persons.add(
            id=person_id,
            division_code=division,
            household_id=household_id,
            is_head=person.is_head,
            relation=person.relation,
            residence=person.residence,
            **{
                f"{name}_sealed": _sealed(ring, value, "persons", person_id, name)
                for name, value in values.items()
            },
        )
        for name in INDEXED:
            if (value := values[name]) is not None:
                _add_digests(self.indexes, ring, (person_id, division), name, value)
        for tag in person.tags:
            self.tags.add(division_code=division, person_id=person_id, **asdict(tag))

    def write(self, session: Session) -> None:
        """Enter them."""
        self.persons.write(session, _PERSONS, moment=clock.now())
        self.indexes.write(session, _INDEXES)
        self.tags.write(session, _TAGS, source=self.origin.source)


@dataclass(frozen=True)
class Newcomer:
    """A household that is not in the register yet: its values are sealed, its numbers drawn."""

    origin: Origin
    household_id: int
    household: dict[str, object]
    people: _People

    def write(self, session: Session) -> None:
        """Enter it whole, with a line of its history.

        Raises `IntegrityError` where its number or one of its people was entered meanwhile.
        """
        moment, actor = clock.now(), self.origin.actor
        _HOUSEHOLD.run(session, {**self.household, "moment": moment})
        self.people.write(session)
        values = {
            "division_code": self.origin.division_code,
            "household_id": self.household_id,
            "fields": ENTERED,
            "source": self.origin.source,
            "actor_kind": "operator" if actor.is_operator else "staff",
            "actor_id": actor.staff_id,
            "actor_name": actor.name,
            "moment": moment,
        }
        _CHANGE.run(session, values)


def new_households(
    session: Session, entries: Sequence[Entry], *, numbers: Sequence[str], origin: Origin
) -> list[Newcomer]:
    """Draw numbers for households with all their people and seal their values; writes nothing."""
    ring = crypto.of(session)
    ids = next_ids(session, "households", len(entries))
    drawn = iter(next_ids(session, "persons", sum(len(entry.members) for entry in entries)))
    newcomers = []
    for household_id, number, entry in zip(ids, numbers, entries, strict=True):
        people = _People(origin)
        for member in entry.members:
            people.add(ring, next(drawn), household_id, member.person())
        household: dict[str, object] = {
            "id": household_id,
            "division_code": origin.division_code,
            "group_code": entry.group_code,
            "group_label": entry.group_label,
            "number": number,
            "address_sealed": _sealed(ring, entry.address, "households", household_id, "address"),
        }
        newcomers.append(Newcomer(origin, household_id, household, people))
    return newcomers


def insert_persons(
    session: Session, members: Sequence[tuple[int, PersonIn]], *, origin: Origin
) -> list[int]:
    """Enter people, each with the household's id, their blind indexes and tags; gives their ids."""
    ring, people = crypto.of(session), _People(origin)
    ids = next_ids(session, "persons", len(members))
    for person_id, (household_id, person) in zip(ids, members, strict=True):
        people.add(ring, person_id, household_id, person)
    people.write(session)
    return ids


def _add_digests(indexes: _Rows, ring: Ring, whose: tuple[int, str], name: str, value: str) -> None:
    person_id, division = whose
    for key in ring.index_keys():
        indexes.add(
            person_id=person_id,
            field=name,
            key_id=key,
            digest=ring.index(name, value, key=key),
            division_code=division,
        )


def _sealed(ring: Ring, value: str | None, table: str, row: int, column: str) -> bytes | None:
    return None if value is None else ring.seal(value, Place(table, row, column))


def new_numbers(session: Session, *, division_code: str, count: int) -> list[str]:
    """Give numbers for households whose roster has none: after the greatest there is, `0001` on."""
    found = session.scalar(_GREATEST, {"division": division_code})
    greatest = int(found or 0)
    return [f"{greatest + step:04d}" for step in range(1, count + 1)]


_GREATEST = text(
    "SELECT max(CAST(number AS bigint)) FROM households"
    " WHERE division_code = :division AND number ~ '^[0-9]{1,9}$'"
)
