"""A member is born or joins, dies or leaves the county, becomes the head, comes of age."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households.errors import FieldRefused, OneHeadWanted
from app.households.models.register import Household, Person, RecordChange
from app.households.queries import register as queries
from app.households.schemas import ADULT, Note, PersonIn
from app.households.schemas.acts import Departure, Seen, Why
from app.households.service import acts
from app.households.service.fields import checked
from app.households.service.register import add_person
from app.households.service.sealing import forget_indexes, sealed_fields
from app.households.words import LEFT_BECAUSE, PERSON_FIELDS, RELATIONS, RESIDENCES
from app.kernel import clock, outbox, scope
from app.kernel.access import Actor

LATE = timedelta(days=31)  # how long a birthday is still noticed after days without the daily task
_ENDS = {"died": "died", "moved": "left", "error": "struck_out"}


def join(
    session: Session, seen: Seen, *, wanted: PersonIn, act: str, actor: Actor, why: Why
) -> Person:
    """Enter a new member, `born` into the household or `joined` from outside the register.

    Raises as `acts.hold` does, `FieldRefused`, `OneHeadWanted` and `PersonRegisteredElsewhere`.
    """
    household = acts.hold(session, seen, actor=actor)
    if wanted.is_head:
        raise OneHeadWanted
    given = sealed_fields(wanted) | {"relation": wanted.relation, "residence": wanted.residence}
    for field, value in given.items():
        if value is not None:
            checked(field, value)
    if wanted.relation not in RELATIONS or wanted.residence not in RESIDENCES:
        raise FieldRefused
    person = add_person(session, household=household, wanted=wanted, source=why.source)
    note = Note(
        act,
        (*PERSON_FIELDS, "relation", "residence", "tags"),
        why.source,
        person_id=person.id,
        after=given,
        reason=why.reason,
    )
    acts.finish(session, household, by=actor, note=note)
    return person


def depart(
    session: Session, seen: Seen, *, departure: Departure, actor: Actor, why: Why
) -> Household:
    """Note that a member died, left the county or never belonged here.

    The ID number is free again; a household without members ends. Raises as `acts.hold` does,
    `PersonNotFound`, `FieldRefused`, and `OneHeadWanted` where the head leaves and no next one is
    named.
    """
    household = acts.hold(session, seen, actor=actor)
    person = acts.member(session, household, departure.person_id)
    if departure.because not in LEFT_BECAUSE or departure.on > clock.today():
        raise FieldRefused("请选择原因；日期不能晚于今天。")
    was_head, person.is_head = person.is_head, False
    person.left_on, person.left_because = departure.on, departure.because
    session.flush()
    forget_indexes(session, [person.id])
    staying = list(acts.members(session, household.id).values())
    if was_head and staying:
        if departure.next_head_id is None:
            raise OneHeadWanted
        acts.seat_head(session, staying, head_id=departure.next_head_id, relations={})
    note = Note(
        _ENDS[departure.because],
        ("residence",),
        why.source,
        person_id=person.id,
        after={"on": departure.on.isoformat()},
        reason=why.reason,
    )
    acts.finish(session, household, by=actor, note=note)
    outbox.publish(
        session, "households.person_left", household_id=household.id, person_id=person.id
    )
    acts.end_if_empty(session, household, by=actor, source=why.source)
    return household


def change_head(
    session: Session,
    seen: Seen,
    *,
    head_id: int,
    relations: Mapping[int, str],
    actor: Actor,
    why: Why,
) -> Household:
    """Make a member the head; `relations` of the others are to the new one.

    Raises as `acts.hold` does, `OneHeadWanted` where the person is no member, and `FieldRefused`.
    """
    household = acts.hold(session, seen, actor=actor)
    persons = list(acts.members(session, household.id).values())
    before = {str(person.id): person.relation for person in persons}
    acts.seat_head(session, persons, head_id=head_id, relations=relations)
    after = {str(person.id): person.relation for person in persons}
    note = Note(
        "head_changed",
        ("relation",),
        why.source,
        person_id=head_id,
        before=before,
        after=after,
        reason=why.reason,
    )
    acts.finish(session, household, by=actor, note=note)
    return household


def note_adults(session: Session, *, division_code: str) -> list[int]:
    """Note whoever of a village turned 18 in the last month and was not noted; gives their numbers.

    What follows from it is published (`households.came_of_age`). Run again, it notes nobody twice.
    """
    scope.open_scope(session, division_code)
    today = clock.today()
    noted = set(
        session.scalars(
            select(RecordChange.person_id).where(
                RecordChange.division_code == division_code, RecordChange.act == "came_of_age"
            )
        )
    )
    grown = [
        number
        for number, born in queries.birth_dates(session, division_code)
        if number not in noted and today - LATE < birthday(born, ADULT) <= today
    ]
    for person in session.scalars(select(Person).where(Person.id.in_(grown)).order_by(Person.id)):
        household = acts.lock(session, Seen(person.household_id, division_code))
        note = Note("came_of_age", (), "system", person_id=person.id)
        acts.finish(session, household, by=None, note=note)
        outbox.publish(session, "households.came_of_age", person_id=person.id)
    return grown


def birthday(born: date, years: int) -> date:
    """Give the day a person has lived so many years; of 29 February, 1 March in other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
