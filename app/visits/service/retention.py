"""What the term of keeping is over for goes: visits, needs, settled messages and ended packs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from app.kernel import clock, scope
from app.visits.models.logbook import Need, NeedEvent, Visit, VisitChange, WaitingMessage
from app.visits.models.packs import Pack, PackHousehold, PackOpening
from app.visits.queries import OPEN
from app.visits.terms import DAYS, TERMS

CHUNK = 500
PACKS = 50  # each of up to 200 households


def erase_expired(session: Session, *, county_code: str) -> bool:
    """Delete the next rows of a county whose term is over; True where there may be more.

    What somebody still works on stays whole: open needs with the visit that brought them, and
    messages that wait with their pack and the visit they speak of.
    """
    scope.open_scope(session, county_code)
    return any(
        (
            _needs(session) == CHUNK,
            _messages(session) == CHUNK,
            _visits(session) == CHUNK,
            _packs(session, county_code) == PACKS,
        )
    )


def _needs(session: Session) -> int:
    limit = datetime.combine(TERMS["need"].limit(clock.today()), time(), clock.SHANGHAI)
    expired = (
        select(Need.id)
        .where(Need.state.not_in(OPEN), Need.closed_at < limit)
        .order_by(Need.id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    gone = session.scalars(expired).all()
    if gone:
        session.execute(delete(NeedEvent).where(NeedEvent.need_id.in_(gone)))
        session.execute(delete(Need).where(Need.id.in_(gone)))
    return len(gone)


def _messages(session: Session) -> int:
    # Not before its pack's term is over: sent again while the pack still takes messages, it would
    # wait anew as though nobody had settled it.
    pack_over = WaitingMessage.pack_id.in_(select(Pack.id).where(_ended_long_ago()))
    expired = (
        select(WaitingMessage.id)
        .where(
            WaitingMessage.settled != "",
            WaitingMessage.settled_at < clock.now() - timedelta(days=DAYS["settled_message"]),
            pack_over,
        )
        .order_by(WaitingMessage.id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    gone = session.scalars(expired).all()
    if gone:
        session.execute(delete(WaitingMessage).where(WaitingMessage.id.in_(gone)))
    return len(gone)


def _visits(session: Session) -> int:
    still_open = select(Need.id).where(Need.visit_id == Visit.id, Need.state.in_(OPEN))
    still_waits = select(WaitingMessage.id).where(
        WaitingMessage.other_visit_id == Visit.id, WaitingMessage.settled == ""
    )
    expired = (
        select(Visit.id)
        .where(
            Visit.visited_on < TERMS["visit"].limit(clock.today()),
            ~still_open.exists(),
            ~still_waits.exists(),
        )
        .order_by(Visit.id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    gone = session.scalars(expired).all()
    if gone:
        _forget_visits(session, gone)
    return len(gone)


def _forget_visits(session: Session, gone: Sequence[int]) -> None:
    """Delete visits with their older versions; what has a term of its own lets go of them."""
    session.execute(update(Need).where(Need.visit_id.in_(gone)).values(visit_id=None))
    session.execute(
        update(WaitingMessage)
        .where(WaitingMessage.other_visit_id.in_(gone))
        .values(other_visit_id=None)
    )
    session.execute(delete(VisitChange).where(VisitChange.visit_id.in_(gone)))
    session.execute(delete(Visit).where(Visit.id.in_(gone)))


def _packs(session: Session, county_code: str) -> int:
    kept = select(WaitingMessage.id).where(WaitingMessage.pack_id == Pack.id)
    expired = (
        select(Pack.id)
        .where(Pack.division_code.startswith(county_code), _ended_long_ago(), ~kept.exists())
        .order_by(Pack.expires_at)
        .limit(PACKS)
        .with_for_update(skip_locked=True)
    )
    gone = session.scalars(expired).all()
    if gone:
        _forget_packs(session, gone)
    return len(gone)


def _forget_packs(session: Session, gone: Sequence[UUID]) -> None:
    """Delete packs with what they held; the visits that came out of them stay."""
    session.execute(update(Visit).where(Visit.pack_id.in_(gone)).values(pack_id=None))
    session.execute(delete(PackOpening).where(PackOpening.pack_id.in_(gone)))
    session.execute(delete(PackHousehold).where(PackHousehold.pack_id.in_(gone)))
    session.execute(delete(Pack).where(Pack.id.in_(gone)))


def _ended_long_ago() -> ColumnElement[bool]:
    """Match packs whose day, or whose taking back, is over for longer than their term."""
    ended: ColumnElement[datetime] = func.least(Pack.expires_at, Pack.revoked_at)
    return ended < clock.now() - timedelta(days=DAYS["ended_pack"])
