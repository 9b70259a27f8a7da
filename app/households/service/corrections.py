"""Corrections (PIPL 第四十六条): a bound member asks, the clerk checks, accepts or refuses.

What is accepted goes through the register's own act, so that its rules, its history and the
ledger hold for it as for any change.
"""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households.binding_errors import (
    CorrectionAnswered,
    CorrectionNotFound,
    CorrectionRefused,
    CorrectionWaiting,
    NotYours,
)
from app.households.errors import FieldRefused, RevealRefused
from app.households.models.bindings import Correction
from app.households.queries import corrections as queries
from app.households.queries import register
from app.households.queries.corrections import CorrectionView
from app.households.schemas.acts import Seen, Why
from app.households.service import fields, finding, own_records
from app.households.service.binding_decisions import checked_reason
from app.households.service.register import next_ids
from app.households.words import FIELDS
from app.identity import roles
from app.kernel import clock, crypto, outbox
from app.kernel.access import Actor, Villager
from app.kernel.crypto import Place

SOURCE = "correction"
REMARK_LENGTH = 200
OF_PERSON = ("name", "id_number", "phone", "birth_date", "relation", "residence")
OF_HOUSEHOLD = ("address",)
CORRECTABLE = MappingProxyType({field: FIELDS[field] for field in (*OF_PERSON, *OF_HOUSEHOLD)})


def ask(
    session: Session,
    *,
    villager: Villager,
    binding_id: int,
    person_id: int | None,
    field: str,
    wanted: tuple[str, str],
) -> int:
    """Ask for a field of one's own, a dependant's or the household's to be corrected.

    `wanted` is the right value and a remark for the clerk; both are sealed. Gives the number.
    Raises as `own_records.require` does, `NotYours`, `PersonNotFound`, `CorrectionRefused` or
    `CorrectionWaiting`.
    """
    own = own_records.require(session, villager=villager, binding_id=binding_id)
    value, remark = _checked(field, *wanted)
    if own.me is None and (field in OF_HOUSEHOLD or not own.own):
        raise NotYours
    if field in OF_PERSON and (person_id is None or own.person(person_id).id not in own.own):
        raise NotYours
    row = Correction(
        id=next_ids(session, queries.TABLE, 1)[0],
        binding_id=binding_id,
        account_id=villager.account_id,
        household_id=own.household.id,
        person_id=person_id if field in OF_PERSON else None,
        division_code=own.household.division_code,
        field=field,
        state="open",
        asked_at=clock.now(),
    )
    row.value_sealed = crypto.seal_value(session, value, Place(queries.TABLE, row.id, "value"))
    row.remark_sealed = crypto.seal_value(session, remark, Place(queries.TABLE, row.id, "remark"))
    _enter(session, row)
    _note(session, row, who=villager, act="ask_correction")
    outbox.publish(
        session,
        "bindings.tell_correction",
        correction_id=row.id,
        division_code=row.division_code,
    )
    return row.id


def _enter(session: Session, row: Correction) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise CorrectionWaiting from error


def _checked(field: str, value: str, remark: str) -> tuple[str, str | None]:
    """Hold a wish to the register's own rules; raises `CorrectionRefused`."""
    if field not in CORRECTABLE:
        raise CorrectionRefused
    try:
        kept = fields.checked(field, value)
    except FieldRefused as error:
        raise CorrectionRefused from error
    note = remark.strip()
    if kept is None or len(note) > REMARK_LENGTH:
        raise CorrectionRefused
    return kept, note or None


def withdraw(session: Session, *, villager: Villager, binding_id: int, correction_id: int) -> None:
    """Take a wish back before it is answered.

    Raises as `own_records.require` does, `CorrectionNotFound` or `CorrectionAnswered`.
    """
    own_records.require(session, villager=villager, binding_id=binding_id)
    row = queries.get(session, correction_id, lock=True)
    if row.account_id != villager.account_id:
        raise CorrectionNotFound
    _close(row, state="withdrawn")
    session.flush()


def open_wish(session: Session, *, correction_id: int, actor: Actor) -> CorrectionView:
    """Open a wish for its clerk, who is written into the ledger as having seen the field.

    Raises `CorrectionNotFound`, and `RevealRefused` where it is a minor's and the clerk may see
    none, which is noted.
    """
    row = _find(session, correction_id, actor=actor)
    _note(session, row, who=actor, act="open_request")
    return queries.view(session, row)


def accept(session: Session, *, correction_id: int, actor: Actor) -> None:
    """Put a wish into the register, and tell who asked.

    Raises as `open_wish` does, `CorrectionAnswered`, and what the register's act raises.
    """
    row = _take(session, correction_id, actor=actor)
    value = queries.view(session, row).value
    why = Why(source=f"{SOURCE}:{row.id}")
    if row.person_id is not None:
        fields.change_person(
            session, person_id=row.person_id, field=row.field, value=value, actor=actor, why=why
        )
    else:
        seen = Seen(household_id=row.household_id, division_code=row.division_code)
        fields.change_household(session, seen, field=row.field, value=value, actor=actor, why=why)
    _answer(session, row, state="accepted", actor=actor)


def refuse(session: Session, *, correction_id: int, reason: str, actor: Actor) -> None:
    """Refuse a wish with a reason that whoever asked reads.

    Raises as `open_wish` does, `CorrectionAnswered` or `RefusalReasonWanted`.
    """
    row = _take(session, correction_id, actor=actor)
    place = Place(queries.TABLE, row.id, "reason")
    row.reason_sealed = crypto.seal_value(session, checked_reason(reason), place)
    _answer(session, row, state="refused", actor=actor)


def _find(session: Session, correction_id: int, *, actor: Actor, lock: bool = False) -> Correction:
    """Find a wish for whoever keeps the register of its village, and leave open where it lies."""
    for row in finding.in_each_place(
        session,
        permission=roles.HOUSEHOLDS_KEEP,
        actor=actor,
        find=lambda: queries.get(session, correction_id, lock=lock),
    ):
        if actor.may(roles.HOUSEHOLDS_KEEP, division_code=row.division_code):
            _require_sight(session, row, actor=actor)
            return row
    raise CorrectionNotFound


def _require_sight(session: Session, row: Correction, *, actor: Actor) -> None:
    """Raise `RevealRefused`, which is noted, where a minor's value is not for this clerk to see.

    Nobody decides on what they may not see. A person the scope does not show is taken for a minor.
    """
    if row.person_id is None:
        return
    person = register.person(session, row.person_id)
    home = register.get(session, row.household_id)
    if (person is None or person.is_minor(clock.today())) and not actor.may_at(
        roles.RECORDS_MINORS, **finding.at(home)
    ):
        raise RevealRefused(afterwards=audit.denial(_line(row, who=actor, act="open_request")))


def _take(session: Session, correction_id: int, *, actor: Actor) -> Correction:
    row = _find(session, correction_id, actor=actor, lock=True)
    if row.state != "open":
        raise CorrectionAnswered
    return row


def _close(row: Correction, *, state: str) -> None:
    if row.state != "open":
        raise CorrectionAnswered
    row.state, row.answered_at = state, clock.now()


def _answer(session: Session, row: Correction, *, state: str, actor: Actor) -> None:
    _close(row, state=state)
    row.answered_by = actor.staff_id
    session.flush()
    if state == "refused":
        _note(session, row, who=actor, act="refuse_correction")
    outbox.publish(
        session,
        "bindings.tell_corrected",
        correction_id=row.id,
        division_code=row.division_code,
    )


def _note(session: Session, row: Correction, *, who: Actor | Villager, act: str) -> None:
    audit.record(session, _line(row, who=who, act=act))


def _line(row: Correction, *, who: Actor | Villager, act: str) -> Line:
    return Line(
        who=who,
        act=act,
        division_code=row.division_code,
        household_id=row.household_id,
        person_id=row.person_id,
        fields=(row.field,),
    )
