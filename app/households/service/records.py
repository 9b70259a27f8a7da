"""Looking at a record that is held open: masked at first, then one value at a time.

Each writes its line of the ledger in the transaction it reads in.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.households import masking, privacy
from app.households.errors import NoSuchField, NothingRegistered, RevealRefused
from app.households.queries import consents
from app.households.queries import openings as queries
from app.households.schemas import MaskedRecord, OpenRecord, Revealed, Sight
from app.households.service.finding import at
from app.households.service.openings import line_of
from app.households.words import PERSON_FIELDS
from app.identity import roles
from app.kernel.access import Actor

REVEALABLE = (*PERSON_FIELDS, "money")
"""Of a person, beside what they gave for the purpose; of the household it is the address."""


def look(
    session: Session, *, opening: OpenRecord, actor: Actor, beside: tuple[str, ...] = ()
) -> MaskedRecord:
    """Read a record, masked, and write which fields were shown; the scope must be open.

    `beside` names what other domains show next to it. Raises `HouseholdNotFound`, `RecordEnded`.
    """
    sight = _sight(actor, opening)
    record = _with_given(
        session, queries.masked(session, opening.household_id, sight=sight), opening
    )
    audit.record(session, line_of(opening, actor, "open", fields=(*record.fields, *beside)))
    return record


def _with_given(session: Session, record: MaskedRecord, opening: OpenRecord) -> MaskedRecord:
    """Add what members gave for just this purpose; for any other nothing is asked."""
    wanted = privacy.seen_for(opening.purpose)
    if not wanted:
        return record
    numbers = [person.id for person in record.persons]
    found = consents.details_of_persons(session, numbers, fields=wanted)
    given = {
        number: {field: masking.MASKS[field](value) for field, value in values.items()}
        for number, values in found.items()
    }
    shown = {field for values in given.values() for field in values}
    return replace(
        record,
        persons=tuple(replace(one, given=given.get(one.id, {})) for one in record.persons),
        fields=(*record.fields, *(field for field in wanted if field in shown)),
    )


def reveal(
    session: Session, *, opening: OpenRecord, field: str, person_id: int | None, actor: Actor
) -> Revealed:
    """Read one value in full and write its line: the address, or a field of a member.

    Raises `NoSuchField`, `PersonNotFound`, `NothingRegistered`, and `RevealRefused`, which is
    noted.
    """
    given = privacy.seen_for(opening.purpose)
    if field not in ((*REVEALABLE, *given) if person_id is not None else ("address",)):
        raise NoSuchField
    person = None
    if person_id is not None:
        person = queries.member(session, household_id=opening.household_id, person_id=person_id)
    wanted = {roles.RECORDS_REVEAL}
    if person is not None and person.is_minor:
        wanted.add(roles.RECORDS_MINORS)
    if field == "money":
        wanted.add(roles.RECORDS_MONEY)
    line = line_of(opening, actor, "reveal", fields=(field,), person_id=person_id)
    if not all(may_at(actor, permission, opening) for permission in wanted):
        raise RevealRefused(afterwards=audit.denial(line))
    if person_id is not None and field in given:
        found = consents.details_of_persons(session, [person_id], fields=(field,))
        value = found.get(person_id, {}).get(field)
    else:
        value = queries.value(
            session, opening.household_id, person=person, field=field, sight=_sight(actor, opening)
        )
    if not value:
        raise NothingRegistered
    audit.record(session, line)
    return Revealed(field, person.name if person else "", value)


def _sight(actor: Actor, opening: OpenRecord) -> Sight:
    return Sight(
        minors=may_at(actor, roles.RECORDS_MINORS, opening),
        health=may_at(actor, roles.RECORDS_HEALTH, opening),
        money=may_at(actor, roles.RECORDS_MONEY, opening),
    )


def may_at(actor: Actor, permission: str, opening: OpenRecord) -> bool:
    """Tell whether a right holds at the place of a record that is held open."""
    return actor.may_at(permission, **at(opening))
