"""A household splits, two become one, members go over to another household."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.households.errors import OneHeadWanted, PersonNotFound, SomeoneMustStay
from app.households.models.register import Household, Person, PersonIndex, PersonTag
from app.households.schemas import HouseholdIn, Note
from app.households.schemas.acts import Move, Seen, Split, Why
from app.households.service import acts
from app.households.service.fields import checked
from app.households.service.register import insert_household
from app.households.words import PERSON_FIELDS
from app.kernel import outbox, scope
from app.kernel.access import Actor


@dataclass(frozen=True)
class _Passage:
    """Persons on their way from one household to another, and the words for both ends of it."""

    persons: Sequence[Person]
    old: Household
    new: Household
    leaving: str
    arriving: str


def split(session: Session, seen: Seen, *, wanted: Split, actor: Actor, why: Why) -> Household:
    """Let some members found a household of their own in the same village and group (分户).

    Raises as `acts.hold` does, `PersonNotFound`, `SomeoneMustStay`, `OneHeadWanted` where either
    household would be without a head, `FieldRefused` and `HouseholdNumberTaken`.
    """
    checked("number", wanted.number)
    old = acts.hold(session, seen, actor=actor)
    leaving, staying = _parted(session, old, wanted.member_ids)
    if not leaving or not staying:
        raise SomeoneMustStay
    plan = HouseholdIn(
        division_code=old.division_code,
        number=wanted.number,
        members=(),
        group_code=old.group_code,
        group_label=old.group_label,
        address=wanted.address,
        assistance_officer_id=old.assistance_officer_id,
    )
    new = insert_household(session, plan)
    passage = _Passage(leaving, old, new, "split_off", "split_to")
    _pass(session, passage, staying=staying, next_head_id=wanted.remaining_head_id)
    mine = {number: word for number, word in wanted.relations.items() if number != wanted.head_id}
    acts.seat_head(session, leaving, head_id=wanted.head_id, relations=mine)
    _note(session, passage, by=actor, why=why)
    return new


def merge(
    session: Session,
    into: Seen,
    gone: Seen,
    *,
    relations: Mapping[int, str],
    actor: Actor,
    why: Why,
) -> Household:
    """Let everyone of one household join another, which keeps its head; the first one ends (并户).

    Raises as `acts.hold_two` does, and `FieldRefused`.
    """
    kept, ending = acts.hold_two(session, into, gone, actor=actor)
    joining = list(acts.members(session, ending.id).values())
    passage = _Passage(joining, ending, kept, "merged_away", "merged_in")
    _pass(session, passage, staying=(), next_head_id=None)
    return _arrive(session, passage, relations=relations, by=actor, why=why)


def move(
    session: Session, seen: Seen, to: Seen, *, wanted: Move, actor: Actor, why: Why
) -> Household:
    """Let members go over to another household of the county, which keeps its head.

    A household whose last member goes ends; one whose head goes needs the next one. Raises as
    `acts.hold_two` does, `PersonNotFound`, `OneHeadWanted` and `FieldRefused`.
    """
    old, new = acts.hold_two(session, seen, to, actor=actor)
    moving, staying = _parted(session, old, frozenset(wanted.relations))
    if not moving:
        raise PersonNotFound
    passage = _Passage(moving, old, new, "moved_out", "moved_in")
    _pass(session, passage, staying=staying, next_head_id=wanted.next_head_id)
    return _arrive(session, passage, relations=wanted.relations, by=actor, why=why)


def _parted(
    session: Session, household: Household, chosen: frozenset[int]
) -> tuple[list[Person], list[Person]]:
    here = acts.members(session, household.id)
    if not chosen <= set(here):
        raise PersonNotFound
    return (
        [person for number, person in here.items() if number in chosen],
        [person for number, person in here.items() if number not in chosen],
    )


def _pass(
    session: Session, passage: _Passage, *, staying: Sequence[Person], next_head_id: int | None
) -> None:
    """Carry persons over; whoever stays behind without a head gets the next one."""
    lost_head = any(person.is_head for person in passage.persons)
    for person in passage.persons:
        person.is_head = False
        person.household_id = passage.new.id
        person.division_code = passage.new.division_code
    session.flush()
    if passage.old.division_code != passage.new.division_code:
        numbers = [person.id for person in passage.persons]
        for table in (PersonIndex, PersonTag):
            session.execute(
                update(table)
                .where(table.person_id.in_(numbers))
                .values(division_code=passage.new.division_code)
            )
    if lost_head and staying:
        if next_head_id is None:
            raise OneHeadWanted
        acts.seat_head(session, staying, head_id=next_head_id, relations={})


def _arrive(
    session: Session, passage: _Passage, *, relations: Mapping[int, str], by: Actor, why: Why
) -> Household:
    """Seat those who arrived around the head of the new household, and write both histories."""
    everyone = list(acts.members(session, passage.new.id).values())
    head = next(person for person in everyone if person.is_head)
    arrived = {person.id for person in passage.persons}
    given = {number: word for number, word in relations.items() if number in arrived}
    acts.seat_head(session, everyone, head_id=head.id, relations=given)
    _note(session, passage, by=by, why=why)
    if acts.end_if_empty(session, passage.old, by=by, source=why.source):
        passage.old.joined_into_id = passage.new.id
        session.flush()  # while the scope still holds both
        outbox.publish(
            session,
            "households.household_joined",
            household_id=passage.old.id,
            into_id=passage.new.id,
            county_code=passage.new.division_code[:6],
        )
    scope.open_scope(session, passage.new.division_code)
    return passage.new


def _note(session: Session, passage: _Passage, *, by: Actor, why: Why) -> None:
    """Write a line in both households for every person.

    The history of another village does not come along, so there the arrival is where the values
    come from.
    """
    far = passage.old.division_code != passage.new.division_code
    came = (*PERSON_FIELDS, "residence", "tags", "relation") if far else ("relation",)
    for person in passage.persons:
        gone = Note(
            passage.leaving,
            (),
            why.source,
            person_id=person.id,
            after={"household": passage.new.number},
            reason=why.reason,
        )
        acts.finish(session, passage.old, by=by, note=gone)
        here = Note(
            passage.arriving,
            came,
            why.source,
            person_id=person.id,
            before={"household": passage.old.number},
            after={"relation": person.relation},
            reason=why.reason,
        )
        acts.finish(session, passage.new, by=by, note=here)
        outbox.publish(
            session,
            "households.person_left",
            household_id=passage.old.id,
            person_id=person.id,
        )
