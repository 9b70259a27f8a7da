"""What devices send once there is signal again: each message once, in whatever order it comes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households.models.register import Household
from app.households.queries import register
from app.households.service.finding import at
from app.households.service.register import next_ids
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock, crypto, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.kernel.errors import SunshineError
from app.notices import service as notices
from app.visits import queries
from app.visits.errors import BadVisit, NotThisAccount, Undecipherable
from app.visits.models.logbook import Visit, VisitChange, WaitingMessage
from app.visits.models.packs import Pack, PackOpening
from app.visits.schemas import Message, OfflineOpening, OfflineVisit, Result
from app.visits.service import envelopes, logbook

MOST_MESSAGES = 20
"""Of one request: a weak line that breaks has little to send again."""
_ONE_AT_A_TIME = func.pg_advisory_xact_lock(func.hashtextextended("sunshine-offline-visits", 0))


def receive(session: Session, *, messages: Sequence[Message], actor: Actor) -> list[Result]:
    """Take in messages of devices; what was taken before is `already` there.

    Each stands or falls alone: one that is refused stays on its device. The device lets go of a
    message only once it has read its result, so an answer that is lost costs a second sending.
    """
    # Devices send a few messages a day. Taken one request after the other, two that speak of the
    # same household at the same moment see each other.
    session.execute(select(_ONE_AT_A_TIME))
    results = []
    for message in messages:
        try:
            with session.begin_nested():
                results.append(_take(session, message, actor))
        except SunshineError as refusal:
            results.append(Result(message.id, message.revision, "refused", refusal.sentence))
    return results


def _take(session: Session, message: Message, actor: Actor) -> Result:
    pack = queries.get_pack(session, message.pack_id)
    if actor.staff_id is None or actor.staff_id not in (pack.staff_id, pack.heir_staff_id):
        raise NotThisAccount
    # The household may have moved within the county since; its right is checked below.
    scope.open_scope(session, pack.division_code[:6])
    content = envelopes.unseal(session, message)
    try:
        if message.kind == "opening":
            return _take_opening(session, message, OfflineOpening.model_validate_json(content))
        visit = OfflineVisit.model_validate_json(content)
    except ValidationError as error:
        raise Undecipherable from error
    if (visit.client_id, visit.revision) != (message.id, message.revision):
        raise Undecipherable
    if not queries.household_in_pack(session, pack_id=pack.id, household_id=visit.household_id):
        raise BadVisit("这一户不在这个离线包里。")
    return _take_visit(session, pack, visit, actor)


def _take_opening(session: Session, message: Message, opening: OfflineOpening) -> Result:
    pack = queries.get_pack(session, message.pack_id)
    if not queries.household_in_pack(session, pack_id=pack.id, household_id=opening.household_id):
        raise BadVisit("这一户不在这个离线包里。")
    told = insert(PackOpening).values(
        client_id=message.id,
        pack_id=pack.id,
        household_id=opening.household_id,
        opened_at=opening.opened_at,
        received_at=clock.now(),
    )
    first = session.scalar(told.on_conflict_do_nothing().returning(PackOpening.client_id))
    if first is None:
        return Result(message.id, message.revision, "already")
    reader = Actor(name="", staff_id=pack.staff_id, role=identity.get(session, pack.staff_id).role)
    line = Line(
        who=reader,
        act="sync",
        division_code=pack.division_code,
        household_id=opening.household_id,
        fields=("name", "relation", "address", "tags"),
        purpose="visit",
        reason=f"离线打开，设备上的时间 {clock.local(opening.opened_at):%Y-%m-%d %H:%M}",
    )
    audit.record(session, line)
    return Result(message.id, message.revision, "stored")


def _take_visit(session: Session, pack: Pack, visit: OfflineVisit, actor: Actor) -> Result:
    if _was_taken(session, visit):
        return Result(visit.client_id, visit.revision, "already")
    household = register.get(session, visit.household_id)
    known = session.scalars(select(Visit).where(Visit.client_id == visit.client_id)).one_or_none()
    if known is not None:
        return _take_version(session, pack, visit, known=known, actor=actor)
    other = queries.visit_on_day(
        session, household_id=household.id, day=visit.visited_on, but_of=pack.staff_id
    )
    met = visit.met_person_ids
    reasons = _obstacles(session, pack, met=met, household=household, actor=actor)
    if other is not None:
        reasons.append("same_day")
    if reasons:
        return _wait(session, pack, visit, other=other, reasons=reasons)
    logbook.write_visit(session, wanted=visit, household=household, actor=actor, pack=pack)
    return Result(visit.client_id, visit.revision, "stored")


def _take_version(
    session: Session, pack: Pack, visit: OfflineVisit, *, known: Visit, actor: Actor
) -> Result:
    """Take in another version of a visit that stands, by the rules of mending one."""
    if known.household_id != visit.household_id:
        raise BadVisit("这次走访记在另一户名下，不能改到这一户。请在这一户另记一次走访。")
    household = register.get(session, known.household_id)
    met = set(visit.met_person_ids) - set(known.met_person_ids)
    reasons = _obstacles(session, pack, met=met, household=household, actor=actor)
    if known.staff_id != pack.staff_id or known.revision not in visit.follows:
        return _wait(session, pack, visit, other=known, reasons=["edited_elsewhere", *reasons])
    if clock.now() - known.logged_at > logbook.MENDABLE:
        return _wait(session, pack, visit, other=known, reasons=["edited_late", *reasons])
    if reasons:
        return _wait(session, pack, visit, other=known, reasons=["edited", *reasons])
    logbook.replace_content(session, visit=known, wanted=visit, actor=actor)
    logbook.open_new_needs(session, visit=known, wanted=visit, actor=actor, pack=pack)
    return Result(visit.client_id, visit.revision, "stored")


def _was_taken(session: Session, visit: OfflineVisit) -> bool:
    """Tell whether this very version came before, whatever has become of it."""
    stands = select(Visit.id).where(
        Visit.client_id == visit.client_id, Visit.revision == visit.revision
    )
    stood = (
        select(VisitChange.id)
        .join(Visit, Visit.id == VisitChange.visit_id)
        .where(Visit.client_id == visit.client_id, VisitChange.revision == visit.revision)
    )
    waits = select(WaitingMessage.id).where(
        WaitingMessage.client_id == visit.client_id, WaitingMessage.revision == visit.revision
    )
    return any(session.scalar(one.limit(1)) is not None for one in (stands, stood, waits))


def _obstacles(
    session: Session,
    pack: Pack,
    *,
    met: Collection[int],
    household: Household,
    actor: Actor,
) -> list[str]:
    """List what does not fit the register as it is today; `met` are the persons newly named."""
    found = []
    if household.state == "ended":
        found.append("household_ended")
    if household.division_code != pack.division_code:
        found.append("household_moved")
    if not actor.may_at(roles.VISITS_LOG, **at(household)):
        found.append("no_right")
    if not logbook.are_members(session, household=household, person_ids=sorted(met)):
        found.append("members_changed")
    return found


def _wait(
    session: Session, pack: Pack, visit: OfflineVisit, *, other: Visit | None, reasons: list[str]
) -> Result:
    """Keep a visit sealed until a person has decided, and tell its author."""
    number = next_ids(session, "waiting_messages", 1)[0]
    sealed = crypto.seal_value(
        session, visit.model_dump_json(), Place("waiting_messages", number, "content")
    )
    session.add(
        WaitingMessage(
            id=number,
            client_id=visit.client_id,
            revision=visit.revision,
            pack_id=pack.id,
            division_code=pack.division_code,
            household_id=visit.household_id,
            staff_id=pack.staff_id,
            staff_name=identity.names(session, [pack.staff_id]).get(pack.staff_id, ""),
            other_visit_id=other.id if other else None,
            reasons=reasons,
            content_sealed=sealed,
            received_at=clock.now(),
        )
    )
    session.flush()
    notices.deliver(
        session,
        staff_id=pack.heir_staff_id or pack.staff_id,
        kind="visit_waiting",
        title="有一次离线走访等您确认",
        body="它与系统里的记录对不上，请打开对照后决定怎么处理。",
        link=f"/console/visits/waiting/{pack.division_code}/{number}",
        key=f"visit-waiting-{number}",
    )
    return Result(visit.client_id, visit.revision, "waiting")
