"""Asking to be bound to a household: the notice, the proofs, and what becomes of a request.

Nothing is looked up in the register before the asker proved a telephone number; after that every
request does the same work, whoever lives behind the door.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.doorplates import queries as plates
from app.households import judging, privacy
from app.households.binding_errors import (
    AttemptsUsedUp,
    DoorWanted,
    NoticeWanted,
    OwnNameWanted,
    PhoneWanted,
    UnfitAge,
)
from app.households.models.bindings import (
    BindingAttempt,
    BindingConfirmation,
    HouseholdBinding,
    NoticeAcceptance,
)
from app.households.queries import bindings as queries
from app.households.queries import register
from app.households.schemas import BindingView, HouseholdView, PersonView
from app.households.service.register import next_ids
from app.identity.villagers import queries as villagers
from app.identity.villagers import service as accounts
from app.kernel import clock, crypto, outbox, scope
from app.kernel.access import Actor, Villager
from app.kernel.crypto import Place
from app.kernel.turns import take_turn

ATTEMPTS = 5  # a day, for an account and for a telephone number
DAY = timedelta(days=privacy.TERMS["attempt"])
NAME_LENGTH = 30
TABLE = HouseholdBinding.__tablename__


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for at a door: to be bound as `member`, or as a child's `guardian`."""

    door_id: int
    kind: str
    name: str = field(repr=False)
    last_four: str = field(repr=False)


def accept_notice(session: Session, *, villager: Villager, version: str) -> None:
    """Note that an account accepted the notice in force; raises `NoticeWanted` for another one."""
    if version != privacy.notice_on(clock.today()).version:
        raise NoticeWanted
    accepted = insert(NoticeAcceptance).values(
        account_id=villager.account_id, version=version, accepted_at=clock.now()
    )
    session.execute(accepted.on_conflict_do_nothing())


def prove(session: Session, *, villager: Villager) -> str:
    """Give the number an account has proved, once the notice was accepted.

    Depends on the account alone. Raises `NoticeWanted` or `PhoneWanted`.
    """
    version = privacy.notice_on(clock.today()).version
    accepted = queries.has_accepted(session, villager.account_id, version=version)
    phone = villagers.proved_phone(session, villager.account_id)
    if not accepted:
        raise NoticeWanted
    if phone is None:
        raise PhoneWanted
    return phone


def count_attempt(session: Session, *, villager: Villager, phone: str) -> None:
    """Count a try by account and number; raises `AttemptsUsedUp` beyond five of a day."""
    ring = crypto.of(session)
    digests = [ring.index("binding_phone", phone, key=key) for key in ring.index_keys()]
    for name in sorted((str(villager.account_id), digests[0].hex())):
        take_turn(session, f"binding:{name}")
    tried = or_(
        BindingAttempt.account_id == villager.account_id, BindingAttempt.phone_digest.in_(digests)
    )
    since = BindingAttempt.at > clock.now() - DAY
    if session.scalars(select(func.count()).where(tried, since)).one() >= ATTEMPTS:
        raise AttemptsUsedUp
    session.add(
        BindingAttempt(account_id=villager.account_id, phone_digest=digests[0], at=clock.now())
    )
    session.flush()


def ask(session: Session, *, villager: Villager, wanted: Wanted) -> BindingView:
    """Bind an account at once where the register leaves no doubt, or send its request to the clerk.

    The same request twice is one. Raises `AccountGone`, `NoticeWanted`, `PhoneWanted`,
    `LastFourWanted`, `OwnNameWanted`, `AttemptsUsedUp`, or `DoorWanted` where the door has no
    plate any more.
    """
    accounts.require_account(session, account_id=villager.account_id)
    phone = prove(session, villager=villager)
    last_four = judging.last_four(wanted.last_four)
    name = wanted.name.strip()
    if not 0 < len(name) <= NAME_LENGTH:
        raise OwnNameWanted
    count_attempt(session, villager=villager, phone=phone)
    plate = plates.live_at_door(session, wanted.door_id)
    if plate is None:
        raise DoorWanted
    scope.open_scope(session, plate.division_code)
    with_phone = {one.person_id for one in register.find_by_index(session, "phone", phone)}
    household_id = register.at_door(session, wanted.door_id)
    verdict = judging.judge(
        queries.members(session, household_id or 0),
        with_phone=with_phone,
        kind=wanted.kind,
        last_four=last_four,
        on=clock.today(),
    )
    asked = HouseholdBinding(
        account_id=villager.account_id,
        household_id=household_id,
        division_code=plate.division_code,
        door_id=wanted.door_id,
        kind=wanted.kind,
        asked_at=clock.now(),
    )
    return _enter(session, asked, verdict=verdict, name=name, villager=villager)


def _enter(
    session: Session,
    asked: HouseholdBinding,
    *,
    verdict: judging.Verdict,
    name: str,
    villager: Villager,
) -> BindingView:
    """Write a request down with its line and what follows; the same one again changes nothing.

    One that waited is granted where the asker is known by now.
    """
    row = session.scalars(_same(asked)).first()
    if row is not None and (row.state == "active" or verdict.person_id is None):
        return queries.shape(row)
    if row is None:
        row = asked
        row.id = next_ids(session, TABLE, 1)[0]
    row.household_id, row.person_id, row.why = asked.household_id, verdict.person_id, verdict.why
    sealed = crypto.seal_value(session, name, Place(TABLE, row.id, "name"))
    if verdict.person_id is None:
        row.state, row.name_sealed = "pending", sealed
    else:
        row.state, row.name_sealed = "active", None
        row.bound_at = row.confirmed_at = clock.now()
    session.add(row)
    session.flush()
    doubted = villagers.doubted_since(session, villager) is not None  # asked whatever the verdict
    if doubted and row.state == "active":
        note_shown_in(session, row, villager=villager)
    note_and_tell(session, row, who=villager)
    return queries.shape(row)


def note_shown_in(session: Session, row: HouseholdBinding, *, villager: Villager) -> None:
    """Note that whoever uses this session, whose number is in doubt, is the person."""
    shown = insert(BindingConfirmation).values(
        binding_id=row.id, session_id=villager.session_id, confirmed_at=clock.now()
    )
    session.execute(shown.on_conflict_do_nothing())


def ask_for_child(
    session: Session,
    *,
    villager: Villager,
    household: HouseholdView,
    child: PersonView,
    name: str,
) -> BindingView:
    """Send the request of a bound adult to be the guardian of a child of the household.

    The same request twice is one. Raises `UnfitAge`.
    """
    if not judging.fits_age(child, kind="guardian", on=clock.today()):
        raise UnfitAge
    take_turn(session, f"binding:{villager.account_id}")
    mine = (HouseholdBinding.account_id == villager.account_id) & (
        HouseholdBinding.person_id == child.id
    )
    open_now = HouseholdBinding.state.in_(("pending", "active"))
    guards = HouseholdBinding.kind == "guardian"
    found = session.scalars(select(HouseholdBinding).where(mine, guards, open_now)).first()
    if found is not None:
        return queries.shape(found)
    row = HouseholdBinding(
        id=next_ids(session, TABLE, 1)[0],
        account_id=villager.account_id,
        household_id=household.id,
        division_code=household.division_code,
        person_id=child.id,
        kind="guardian",
        state="pending",
        why="guardian",
        asked_at=clock.now(),
    )
    row.name_sealed = crypto.seal_value(session, name, Place(TABLE, row.id, "name"))
    session.add(row)
    session.flush()
    note_and_tell(session, row, who=villager)
    return queries.shape(row)


def note_and_tell(session: Session, row: HouseholdBinding, *, who: Actor | Villager) -> None:
    """Write the ledger's line of a binding or a request, and have those told whom it concerns."""
    bound = row.state == "active"
    line = Line(
        who=who,
        act="bind" if bound else "ask_binding",
        division_code=row.division_code,
        household_id=row.household_id,
        person_id=row.person_id,
    )
    audit.record(session, line)
    task = "bindings.tell_bound" if bound else "bindings.tell_waiting"
    outbox.publish(session, task, binding_id=row.id)


def _same(asked: HouseholdBinding) -> Select[HouseholdBinding]:
    """Find what the account has of this kind at this household, or waits for at this door."""
    there = asked.household_id if asked.kind == "member" else None
    bound = (HouseholdBinding.state == "active") & (HouseholdBinding.household_id == (there or 0))
    waits = (HouseholdBinding.state == "pending") & (HouseholdBinding.door_id == asked.door_id)
    return (
        select(HouseholdBinding)
        .where(
            HouseholdBinding.account_id == asked.account_id,
            HouseholdBinding.kind == asked.kind,
            bound | waits,
        )
        .order_by(HouseholdBinding.state)
        .with_for_update()
    )
