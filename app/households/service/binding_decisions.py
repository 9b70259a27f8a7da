"""What the village's clerk decides about requests that could not be granted at once."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households import judging
from app.households.binding_errors import (
    AlreadyBound,
    RefusalReasonWanted,
    RequestDecided,
    UnfitAge,
)
from app.households.errors import HouseholdNotFound, PersonNotFound
from app.households.models.bindings import HouseholdBinding
from app.households.queries import bindings as queries
from app.households.queries import register
from app.households.schemas import BindingView, PersonView
from app.households.service import binding_ends, bindings
from app.households.service.keepers import require_keep
from app.identity.villagers import queries as villagers
from app.identity.villagers.phones import masked
from app.kernel import clock, crypto, outbox, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place

SHORTEST, LONGEST = 2, 200  # characters of a reason


def checked_reason(text: str) -> str:
    """Give a reason as it is kept; raises `RefusalReasonWanted`."""
    words = text.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        raise RefusalReasonWanted
    return words


def open_request(session: Session, *, binding_id: int, actor: Actor) -> BindingView:
    """Open a request for its clerk, who is written into the ledger as having seen it.

    Opens the village. Raises `BindingNotFound` or `Forbidden`.
    """
    row = binding_ends.hold(session, binding_id)
    require_keeper(actor, row)
    scope.open_scope(session, row.division_code)
    line = Line(
        who=actor,
        act="open_request",
        division_code=row.division_code,
        household_id=_household(session, row),
        fields=("name", "phone", "birth_date", "relation"),
        purpose="verify",
    )
    audit.record(session, line)
    return queries.shape(row)


def require_keeper(actor: Actor, row: HouseholdBinding) -> None:
    """Raise `Forbidden`, which is noted, unless the actor keeps the register of that village."""
    require_keep(actor, row.division_code, household_id=row.household_id, act="open_request")


def asker(session: Session, *, binding_id: int) -> tuple[str, str]:
    """Give how the asker of a waiting request is called, and their number, masked."""
    row = queries.get(session, binding_id)
    place = Place(bindings.TABLE, row.id, "name")
    name = crypto.open_value(session, row.name_sealed, place)
    phone = villagers.proved_phone(session, row.account_id)
    return name or "", masked(phone) if phone else ""


def household_of(session: Session, request: BindingView) -> int | None:
    """Tell which household a request is about today; the division must be open."""
    if request.household_id is not None:
        return request.household_id
    return register.at_door(session, request.door_id) if request.door_id else None


def _household(session: Session, row: HouseholdBinding) -> int | None:
    return household_of(session, queries.shape(row))


def confirm(session: Session, *, binding_id: int, person_id: int, actor: Actor) -> BindingView:
    """Grant a request: the account is this person, or the guardian of this child.

    Raises `BindingNotFound`, `Forbidden`, `RequestDecided`, `HouseholdNotFound`, `PersonNotFound`,
    `UnfitAge` or `AlreadyBound`.
    """
    row = _take(session, binding_id, actor=actor)
    household_id = _household(session, row)
    if household_id is None:
        raise HouseholdNotFound("这块门牌还没有对应到户，请先在住户登记里对应，再来确认。")
    person = _member(session, household_id, person_id)
    if not judging.fits_age(person, kind=row.kind, on=clock.today()):
        raise UnfitAge
    row.household_id, row.person_id = household_id, person_id
    row.state, row.name_sealed = "active", None
    row.bound_at = row.confirmed_at = clock.now()
    _sign(row, actor=actor)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        raise AlreadyBound from error
    bindings.note_and_tell(session, row, who=actor)
    outbox.publish(session, "bindings.tell_answer", binding_id=row.id)
    return queries.shape(row)


def refuse(session: Session, *, binding_id: int, reason: str, actor: Actor) -> None:
    """Refuse a request with a reason that the asker reads.

    Raises `BindingNotFound`, `Forbidden`, `RequestDecided` or `RefusalReasonWanted`.
    """
    row = _take(session, binding_id, actor=actor)
    place = Place(bindings.TABLE, row.id, "reason")
    row.reason_sealed = crypto.seal_value(session, checked_reason(reason), place)
    row.state, row.name_sealed = "refused", None
    _sign(row, actor=actor)
    session.flush()
    line = Line(
        who=actor,
        act="refuse_binding",
        division_code=row.division_code,
        household_id=_household(session, row),
    )
    audit.record(session, line)
    outbox.publish(session, "bindings.tell_answer", binding_id=row.id)


def _take(session: Session, binding_id: int, *, actor: Actor) -> HouseholdBinding:
    row = binding_ends.hold(session, binding_id)
    require_keeper(actor, row)
    if row.state != "pending":
        raise RequestDecided
    scope.open_scope(session, row.division_code)
    return row


def _sign(row: HouseholdBinding, *, actor: Actor) -> None:
    row.decided_by, row.decided_at = actor.staff_id, clock.now()


def _member(session: Session, household_id: int, person_id: int) -> PersonView:
    for person in queries.members(session, household_id):
        if person.id == person_id:
            return person
    raise PersonNotFound


def reason_of(session: Session, binding_id: int) -> str:
    """Give why a request was refused, for its asker; empty where it was not."""
    row = queries.get(session, binding_id)
    place = Place(bindings.TABLE, row.id, "reason")
    return crypto.open_value(session, row.reason_sealed, place) or ""
