"""Deciding about a visit from a device that does not fit: a person compares, and chooses."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households.models.register import Household
from app.households.queries import register
from app.households.service.finding import at
from app.identity import roles
from app.kernel import clock, crypto, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.visits import queries
from app.visits.errors import MessageNotFound, ReasonWanted, StepRefused
from app.visits.models.logbook import Visit, WaitingMessage
from app.visits.schemas import LONGEST_NEED, OfflineVisit, WrittenVisit
from app.visits.service import logbook
from app.visits.service.rights import number_of, require_at, require_somewhere_in

EDITED = frozenset({"edited", "edited_elsewhere", "edited_late"})
"""Reasons of another version of a visit that stands: it is never a visit of its own."""


def choices(message: WaitingMessage) -> tuple[str, ...]:
    """List what may be decided about a message."""
    if not EDITED.isdisjoint(message.reasons):
        return ("replaced", "merged", "dropped")
    if message.other_visit_id is not None:
        return ("kept", "merged", "dropped")
    return ("kept", "dropped")


def choices_of(session: Session, message: WaitingMessage, actor: Actor) -> tuple[str, ...]:
    """List what the actor may decide: beyond the right at the household, only not to use it.

    Opens the county's scope.
    """
    scope.open_scope(session, message.division_code[:6])
    if actor.may_at(roles.VISITS_LOG, **at(register.get(session, message.household_id))):
        return choices(message)
    return ("dropped",)


def compare(
    session: Session, *, message_id: int, division_code: str, actor: Actor
) -> tuple[WaitingMessage, OfflineVisit, Visit | None]:
    """Give a message, what it says, and the visit it stands against; leaves a line of that reading.

    That visit is given to those alone who may log visits where the household is today.
    Opens the county's scope. Raises `Forbidden` or `MessageNotFound`.
    """
    message = _message_for(session, message_id, division_code, actor)
    audit.record(
        session,
        Line(
            who=actor,
            act="open",
            division_code=division_code,
            household_id=message.household_id,
            fields=("visit",),
            purpose="visit",
        ),
    )
    content = queries.content(session, message)
    scope.open_scope(session, division_code[:6])  # the household may have moved in the county
    other = _other(session, message)
    if other is not None and not _may_touch(session, other, actor):
        other = None
    return message, content, other


def settle(
    session: Session,
    *,
    message_id: int,
    division_code: str,
    decision: str,
    note: str,
    actor: Actor,
) -> WaitingMessage:
    """Do what a person decided; what came from the device stays sealed beside the decision.

    Raises `Forbidden`, `MessageNotFound`, `StepRefused` or `ReasonWanted`.
    """
    message = _message_for(session, message_id, division_code, actor)
    session.refresh(message, with_for_update=True)
    if message.settled:
        raise MessageNotFound
    if decision not in choices(message):
        raise StepRefused("这条走访不能这样处理。")
    reason = note.strip()[:LONGEST_NEED]
    if decision == "dropped" and not reason:
        raise ReasonWanted
    _apply(session, message, decision=decision, actor=actor)
    message.settled, message.settled_at = decision, clock.now()
    message.settled_by, message.settled_by_staff_id = actor.name, actor.staff_id
    message.note_sealed = crypto.seal_value(
        session, reason or None, Place("waiting_messages", message.id, "note")
    )
    session.flush()
    return message


def _apply(session: Session, message: WaitingMessage, *, decision: str, actor: Actor) -> None:
    # The household may have moved within the county since the pack was made: what is written is
    # written where it is today, so the right is asked for there.
    scope.open_scope(session, message.division_code[:6])
    if decision == "dropped":
        return
    household = register.get(session, message.household_id)
    require_at(actor, household)
    content, other = queries.content(session, message), _other(session, message)
    if other is not None:
        require_at(actor, register.get(session, other.household_id))
    pack = queries.get_pack(session, message.pack_id)
    if decision == "kept":
        logbook.write_visit(session, wanted=content, household=household, actor=actor, pack=pack)
    elif decision == "replaced" and other is not None:
        logbook.replace_content(session, visit=other, wanted=content, actor=actor)
        logbook.open_new_needs(session, visit=other, wanted=content, actor=actor, pack=pack)
    elif decision == "merged" and other is not None:
        standing = logbook.as_written(session, other)
        merged = _joined(standing, content, author=message.staff_name)
        logbook.replace_content(session, visit=other, wanted=merged, actor=actor)
        logbook.open_new_needs(session, visit=other, wanted=content, actor=actor, pack=pack)


def _joined(standing: WrittenVisit, sent: OfflineVisit, *, author: str) -> WrittenVisit:
    """Put what was sent below what stands, with whose it is."""
    notes = [standing.notes, f"【{author} 离线记录】{sent.notes}" if sent.notes else ""]
    return standing.model_copy(
        update={
            "revision": sent.revision,
            "met_person_ids": sorted({*standing.met_person_ids, *sent.met_person_ids}),
            "met": "；".join(filter(None, dict.fromkeys([standing.met, sent.met]))),
            "notes": "\n".join(filter(None, notes)),
        }
    )


def _message_for(
    session: Session, message_id: int, division_code: str, actor: Actor
) -> WaitingMessage:
    number_of(actor)
    require_somewhere_in(actor, division_code)
    scope.open_scope(session, division_code)
    message = queries.get_waiting(session, message_id)
    if not may_decide(session, message, actor):
        raise MessageNotFound
    return message


def may_decide(session: Session, message: WaitingMessage, actor: Actor) -> bool:
    """Tell whether someone may read and decide: by a right at the household or its pack's village.

    Whoever has a right at one group alone decides about the households of that group.
    """
    if actor.may(roles.VISITS_LOG, division_code=message.division_code):
        return True
    query = select(Household).where(Household.id == message.household_id)
    household = session.scalars(query).one_or_none()
    return household is not None and actor.may_at(roles.VISITS_LOG, **at(household))


def _other(session: Session, message: WaitingMessage) -> Visit | None:
    if message.other_visit_id is None:
        return None
    return queries.get_visit(session, visit_id=message.other_visit_id)


def _may_touch(session: Session, visit: Visit, actor: Actor) -> bool:
    return actor.may_at(roles.VISITS_LOG, **at(register.get(session, visit.household_id)))
