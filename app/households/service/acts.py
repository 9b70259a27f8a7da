"""What every act on a household begins and ends with: right, scope, lock, version; a line after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households.errors import (
    AnotherCounty,
    FieldRefused,
    HouseholdChanged,
    HouseholdEnded,
    HouseholdNotFound,
    OneHeadWanted,
    PersonNotFound,
    TwoHouseholdsWanted,
)
from app.households.models.register import Household, Person
from app.households.schemas import Note
from app.households.schemas.acts import Seen
from app.households.service.history import note_change
from app.households.service.keepers import require_keep
from app.households.words import RELATIONS
from app.kernel import clock, outbox, scope
from app.kernel.access import Actor
from app.places.models import CODE_LENGTHS

PREFIXES = sorted(CODE_LENGTHS.values(), reverse=True)


def hold(session: Session, seen: Seen, *, actor: Actor) -> Household:
    """Open the household's village and lock the household until the transaction ends.

    Raises `Forbidden`, `HouseholdNotFound`, `HouseholdEnded`, and `HouseholdChanged` where
    somebody changed it since it was seen.
    """
    require_keep(actor, seen.division_code, household_id=seen.household_id)
    scope.open_scope(session, seen.division_code)
    return lock(session, seen)


def hold_two(
    session: Session, one: Seen, other: Seen, *, actor: Actor
) -> tuple[Household, Household]:
    """Lock two households, also of two villages of the county where the actor may at both.

    The scope is then what the villages have in common. Raises as `hold` does, `AnotherCounty`,
    and `TwoHouseholdsWanted`.
    """
    if one.household_id == other.household_id:
        raise TwoHouseholdsWanted
    for seen in (one, other):
        require_keep(actor, seen.division_code, household_id=seen.household_id)
    scope.open_scope(session, narrowest_over(one.division_code, other.division_code))
    first, second = sorted((one, other), key=lambda seen: seen.household_id)  # no deadlock
    held = {seen.household_id: lock(session, seen) for seen in (first, second)}
    return held[one.household_id], held[other.household_id]


def narrowest_over(one: str, other: str) -> str:
    """Give the narrowest division both villages lie in; raises `AnotherCounty`."""
    for length in PREFIXES:
        if len(one) >= length and one[:length] == other[:length]:
            return one[:length]
    raise AnotherCounty


def lock(session: Session, seen: Seen) -> Household:
    """Lock a household of the opened scope for whoever the caller has found to have the right."""
    query = select(Household).where(
        Household.id == seen.household_id, Household.division_code == seen.division_code
    )
    row = session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise HouseholdNotFound
    if row.state != "active":
        raise HouseholdEnded
    if seen.version is not None and row.version != seen.version:
        raise HouseholdChanged
    return row


def finish(session: Session, household: Household, *, by: Actor | None, note: Note) -> None:
    """Count the household's version up and write the line of history, and the ledger's."""
    household.version += 1
    session.flush()
    note_change(session, household=household, by=by, note=note)
    if by is not None:
        line = Line(
            who=by,
            act="change",
            division_code=household.division_code,
            household_id=household.id,
            person_id=note.person_id,
            fields=tuple(sorted(note.fields)),
        )
        audit.record(session, line)


def members(session: Session, household_id: int) -> dict[int, Person]:
    """Give those who are in a household today, by number, the head first."""
    query = (
        select(Person)
        .where(Person.household_id == household_id, Person.left_on.is_(None))
        .order_by(Person.is_head.desc(), Person.id)
        .execution_options(populate_existing=True)
    )
    return {person.id: person for person in session.scalars(query)}


def member(session: Session, household: Household, person_id: int) -> Person:
    """Give a person of this household; raises `PersonNotFound`."""
    try:
        return members(session, household.id)[person_id]
    except KeyError:
        raise PersonNotFound from None


def seat_head(
    session: Session, persons: Sequence[Person], *, head_id: int, relations: Mapping[int, str]
) -> None:
    """Make one of these persons the head and write down how the others are related to them.

    Whoever was the head and is given no relation becomes `other`. Raises `OneHeadWanted` where the
    head is none of them, and `FieldRefused`.
    """
    if head_id not in {person.id for person in persons}:
        raise OneHeadWanted
    if not set(relations.values()) <= set(RELATIONS) - {"head"}:
        raise FieldRefused
    for person in persons:
        if person.id != head_id:
            given = relations.get(person.id)
            person.relation = given or ("other" if person.relation == "head" else person.relation)
            person.is_head = False
    session.flush()  # the old head first: there is one at a time
    for person in persons:
        if person.id == head_id:
            person.is_head, person.relation = True, "head"
    session.flush()


def end_if_empty(session: Session, household: Household, *, by: Actor, source: str) -> bool:
    """End a household that nobody is left in: its door is free, its number may be given again."""
    if members(session, household.id):
        return False
    household.state, household.ended_on = "ended", clock.today()
    door, household.door_id = household.door_id, None
    before = {"door": str(door)} if door else None
    finish(session, household, by=by, note=Note("ended", (), source, before=before))
    outbox.publish(session, "households.household_ended", household_id=household.id)
    return True
