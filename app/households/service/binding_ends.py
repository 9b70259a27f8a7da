"""How bindings end: by whoever may end them, and by themselves when life goes on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households.binding_errors import (
    BindingEnded,
    BindingNotFound,
    BindingWaiting,
    NotYours,
    RequestDecided,
)
from app.households.models.bindings import BindingInvitation, Correction, HouseholdBinding
from app.households.models.register import Household, Person
from app.households.service import bindings
from app.households.service.keepers import require_keep
from app.kernel import clock, outbox, scope
from app.kernel.access import SYSTEM, Actor, Villager

_LEFT = {"died": "died"}  # whatever else the register says: the household changed


def hold(session: Session, binding_id: int) -> HouseholdBinding:
    """Lock a binding until the transaction ends; raises `BindingNotFound`."""
    row = session.get(HouseholdBinding, binding_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise BindingNotFound
    return row


def hold_own(session: Session, *, villager: Villager, binding_id: int) -> HouseholdBinding:
    """Lock one's own active binding.

    Raises `BindingNotFound` for another's, `BindingWaiting`, or `BindingEnded`.
    """
    row = hold(session, binding_id)
    if row.account_id != villager.account_id:
        raise BindingNotFound
    if row.state == "pending":
        raise BindingWaiting
    if row.state != "active" or (row.ends_on is not None and row.ends_on < clock.today()):
        raise BindingEnded
    return row


def end_own(session: Session, *, villager: Villager, binding_id: int) -> None:
    """End one's own binding, or take back a request; a second time it is ended already.

    Raises `BindingNotFound`.
    """
    row = hold(session, binding_id)
    if row.account_id != villager.account_id:
        raise BindingNotFound
    if row.state == "pending":
        _close(row, because="withdrawn")
    elif row.state == "active":
        end(session, row, because="delegate" if row.kind == "delegate" else "left", who=villager)


def end_other(
    session: Session, *, villager: Villager, binding_id: int, own_binding_id: int
) -> None:
    """End another's binding to one's household: the head any, a member those they invited.

    Raises `BindingNotFound` or `NotYours`. The division must be open.
    """
    mine = hold_own(session, villager=villager, binding_id=own_binding_id)
    row = hold(session, binding_id)
    if row.household_id != mine.household_id:
        raise BindingNotFound
    because = "grantor" if row.granted_by_id == mine.id else "head"
    if because == "head" and not is_head(session, mine):
        raise NotYours
    if row.state == "active":
        end(session, row, because=because, who=villager)


def is_head(session: Session, row: HouseholdBinding) -> bool:
    """Tell whether a member's binding is the head's; the division must be open."""
    if row.kind != "member":
        return False
    head = select(Person.id).where(
        Person.id == row.person_id,
        Person.household_id == row.household_id,
        Person.is_head,
        Person.left_on.is_(None),
    )
    return session.scalar(head) is not None


def end(
    session: Session, row: HouseholdBinding, *, because: str, who: Actor | Villager = SYSTEM
) -> None:
    """End an active binding and those it granted; the line goes into the ledger, its owner is told.

    Delegates see by the right of a member: with it, theirs goes.
    """
    granted = select(HouseholdBinding).where(
        HouseholdBinding.granted_by_id == row.id, HouseholdBinding.state == "active"
    )
    for one in session.scalars(granted.with_for_update()):
        end(session, one, because="grantor_ended", who=who)
    session.execute(
        delete(BindingInvitation).where(
            BindingInvitation.granted_by_id == row.id, BindingInvitation.used_at.is_(None)
        )
    )
    _close(row, because=because)
    session.flush()
    line = Line(
        who=who,
        act="unbind",
        division_code=row.division_code,
        household_id=row.household_id,
        person_id=row.person_id,
    )
    audit.record(session, line)
    outbox.publish(session, "bindings.tell_ended", binding_id=row.id)


def _close(row: HouseholdBinding, *, because: str) -> None:
    row.state, row.ended_at, row.ended_because = "ended", clock.now(), because
    row.name_sealed = None


def settle(session: Session, *, county_code: str, household_id: int | None = None) -> None:
    """End the bindings that the register no longer bears out.

    Opens the county. Who moved to another household of the register is bound there instead, since
    they are the same person and it is theirs; whether a child's guardian still is one there, the
    village says.
    """
    scope.open_scope(session, county_code)
    query = (
        select(HouseholdBinding, Person, Household.state)
        .join(Household, Household.id == HouseholdBinding.household_id)
        .outerjoin(Person, Person.id == HouseholdBinding.person_id)
        .where(
            HouseholdBinding.state == "active",
            or_(
                Household.state == "ended",
                Person.left_on.is_not(None),
                Person.household_id != HouseholdBinding.household_id,
            ),
        )
        .order_by(HouseholdBinding.id)
        .with_for_update(of=HouseholdBinding)
    )
    if household_id is not None:
        query = query.where(HouseholdBinding.household_id == household_id)
    rows = session.execute(query).all()
    for row, person, _state in rows:
        if row.state == "active":  # one that was granted by another of these went with it
            _follow(session, row, person)


def settle_household(session: Session, *, household_id: int) -> None:
    """End what was bound to a household that somebody left or that is no more; as `settle`."""
    query = select(HouseholdBinding.division_code).where(
        HouseholdBinding.household_id == household_id, HouseholdBinding.state == "active"
    )
    for county_code in {code[:6] for code in session.scalars(query)}:
        settle(session, county_code=county_code, household_id=household_id)


def _follow(session: Session, row: HouseholdBinding, person: Person | None) -> None:
    if person is None:
        end(session, row, because="household_ended")
        return
    if person.left_on is not None:
        end(session, row, because=_LEFT.get(person.left_because, "moved"))
        return
    if person.household_id == row.household_id:
        end(session, row, because="household_ended")
        return
    end(session, row, because="moved")
    if _has_one(session, row, person.household_id):
        return
    there = HouseholdBinding(
        account_id=row.account_id,
        household_id=person.household_id,
        division_code=person.division_code,
        person_id=person.id,
        kind=row.kind,
        asked_at=clock.now(),
    )
    if row.kind == "guardian":
        there.state, there.why = "pending", "guardian"
    else:
        there.state, there.bound_at = "active", clock.now()
        there.confirmed_at = row.confirmed_at
    session.add(there)
    session.flush()
    bindings.note_and_tell(session, there, who=SYSTEM)


def _has_one(session: Session, row: HouseholdBinding, household_id: int) -> bool:
    same = (HouseholdBinding.person_id == row.person_id) & HouseholdBinding.state.in_(
        ("active", "pending")
    )
    if row.kind == "member":
        same = (HouseholdBinding.household_id == household_id) & (
            HouseholdBinding.state == "active"
        )
    query = select(HouseholdBinding.id).where(
        HouseholdBinding.account_id == row.account_id,
        HouseholdBinding.kind == row.kind,
        same,
    )
    return session.scalars(query.limit(1)).one_or_none() is not None


def end_wards(session: Session, *, person_id: int) -> None:
    """End what guardians held for a person who has come of age."""
    _end_all(
        session,
        (HouseholdBinding.person_id == person_id, HouseholdBinding.kind == "guardian"),
        because="came_of_age",
    )


def end_due(session: Session) -> int:
    """End delegates' bindings whose last day is over; gives how many."""
    return _end_all(session, (HouseholdBinding.ends_on < clock.today(),), because="expired")


def follow_deletion(session: Session, *, account_id: int) -> None:
    """End every binding and request of an account that was deleted."""
    _end_all(session, (HouseholdBinding.account_id == account_id,), because="account_deleted")
    waiting = select(HouseholdBinding).where(
        HouseholdBinding.account_id == account_id, HouseholdBinding.state == "pending"
    )
    for row in session.scalars(waiting.with_for_update()):
        _close(row, because="account_deleted")
    session.flush()


def _end_all(session: Session, wanted: Sequence[ColumnElement[bool]], *, because: str) -> int:
    query = select(HouseholdBinding).where(HouseholdBinding.state == "active", *wanted)
    rows = session.scalars(query.order_by(HouseholdBinding.id).with_for_update()).all()
    for row in rows:
        if row.state == "active":
            end(session, row, because=because)
    return len(rows)


def end_by_village(session: Session, *, binding_id: int, actor: Actor) -> None:
    """Let the village end a binding that should not be; raises `Forbidden`, `RequestDecided`."""
    row = hold(session, binding_id)
    require_keep(actor, row.division_code, household_id=row.household_id)
    if row.state != "active":
        raise RequestDecided
    end(session, row, because="clerk", who=actor)


def ask_again(session: Session, *, account_id: int) -> None:
    """Let an account show again who it is before it sees a household: its number changed hands."""
    session.execute(
        update(HouseholdBinding)
        .where(HouseholdBinding.account_id == account_id, HouseholdBinding.state == "active")
        .values(confirmed_at=None)
    )


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move bindings, requests and corrections of a merged village to the one it went into."""
    session.execute(
        update(HouseholdBinding)
        .where(HouseholdBinding.division_code == old_code)
        .values(division_code=new_code)
    )
    scope.open_scope(session, old_code[:6])
    session.execute(
        update(Correction)
        .where(Correction.division_code == old_code)
        .values(division_code=new_code)
    )
