"""Needs: opened by a visit, moved by whoever follows them up, told to the household."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households.models.register import Household
from app.households.queries import register
from app.households.service.register import next_ids
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock, crypto, outbox, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.kernel.errors import Forbidden
from app.places import queries as places
from app.visits import queries
from app.visits.errors import BadNeed, NeedMoved, NoteWanted, OwnerUnfit, StepRefused
from app.visits.models.logbook import Need, NeedEvent, Visit
from app.visits.models.packs import Pack
from app.visits.schemas import LONGEST_NEED, NeedAt, NeedIn, NeedView
from app.visits.service.rights import number_of, require_at, require_somewhere_in
from app.visits.words import DAYS_TO_ACT, FOLLOWING

LATEST = timedelta(days=366)
PLATFORM = Actor(name="平台")  # as the steps of a need name it
TOLD = ("opened", "in_progress", "done", "declined")
"""Steps that the household finds in its inbox."""


def open_need(
    session: Session,
    *,
    wanted: NeedIn,
    visit: Visit,
    actor: Actor,
    heir_staff_id: int | None = None,
) -> Need:
    """Open a need out of a visit; it falls to the author, or to whoever took over from there.

    Raises `BadNeed` or `OwnerUnfit`.
    """
    today = clock.today()
    due_on = wanted.due_on or today + timedelta(days=DAYS_TO_ACT)
    owner = wanted.owner_staff_id or heir_staff_id or visit.staff_id
    if owner not in (actor.staff_id, visit.staff_id, heir_staff_id):
        _check_owner(session, owner=owner, need_at=visit.division_code)
    need_id = next_ids(session, "needs", 1)[0]
    text = crypto.seal_value(session, wanted.text, Place("needs", need_id, "text"))
    need = Need(
        id=need_id,
        division_code=visit.division_code,
        household_id=visit.household_id,
        visit_id=visit.id,
        category=wanted.category,
        text_sealed=text,
        owner_staff_id=owner,
        due_on=_checked(due_on, visit.visited_on),
        created_at=clock.now(),
    )
    session.add(need)
    session.flush()
    _note(session, need=need, act="opened", text="", actor=actor)
    return need


def read_need(session: Session, *, need_id: int, division_code: str, actor: Actor) -> NeedView:
    """Give a need with its steps, and leave the line of that reading.

    Raises `Forbidden` or `NeedNotFound`.
    """
    need = _need_for(session, need_id=need_id, division_code=division_code, actor=actor)
    audit.record(
        session,
        Line(
            who=actor,
            act="open",
            division_code=division_code,
            household_id=need.household_id,
            fields=("need",),
            purpose="service",
        ),
    )
    return queries.read_need(session, need_id)


def move_need(session: Session, at: NeedAt, *, state: str, note: str, actor: Actor) -> Need:
    """Bring a need to its next state with a note for the household, and tell the household.

    Raises `Forbidden`, `NeedNotFound`, `NoteWanted`, `NeedMoved` or `StepRefused`.
    """
    text = _checked_note(note)
    need = _locked(session, at, actor=actor)
    if state not in FOLLOWING[need.state]:
        raise StepRefused
    need.state = state
    need.row_version += 1
    need.closed_at = None if state in queries.OPEN else clock.now()
    _note(session, need=need, act=state, text=text, actor=actor)
    return need


def change_due(session: Session, at: NeedAt, *, due_on: date, note: str, actor: Actor) -> Need:
    """Give a need another day, with a note. Raises what `move_need` raises, and `BadNeed`."""
    text = _checked_note(note)
    need = _locked(session, at, actor=actor)
    if need.state not in queries.OPEN:
        raise StepRefused
    need.due_on = _checked(due_on, clock.today())
    need.row_version += 1
    _note(session, need=need, act="due_moved", text=text, actor=actor)
    return need


def give_to(session: Session, at: NeedAt, *, owner_staff_id: int, actor: Actor) -> Need:
    """Give an open need to a colleague of the place. Raises what `move_need` raises."""
    need = _locked(session, at, actor=actor)
    if need.state not in queries.OPEN:
        raise StepRefused
    _check_owner(session, owner=owner_staff_id, need_at=need.division_code)
    _change_owner(session, need=need, owner=owner_staff_id, actor=actor)
    return need


def hand_over(session: Session, *, from_staff_id: int, to_staff_id: int, actor: Actor) -> int:
    """Give a leaving cadre's open needs to the successor; returns how many.

    What the leaving cadre's devices hold is wiped at their next contact; unsent visits stay there,
    and the successor may send them. The actor must administer accounts at every village
    concerned: else `Forbidden`, and nothing changes.
    """
    moved = 0
    for county in places.counties(session):
        scope.open_scope(session, county)
        query = select(Need).where(
            Need.owner_staff_id == from_staff_id, Need.state.in_(queries.OPEN)
        )
        for need in session.scalars(query.order_by(Need.id).with_for_update()).all():
            _require_accounts(actor, need.division_code, household_id=need.household_id)
            _change_owner(session, need=need, owner=to_staff_id, actor=actor)
            moved += 1
    now = clock.now()
    for pack in session.scalars(select(Pack).where(Pack.staff_id == from_staff_id)):
        _require_accounts(actor, pack.division_code)
        pack.heir_staff_id = to_staff_id
        if pack.revoked_at is None and pack.expires_at > now:
            pack.revoked_at, pack.revoked_by = now, actor.name
    session.flush()
    return moved


def _require_accounts(actor: Actor, division_code: str, *, household_id: int | None = None) -> None:
    """Raise `Forbidden`, which is noted, unless the actor administers accounts there."""
    if not actor.may(roles.ACCOUNTS, division_code=division_code):
        line = Line(actor, "hand_over", division_code, household_id=household_id)
        raise Forbidden(afterwards=audit.denial(line))


def follow_household(
    session: Session, *, household_id: int, into_id: int, county_code: str
) -> None:
    """Move the needs of a household to where all its members are by now, with their steps.

    The visits stay where they were made. Whoever followed an open need up and may not at the new
    place hands it to the officer there, if that one may. Run again, it finds nothing to move.
    """
    scope.open_scope(session, county_code)
    into = _standing(session, into_id)
    query = select(Need).where(Need.household_id == household_id).order_by(Need.id)
    for need in session.scalars(query.with_for_update()).all():
        need.household_id, need.division_code = into.id, into.division_code
        need.row_version += 1
        session.execute(
            update(NeedEvent)
            .where(NeedEvent.need_id == need.id)
            .values(division_code=into.division_code)
        )
        officer = into.assistance_officer_id
        stuck = need.state in queries.OPEN and not _fits(session, into, need.owner_staff_id)
        if stuck and officer is not None and _fits(session, into, officer):
            _change_owner(session, need=need, owner=officer, actor=PLATFORM)
    session.flush()


def follow_joined(session: Session, *, household_id: int, division_code: str) -> None:
    """Send what was opened just now after a household that ended by joining another meanwhile.

    Its row cannot change any more before this commits: the new needs refer to it. Opens the
    county's scope where there is something to send.
    """
    query = select(Household.joined_into_id).where(Household.id == household_id)
    into_id = session.scalars(query).one()
    if into_id is not None:
        county = division_code[:6]
        follow_household(session, household_id=household_id, into_id=into_id, county_code=county)


def _standing(session: Session, household_id: int) -> Household:
    """Lock where a household went on: a later joining waits, and finds what is brought there."""
    query = select(Household).where(Household.id == household_id).with_for_update(read=True)
    household = session.scalars(query.execution_options(populate_existing=True)).one()
    if household.joined_into_id is None:
        return household
    return _standing(session, household.joined_into_id)


def _fits(session: Session, household: Household, staff_id: int) -> bool:
    """Tell whether an account may open the needs of a household, as `require_at` asks."""
    codes = filter(None, (household.division_code, household.group_code))
    return any(staff_id in identity.holders(session, roles.VISITS_LOG, code) for code in codes)


def owners(session: Session, division_code: str) -> list[tuple[int, str]]:
    """List who may follow up the needs of a village: (account, name)."""
    names = identity.names(session, identity.holders(session, roles.VISITS_LOG, division_code))
    return sorted(names.items(), key=lambda one: one[1])


def _need_for(session: Session, *, need_id: int, division_code: str, actor: Actor) -> Need:
    """Give a need to whoever may log visits at its household; opens the village's scope."""
    number_of(actor)
    require_somewhere_in(actor, division_code)
    scope.open_scope(session, division_code)
    need = queries.get_need(session, need_id)
    household = register.get(session, need.household_id)
    require_at(actor, household)
    return need


def _locked(session: Session, at: NeedAt, *, actor: Actor) -> Need:
    """Lock a need that still stands as its form showed it; raises `NeedMoved`."""
    need = _need_for(session, need_id=at.need_id, division_code=at.division_code, actor=actor)
    session.refresh(need, with_for_update=True)
    if need.row_version != at.row_version:
        raise NeedMoved
    return need


def _change_owner(session: Session, *, need: Need, owner: int, actor: Actor) -> None:
    need.owner_staff_id = owner
    need.row_version += 1
    _note(session, need=need, act="handed_over", text="", actor=actor)


def _note(session: Session, *, need: Need, act: str, text: str, actor: Actor) -> None:
    """Write the step, and let the household be told once this commits."""
    event_id = next_ids(session, "need_events", 1)[0]
    session.add(
        NeedEvent(
            id=event_id,
            need_id=need.id,
            division_code=need.division_code,
            act=act,
            note_sealed=crypto.seal_value(
                session, text or None, Place("need_events", event_id, "note")
            ),
            staff_id=actor.staff_id,
            staff_name=actor.name,
            at=clock.now(),
        )
    )
    session.flush()
    if act in TOLD:
        outbox.publish(
            session,
            "visits.tell_household",
            event_id=event_id,
            division_code=need.division_code,
        )


def _checked(due_on: date, earliest: date) -> date:
    if not earliest <= due_on <= clock.today() + LATEST:
        raise BadNeed("办理期限要在一年以内，不能早于走访的日子。")
    return due_on


def _checked_note(note: str) -> str:
    text = note.strip()
    if not text:
        raise NoteWanted
    if len(text) > LONGEST_NEED:
        raise NoteWanted(f"说明最多 {LONGEST_NEED} 个字。")
    return text


def _check_owner(session: Session, *, owner: int, need_at: str) -> None:
    if owner not in {number for number, _name in owners(session, need_at)}:
        raise OwnerUnfit
