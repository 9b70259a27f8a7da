"""Carrying a chunk of decisions out, in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households.models.register import Household, Person, PersonTag
from app.households.queries import register
from app.households.rosters.decisions import ADD, CHANGE, Decision, Step
from app.households.rosters.entries import Entry, Member
from app.households.schemas import Note, PersonView, TagIn
from app.households.service.importing.deciding import decide, needed
from app.households.service.importing.inserting import (
    Newcomer,
    Origin,
    insert_persons,
    new_households,
    new_numbers,
)
from app.households.service.importing.surveying import survey
from app.households.service.register import INDEXED, note_change, write_index
from app.kernel import clock, crypto, scope
from app.kernel.crypto import Place

SEALED = ("name", "id_number", "phone", "birth_date")


def plan(session: Session, entries: Sequence[Entry], *, division_code: str) -> list[Decision]:
    """Say what is to be done with these households as the register is now; nothing is written."""
    scope.open_scope(session, division_code)
    found = survey(session, division_code=division_code, entries=entries)
    today = clock.today()
    return [decide(found, entry, today=today) for entry in entries]


def enter(session: Session, entries: Sequence[Entry], *, origin: Origin) -> list[Decision]:
    """Decide about these households anew, and enter and change them.

    Raises `IntegrityError` where somebody else entered one of them at the same moment; then
    nothing of the chunk may be kept.
    """
    prepared = prepare(session, entries, origin=origin)
    for entry, (decision, newcomer) in zip(entries, prepared, strict=True):
        if newcomer is not None:
            newcomer.write(session)
        elif decision.outcome == CHANGE:
            _change_household(session, entry, decision, origin=origin)
    session.flush()
    return [decision for decision, _newcomer in prepared]


def prepare(
    session: Session, entries: Sequence[Entry], *, origin: Origin
) -> list[tuple[Decision, Newcomer | None]]:
    """Decide about these households, and make ready what is new; nothing is written."""
    decisions = plan(session, entries, division_code=origin.division_code)
    new = [entry for entry, one in zip(entries, decisions, strict=True) if one.outcome == ADD]
    unnumbered = sum(not entry.number for entry in new)
    drawn = iter(
        new_numbers(session, division_code=origin.division_code, count=unnumbered)
        if unnumbered
        else ()
    )
    numbers = [entry.number or next(drawn) for entry in new]
    newcomers = iter(new_households(session, new, numbers=numbers, origin=origin))
    return [(one, next(newcomers) if one.outcome == ADD else None) for one in decisions]


def _change_household(
    session: Session, entry: Entry, decision: Decision, *, origin: Origin
) -> None:
    query = select(Household).where(Household.id == decision.household_id)
    household = session.scalars(query.with_for_update()).one()
    household.version += 1
    if decision.fields:
        _put_fields(session, household, entry, decision, origin=origin)
    joining = []
    for member, step in zip(entry.members, decision.steps, strict=True):
        if step.outcome == ADD:
            joining.append(member)
        elif step.outcome == CHANGE:
            _change_person(session, household, member, step, origin=origin)
    if not joining:
        return
    ids = insert_persons(
        session, [(household.id, member.person()) for member in joining], origin=origin
    )
    for member, person_id in zip(joining, ids, strict=True):
        fields = ("name", "relation", *(name for name in SEALED[1:] if getattr(member, name)))
        note = Note("joined", fields=fields, source=origin.source, person_id=person_id)
        note_change(session, household=household, by=origin.actor, note=note)


def _put_fields(
    session: Session, household: Household, entry: Entry, decision: Decision, *, origin: Origin
) -> None:
    place = Place("households", household.id, "address")
    old = {
        "address": crypto.open_value(session, household.address_sealed, place),
        "number": household.number,
        "group": household.group_code or household.group_label,
    }
    new = {
        "address": entry.address,
        "number": entry.number,
        "group": entry.group_code or entry.group_label,
    }
    if "address" in decision.fields:
        household.address_sealed = crypto.seal_value(session, entry.address, place)
    if "number" in decision.fields:
        household.number = entry.number
    if "group" in decision.fields:
        household.group_code, household.group_label = entry.group_code, entry.group_label
    _note(session, household, decision.fields, (old, new), origin=origin)


def _change_person(
    session: Session, household: Household, member: Member, step: Step, *, origin: Origin
) -> None:
    person = session.get_one(Person, step.person_id)
    (view,) = register.open_persons(session, [person])
    old, new = _values(view), _values(member)
    for field in step.fields:
        if field in SEALED:
            place = Place("persons", person.id, field)
            setattr(person, f"{field}_sealed", crypto.seal_value(session, new[field], place))
            if field in INDEXED:
                session.flush()
                write_index(session, person=person, field=field, value=new[field])
        elif field != "tags":
            setattr(person, field, getattr(member, field))
    if "tags" in step.fields:
        _put_tags(session, person, view, member.tags, origin=origin)
    _note(session, household, step.fields, (old, new), origin=origin, person_id=person.id)


def _put_tags(
    session: Session, person: Person, view: PersonView, tags: Iterable[TagIn], *, origin: Origin
) -> None:
    """Enter what is new; where the amount or the end differs, the one that ran until now changes.

    What stood before is in the history.
    """
    today = clock.today()
    for tag in tags:
        if not needed(tag, view.tags, today=today):
            continue
        running = [
            one
            for one in view.tags
            if one.tag == tag.tag and one.holds_on(max(today, one.valid_from))
        ]
        if running and (tag.valid_until is None or tag.valid_until >= running[0].valid_from):
            row = session.get_one(PersonTag, running[0].id)
            row.amount_fen = row.amount_fen if tag.amount_fen is None else tag.amount_fen
            row.valid_until = tag.valid_until or row.valid_until
            row.source = origin.source
            continue
        session.add(
            PersonTag(
                division_code=person.division_code,
                person_id=person.id,
                tag=tag.tag,
                valid_from=tag.valid_from,
                valid_until=tag.valid_until,
                amount_fen=tag.amount_fen,
                source=origin.source,
            )
        )


def _values(person: PersonView | Member) -> dict[str, str | None]:
    """Write a person's values as the history keeps them."""
    tags = [
        [tag.tag, str(tag.valid_from), str(tag.valid_until or ""), tag.amount_fen]
        for tag in person.tags
    ]
    return {
        "name": person.name,
        "id_number": person.id_number,
        "phone": person.phone,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "relation": person.relation,
        "residence": person.residence,
        "tags": json.dumps(tags, ensure_ascii=False),
    }


def _note(
    session: Session,
    household: Household,
    fields: tuple[str, ...],
    sides: tuple[dict[str, Any], dict[str, Any]],
    *,
    origin: Origin,
    person_id: int | None = None,
) -> None:
    before, after = ({field: side[field] for field in fields} for side in sides)
    note = Note(
        "changed",
        fields=fields,
        source=origin.source,
        person_id=person_id,
        before=before,
        after=after,
    )
    note_change(session, household=household, by=origin.actor, note=note)
