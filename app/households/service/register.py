"""Entering households and persons into the register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.households.errors import DoorTaken, HouseholdNumberTaken, OneHeadWanted
from app.households.models.register import Household, Person, PersonTag
from app.households.schemas import HouseholdIn, Note, PersonIn
from app.households.service.history import note_change
from app.households.service.keepers import require_keep
from app.households.service.sealing import (
    INDEXED,
    digests,
    enter_indexes,
    next_ids,
    sealed_fields,
    write_index,
)
from app.households.words import PERSON_FIELDS
from app.kernel import clock, crypto, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.places import queries as places

__all__ = [
    "INDEXED",
    "add_person",
    "create_household",
    "enter_persons",
    "insert_household",
    "next_ids",
    "note_change",
    "sealed_fields",
    "write_index",
]


def create_household(
    session: Session, *, wanted: HouseholdIn, actor: Actor, source: str
) -> Household:
    """Enter a household with its members, all or nothing.

    Opens the village's scope. Raises `Forbidden`, `OneHeadWanted`, `HouseholdNumberTaken`,
    `DoorTaken` or `PersonRegisteredElsewhere`.
    """
    require_keep(actor, wanted.division_code)
    if sum(member.is_head for member in wanted.members) != 1:
        raise OneHeadWanted
    places.hold(session, wanted.division_code)
    scope.open_scope(session, wanted.division_code)
    with session.begin_nested():
        household = insert_household(session, wanted)
        enter_persons(session, household=household, wanted=wanted.members, source=source)
        note = Note("added", fields=(*PERSON_FIELDS, "address", "relation", "tags"), source=source)
        note_change(session, household=household, by=actor, note=note)
    return household


def insert_household(session: Session, wanted: HouseholdIn) -> Household:
    """Enter a household's own row; raises `HouseholdNumberTaken` or `DoorTaken`."""
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
        version=1,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(household)
    except IntegrityError as error:
        if "uq_households_door_id" in str(error.orig):
            raise DoorTaken from error
        if "uq_households_number" in str(error.orig):
            raise HouseholdNumberTaken from error
        raise
    return household


def add_person(session: Session, *, household: Household, wanted: PersonIn, source: str) -> Person:
    """Enter a person into a household; the change is noted by the caller.

    Raises `PersonRegisteredElsewhere`.
    """
    person_id = enter_persons(session, household=household, wanted=[wanted], source=source)[0]
    return session.get_one(Person, person_id)


def enter_persons(
    session: Session, *, household: Household, wanted: Sequence[PersonIn], source: str
) -> list[int]:
    """Enter persons into a household, a statement for each table; gives their numbers."""
    ids = next_ids(session, "persons", len(wanted))
    persons, indexes, tags = [], [], []
    for person_id, person in zip(ids, wanted, strict=True):
        values = sealed_fields(person)
        persons.append(_person_row(session, household, person, person_id=person_id))
        indexes += digests(
            session,
            person_id=person_id,
            division_code=household.division_code,
            values=values,
        )
        tags += [
            {
                "division_code": household.division_code,
                "person_id": person_id,
                "tag": tag.tag,
                "valid_from": tag.valid_from,
                "valid_until": tag.valid_until,
                "amount_fen": tag.amount_fen,
                "source": source,
            }
            for tag in person.tags
        ]
    session.execute(insert(Person), persons)
    enter_indexes(session, indexes)
    if tags:
        session.execute(insert(PersonTag), tags)
    return ids


def _person_row(
    session: Session, household: Household, wanted: PersonIn, *, person_id: int
) -> dict[str, Any]:
    sealed = {
        f"{field}_sealed": crypto.seal_value(session, value, Place("persons", person_id, field))
        for field, value in sealed_fields(wanted).items()
    }
    return {
        "id": person_id,
        "division_code": household.division_code,
        "household_id": household.id,
        "is_head": wanted.is_head,
        "relation": wanted.relation,
        "residence": wanted.residence,
        "left_because": "",
        "created_at": clock.now(),
        **sealed,
    }
