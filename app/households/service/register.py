"""Entering households and persons into the register."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.households.errors import DoorTaken, HouseholdNumberTaken, OneHeadWanted
from app.households.models.register import (
    Household,
    Person,
    PersonIndex,
    PersonTag,
    RecordChange,
)
from app.households.schemas import HouseholdIn, Note, PersonIn
from app.households.words import PERSON_FIELDS
from app.identity import roles
from app.kernel import clock, crypto, scope
from app.kernel.access import Actor, Villager
from app.kernel.crypto import Place

INDEXED = ("phone", "id_number")


def create_household(
    session: Session, *, wanted: HouseholdIn, actor: Actor, source: str
) -> Household:
    """Enter a household with its members.

    Opens the village's scope. Raises `Forbidden`, `OneHeadWanted`, `HouseholdNumberTaken` or
    `DoorTaken`.
    """
    actor.require(roles.HOUSEHOLDS_KEEP, division_code=wanted.division_code)
    if sum(member.is_head for member in wanted.members) != 1:
        raise OneHeadWanted
    scope.open_scope(session, wanted.division_code)
    household_id = next_ids(session, "households", 1)[0]
    household = Household(
        id=household_id,
        division_code=wanted.division_code,
        group_code=wanted.group_code,
        group_label=wanted.group_label,
        number=wanted.number,
        address_sealed=crypto.seal_value(
            session, wanted.address, Place("households", household_id, "address")
        ),
        door_id=wanted.door_id,
        assistance_officer_id=wanted.assistance_officer_id,
        state="active",
        created_at=clock.now(),
    )
    _insert(session, household)
    for member in wanted.members:
        add_person(session, household=household, wanted=member, source=source)
    note = Note("added", fields=(*PERSON_FIELDS, "address", "relation", "tags"), source=source)
    note_change(session, household=household, by=actor, note=note)
    return household


def _insert(session: Session, household: Household) -> None:
    try:
        with session.begin_nested():
            session.add(household)
    except IntegrityError as error:
        if "uq_households_door_id" in str(error.orig):
            raise DoorTaken from error
        raise HouseholdNumberTaken from error


def add_person(session: Session, *, household: Household, wanted: PersonIn, source: str) -> Person:
    """Enter a person into a household; the change is noted by the caller."""
    person_id = next_ids(session, "persons", 1)[0]
    person = Person(
        id=person_id,
        division_code=household.division_code,
        household_id=household.id,
        is_head=wanted.is_head,
        relation=wanted.relation,
        residence=wanted.residence,
        created_at=clock.now(),
    )
    for field, value in sealed_fields(wanted).items():
        place = Place("persons", person_id, field)
        setattr(person, f"{field}_sealed", crypto.seal_value(session, value, place))
    session.add(person)
    session.flush()
    for field in INDEXED:
        write_index(session, person=person, field=field, value=getattr(wanted, field))
    for tag in wanted.tags:
        session.add(
            PersonTag(
                division_code=household.division_code,
                person_id=person_id,
                tag=tag.tag,
                valid_from=tag.valid_from,
                valid_until=tag.valid_until,
                amount_fen=tag.amount_fen,
                source=source,
            )
        )
    session.flush()
    return person


def sealed_fields(wanted: PersonIn) -> dict[str, str | None]:
    """Give what is sealed of a person, as text."""
    born: date | None = wanted.birth_date
    return {
        "name": wanted.name,
        "id_number": wanted.id_number,
        "phone": wanted.phone,
        "birth_date": born.isoformat() if born else None,
    }


def write_index(session: Session, *, person: Person, field: str, value: str | None) -> None:
    """Enter a value's digests under every index key in use; the old ones go."""
    for old in session.scalars(
        select(PersonIndex).where(PersonIndex.person_id == person.id, PersonIndex.field == field)
    ):
        session.delete(old)
    session.flush()
    if value is None:
        return
    ring = crypto.of(session)
    for key in ring.index_keys():
        session.add(
            PersonIndex(
                person_id=person.id,
                field=field,
                key_id=key,
                digest=ring.index(field, value, key=key),
                division_code=person.division_code,
            )
        )


def note_change(
    session: Session, *, household: Household, by: Actor | Villager | None, note: Note
) -> RecordChange:
    """Write a line of the register's history; values of both sides and the reason are sealed."""
    change_id = next_ids(session, "record_changes", 1)[0]

    def sealed(column: str, value: str | None) -> bytes | None:
        return crypto.seal_value(session, value, Place("record_changes", change_id, column))

    def written(side: Mapping[str, str | None] | None) -> str | None:
        return None if side is None else json.dumps(dict(side), ensure_ascii=False)

    kind, number, name = _who(by)
    change = RecordChange(
        id=change_id,
        division_code=household.division_code,
        household_id=household.id,
        person_id=note.person_id,
        act=note.act,
        fields=sorted(note.fields),
        source=note.source,
        actor_kind=kind,
        actor_id=number,
        actor_name=name,
        at=clock.now(),
        before_sealed=sealed("before", written(note.before)),
        after_sealed=sealed("after", written(note.after)),
        reason_sealed=sealed("reason", note.reason),
    )
    session.add(change)
    session.flush()
    return change


def _who(by: Actor | Villager | None) -> tuple[str, int | None, str]:
    if by is None:
        return "system", None, ""
    if isinstance(by, Villager):
        return "villager", by.account_id, ""
    return ("operator" if by.is_operator else "staff"), by.staff_id, by.name


def next_ids(session: Session, table: str, count: int) -> list[int]:
    """Draw row numbers ahead, since a sealed value is bound to its row's number."""
    sequence = func.pg_get_serial_sequence(table, "id")
    drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return [int(number) for number in session.scalars(drawn)]
