"""What the register already holds of the people of a roster: read once for a whole chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.households.models.register import Household, Person
from app.households.queries import register
from app.households.rosters.entries import Entry
from app.households.schemas import PersonView
from app.kernel import crypto
from app.kernel.crypto import Place

Named = tuple[str, date | None]
"""A person without an ID number is known by name and birth date."""

_LOCAL = text(
    "SELECT entry.digest, person.id, person.household_id FROM person_indexes entry"
    " JOIN persons person ON person.id = entry.person_id"
    " WHERE entry.field = 'id_number' AND entry.digest = ANY(CAST(:digests AS bytea[]))"
    " AND entry.division_code = :division AND person.left_on IS NULL"
)
_ANYWHERE = text(
    "SELECT count(*) FROM find_persons('id_number', CAST(:digests AS bytea[]))"
    " WHERE division_code <> :division"
)
_ELSEWHERE = text(
    "SELECT DISTINCT wanted.digest FROM unnest(CAST(:digests AS bytea[])) AS wanted(digest),"
    " LATERAL find_persons('id_number', ARRAY[wanted.digest]) AS found"
    " WHERE found.division_code <> :division"
)


@dataclass
class Survey:
    """The register as a chunk of a roster meets it.

    `people` and `elsewhere` by ID number; `nameless` are the village's people without one.
    """

    division_code: str
    people: dict[str, tuple[int, int]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    households: dict[int, Household] = field(default_factory=dict)
    addresses: dict[int, str | None] = field(default_factory=dict)
    members: dict[int, list[PersonView]] = field(default_factory=dict)
    dead: dict[int, list[PersonView]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    nameless: dict[Named, tuple[int, int]] = field(default_factory=dict)


def survey(session: Session, *, division_code: str, entries: Sequence[Entry]) -> Survey:
    """Read what a chunk needs, by a number of queries that does not grow with it.

    The transaction has opened the village's scope.
    """
    found = Survey(division_code)
    _look_up_numbers(session, found, entries)
    names = {m.name for entry in entries for m in entry.members if m.id_number is None}
    if names:
        _read_nameless(session, found, names)
    _read_households(session, found, entries)
    return found


def _look_up_numbers(session: Session, found: Survey, entries: Sequence[Entry]) -> None:
    ring = crypto.of(session)
    keys = ring.index_keys()
    numbers = {m.id_number for entry in entries for m in entry.members if m.id_number}
    digests = {ring.index("id_number", one, key=key): one for one in numbers for key in keys}
    if not digests:
        return
    asked = {"digests": list(digests), "division": found.division_code}
    for digest, person_id, household_id in session.execute(_LOCAL, asked):
        found.people[digests[bytes(digest)]] = (person_id, household_id)
    if session.scalar(_ANYWHERE, asked):  # seldom: then it is worth asking for each
        found.elsewhere = {digests[bytes(digest)] for digest in session.scalars(_ELSEWHERE, asked)}


def _read_nameless(session: Session, found: Survey, names: set[str]) -> None:
    query = select(Person).where(
        Person.division_code == found.division_code,
        Person.id_number_sealed.is_(None),
        Person.left_on.is_(None),
    )
    for person in session.scalars(query):
        name = crypto.open_value(session, person.name_sealed, Place("persons", person.id, "name"))
        if name not in names:
            continue
        born = crypto.open_value(
            session, person.birth_date_sealed, Place("persons", person.id, "birth_date")
        )
        known = (name, date.fromisoformat(born) if born else None)
        found.nameless[known] = (person.id, person.household_id)


def _read_households(session: Session, found: Survey, entries: Sequence[Entry]) -> None:
    wanted = {household_id for _person, household_id in found.people.values()}
    wanted |= {household_id for _person, household_id in found.nameless.values()}
    numbers = [entry.number for entry in entries if entry.number]
    if numbers:
        query = select(Household.number, Household.id).where(
            Household.division_code == found.division_code,
            Household.number.in_(numbers),
            Household.state == "active",
        )
        found.numbers = {row.number: row.id for row in session.execute(query)}
        wanted |= set(found.numbers.values())
    if not wanted:
        return
    for household in session.scalars(select(Household).where(Household.id.in_(wanted))):
        found.households[household.id] = household
        found.addresses[household.id] = crypto.open_value(
            session, household.address_sealed, Place("households", household.id, "address")
        )
    found.members = _members(session, wanted, living=True)
    found.dead = _members(session, wanted, living=False)


def _members(
    session: Session, household_ids: Iterable[int], *, living: bool
) -> dict[int, list[PersonView]]:
    query = select(Person).where(Person.household_id.in_(list(household_ids)))
    if living:
        query = query.where(Person.left_on.is_(None))
    else:
        query = query.where(Person.left_because == "died", Person.name_sealed.is_not(None))
    persons = session.scalars(query.order_by(Person.is_head.desc(), Person.id)).all()
    grouped: dict[int, list[PersonView]] = defaultdict(list)
    for view in register.open_persons(session, persons):
        grouped[view.household_id].append(view)
    return grouped
