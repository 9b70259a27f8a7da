"""New households: made ready for many together, each written by one statement.

Sealed values are bound to their row's number, so numbers are drawn first, in blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.households.rosters.entries import Entry
from app.households.schemas import PersonIn
from app.households.service.register import INDEXED, next_ids, sealed_fields
from app.kernel import clock, crypto
from app.kernel.access import Actor
from app.kernel.crypto import Place, Ring
from app.kernel.db import Fixed

_PERSONS = (
    "INSERT INTO persons (id, division_code, household_id, is_head, name_sealed,"
    " id_number_sealed, phone_sealed, birth_date_sealed, relation, residence, left_because,"
    " created_at) SELECT row.*, '', :moment FROM unnest(CAST(:p_id AS bigint[]),"
    " CAST(:p_division_code AS text[]), CAST(:p_household_id AS bigint[]),"
    " CAST(:p_is_head AS boolean[]), CAST(:p_name_sealed AS bytea[]),"
    " CAST(:p_id_number_sealed AS bytea[]), CAST(:p_phone_sealed AS bytea[]),"
    " CAST(:p_birth_date_sealed AS bytea[]), CAST(:p_relation AS text[]),"
    " CAST(:p_residence AS text[])) AS row"
)
_INDEXES = (
    "INSERT INTO person_indexes (person_id, field, key_id, digest, division_code)"
    " SELECT row.* FROM unnest(CAST(:i_person_id AS bigint[]), CAST(:i_field AS text[]),"
    " CAST(:i_key_id AS text[]), CAST(:i_digest AS bytea[]), CAST(:i_division_code AS text[]))"
    " AS row"
)
_TAGS = (
    "INSERT INTO person_tags (division_code, person_id, tag, valid_from, valid_until, amount_fen,"
    " source) SELECT row.*, :source FROM unnest(CAST(:t_division_code AS text[]),"
    " CAST(:t_person_id AS bigint[]), CAST(:t_tag AS text[]), CAST(:t_valid_from AS date[]),"
    " CAST(:t_valid_until AS date[]), CAST(:t_amount_fen AS bigint[])) AS row"
)
_PEOPLE = f"people AS ({_PERSONS}), indexes AS ({_INDEXES}), tags AS ({_TAGS})"
_ADD_PEOPLE = Fixed(text(f"WITH {_PEOPLE} SELECT 1"))
_HOUSEHOLD = (
    "INSERT INTO households (id, division_code, group_code, group_label, number, address_sealed,"
    " state, version, created_at) VALUES (:id, :division_code, :group_code, :group_label, :number,"
    " :address_sealed, 'active', 1, :moment)"
)
_CHANGE = (
    "INSERT INTO record_changes (division_code, household_id, act, fields, source, actor_kind,"
    " actor_id, actor_name, at) VALUES (:division_code, :id, 'imported', :fields, :source,"
    " :actor_kind, :actor_id, :actor_name, :moment)"
)
_ADD_HOUSEHOLD = Fixed(text(f"WITH household AS ({_HOUSEHOLD}), {_PEOPLE} {_CHANGE}"))
ENTERED = ["address", "birth_date", "id_number", "name", "phone", "relation", "residence", "tags"]


@dataclass(frozen=True)
class Origin:
    """Where an import's changes come from: its village, its source word, and who started it."""

    division_code: str
    source: str
    actor: Actor


_PERSON = (
    *("id", "division_code", "household_id", "is_head", "name_sealed", "id_number_sealed"),
    *("phone_sealed", "birth_date_sealed", "relation", "residence"),
)
_INDEX = ("person_id", "field", "key_id", "digest", "division_code")
_TAG = ("division_code", "person_id", "tag", "valid_from", "valid_until", "amount_fen")


class _People:
    """People whose values are sealed, with their blind indexes and tags; not written yet.

    `columns` are as `unnest` takes them: p_ of persons, i_ of indexes, t_ of tags.
    """

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        tables = (("p", _PERSON), ("i", _INDEX), ("t", _TAG))
        self.columns: dict[str, list[object]] = {
            f"{table}_{name}": [] for table, names in tables for name in names
        }

    def _add(self, table: str, **row: object) -> None:
        for name, value in row.items():
            self.columns[f"{table}_{name}"].append(value)

    def add(self, ring: Ring, person_id: int, household_id: int, person: PersonIn) -> None:
        """Seal a person under a number that was drawn."""
        values, division = sealed_fields(person), self.origin.division_code
        self._add(
            "p",
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
            if (value := values[name]) is None:
                continue
            for key in ring.index_keys():
                self._add(
                    "i",
                    person_id=person_id,
                    field=name,
                    key_id=key,
                    digest=ring.index(name, value, key=key),
                    division_code=division,
                )
        for tag in person.tags:
            self._add("t", division_code=division, person_id=person_id, **asdict(tag))

    def values(self) -> dict[str, object]:
        """Give what the statement that enters them binds."""
        return {**self.columns, "source": self.origin.source, "moment": clock.now()}


@dataclass(frozen=True)
class Newcomer:
    """A household that is not in the register yet: its values are sealed, its numbers drawn."""

    household_id: int
    household: dict[str, object]
    people: _People

    def write(self, session: Session) -> None:
        """Enter it whole, with a line of its history, by one statement.

        Raises `IntegrityError` where its number or one of its people was entered meanwhile.
        """
        actor = self.people.origin.actor
        values = {
            **self.household,
            **self.people.values(),
            "fields": ENTERED,
            "actor_kind": "operator" if actor.is_operator else "staff",
            "actor_id": actor.staff_id,
            "actor_name": actor.name,
        }
        _ADD_HOUSEHOLD.run(session, values)


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
        newcomers.append(Newcomer(household_id, household, people))
    return newcomers


def insert_persons(
    session: Session, members: Sequence[tuple[int, PersonIn]], *, origin: Origin
) -> list[int]:
    """Enter people, each with the household's id, their blind indexes and tags; gives their ids."""
    ring, people = crypto.of(session), _People(origin)
    ids = next_ids(session, "persons", len(members))
    for person_id, (household_id, person) in zip(ids, members, strict=True):
        people.add(ring, person_id, household_id, person)
    _ADD_PEOPLE.run(session, people.values())
    return ids


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
