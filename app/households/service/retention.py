"""What the term of keeping is over for is erased: the numbers stay, the values go."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.households.models.register import Household, Person, PersonTag, RecordChange
from app.households.service.sealing import forget_indexes
from app.households.terms import TERMS
from app.kernel import clock, scope

CHUNK = 500


def erase_expired(session: Session, *, county_code: str) -> bool:
    """Erase the next rows of a county whose term is over; True where there may be more.

    Of a person who left: every sealed value, the tags, and what the history says of them. Of a
    household that ended: the address. Of any older change: both sides and the reason; who changed
    which field and when stays.
    """
    scope.open_scope(session, county_code)
    erased = [_persons(session), _households(session), _changes(session)]
    return max(erased) == CHUNK


def _persons(session: Session) -> int:
    expired = (
        select(Person.id)
        .where(
            Person.left_on < TERMS["person"].limit(clock.today()), Person.name_sealed.is_not(None)
        )
        .order_by(Person.id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    gone = list(session.scalars(expired))
    if gone:
        forget_indexes(session, gone)
        session.execute(delete(PersonTag).where(PersonTag.person_id.in_(gone)))
        session.execute(
            update(Person)
            .where(Person.id.in_(gone))
            .values(
                name_sealed=None,
                id_number_sealed=None,
                phone_sealed=None,
                birth_date_sealed=None,
            )
        )
        session.execute(
            update(RecordChange)
            .where(RecordChange.person_id.in_(gone))
            .values(before_sealed=None, after_sealed=None, reason_sealed=None)
        )
    return len(gone)


def _households(session: Session) -> int:
    expired = (
        select(Household.id)
        .where(
            Household.ended_on < TERMS["household"].limit(clock.today()),
            Household.address_sealed.is_not(None),
        )
        .order_by(Household.id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    gone = list(session.scalars(expired))
    if gone:
        session.execute(update(Household).where(Household.id.in_(gone)).values(address_sealed=None))
    return len(gone)


def _changes(session: Session) -> int:
    limit = datetime.combine(TERMS["change"].limit(clock.today()), time(), clock.SHANGHAI)
    expired = (
        select(RecordChange.id)
        .where(
            RecordChange.at < limit,
            or_(
                RecordChange.before_sealed.is_not(None),
                RecordChange.after_sealed.is_not(None),
                RecordChange.reason_sealed.is_not(None),
            ),
        )
        .order_by(RecordChange.id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    gone = list(session.scalars(expired))
    if gone:
        session.execute(
            update(RecordChange)
            .where(RecordChange.id.in_(gone))
            .values(before_sealed=None, after_sealed=None, reason_sealed=None)
        )
    return len(gone)
