"""我有异议: anybody objects to a list in its days, and the office that published it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.aid import queries
from app.aid.errors import (
    AnswerRefused,
    ObjectionAnswered,
    ObjectionPeriodOver,
    ObjectionRefused,
    ObjectionsUsedUp,
    PersonalDataWritten,
    ReasonWanted,
)
from app.aid.models import AidList, AidObjection
from app.aid.service import rights
from app.aid.words import SET_ASIDE
from app.identity import queries as identity
from app.identity import roles
from app.kernel import changes, clock, crypto, outbox
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.kernel.csv_table import printable
from app.kernel.errors import SunshineError
from app.kernel.turns import take_turn
from app.notices import service as notices
from app.places import queries as places
from app.screening import service as screening
from app.screening.schemas import PERSONAL

TABLE = AidObjection.__tablename__
LENGTH = (2, 500)
MOST_OPEN = 100  # objections to one list that wait for an answer
TELL = "aid.tell_objection"
OFFICE = "公开单位"


@dataclass(frozen=True)
class Objected:
    """An objection with its text, for whoever answers it; who wrote it nobody knows."""

    row: AidObjection
    listed: AidList
    text: str


def is_open(listed: AidList, *, on: date | None = None) -> bool:
    """Tell whether objections to a list are still taken; its last day is one of them."""
    until = listed.objections_until
    return until is not None and (on or clock.today()) <= until and listed.erased_at is None


def object_to(session: Session, list_id: int, *, text: str) -> AidObjection:
    """Take an objection to a public list; nothing is kept of who wrote it.

    Raises `ObjectionPeriodOver`, `ObjectionRefused`, `PersonalDataWritten`, `ObjectionsUsedUp`.
    """
    listed = queries.get(session, list_id)
    if not is_open(listed):
        raise ObjectionPeriodOver
    plain = _plain(text, ObjectionRefused())
    _require_public(session, plain)
    take_turn(session, f"aid-objections:{list_id}")
    waiting = select(func.count()).where(
        AidObjection.list_id == list_id, AidObjection.state == "open"
    )
    if session.scalars(waiting).one() >= MOST_OPEN:
        raise ObjectionsUsedUp
    kind = queries.kind_of(session, listed)
    row = AidObjection(
        list_id=list_id,
        made_at=clock.now(),
        due_on=clock.today() + timedelta(days=kind.answer_days),
    )
    session.add(row)
    session.flush()
    row.text_sealed = crypto.seal_value(session, plain, Place(TABLE, row.id, "text"))
    session.flush()
    outbox.publish(session, TELL, objection_id=row.id)
    changes.division_changed(session, listed.division_code)
    return row


def open_objection(session: Session, objection_id: int, *, actor: Actor) -> Objected:
    """Open an objection for whoever publishes the list; raises `Forbidden`."""
    row = queries.get_objection(session, objection_id)
    listed = queries.get(session, row.list_id)
    rights.require(session, actor, listed)
    text = crypto.open_value(session, row.text_sealed, Place(TABLE, row.id, "text"))
    return Objected(row, listed, text or "")


def answer(session: Session, objection_id: int, *, text: str, actor: Actor) -> AidObjection:
    """Answer an objection: the answer stands beside the list, what was objected does not.

    Raises `ObjectionAnswered`, `AnswerRefused`, `PersonalDataWritten`, `Forbidden`.
    """
    row, listed = _take(session, objection_id, actor=actor)
    plain = _plain(text, AnswerRefused())
    _require_public(session, plain)
    row.answer, row.state = plain, "answered"
    _conclude(session, row, listed, actor=actor)
    return row


def set_aside(session: Session, objection_id: int, *, reason: str, actor: Actor) -> AidObjection:
    """Give no public answer for a reason of the list; it is counted there all the same."""
    row, listed = _take(session, objection_id, actor=actor)
    if reason not in SET_ASIDE:
        raise ReasonWanted
    row.set_aside_for, row.state = reason, "set_aside"
    _conclude(session, row, listed, actor=actor)
    return row


def _take(session: Session, objection_id: int, *, actor: Actor) -> tuple[AidObjection, AidList]:
    row = queries.get_objection(session, objection_id, lock=True)
    listed = queries.get(session, row.list_id)
    rights.require(session, actor, listed)
    if row.state != "open":
        raise ObjectionAnswered
    return row, listed


def _conclude(session: Session, row: AidObjection, listed: AidList, *, actor: Actor) -> None:
    row.answered_at, row.answered_by_id = clock.now(), actor.staff_id
    row.answered_by_name = places.get(session, listed.division_code).short_name
    if listed.organisation_id is not None:
        row.answered_by_name = queries.head(session, listed.id).office or OFFICE
    if listed.erased_at is not None:
        row.text_sealed = None
    session.flush()
    changes.division_changed(session, listed.division_code)


def _plain(text: str, refusal: SunshineError) -> str:
    plain = " ".join(text.split())
    if not LENGTH[0] <= len(plain) <= LENGTH[1] or not printable(plain):
        raise refusal
    return plain


def _require_public(session: Session, text: str) -> None:
    if any(one.kind in PERSONAL for one in screening.scan_text(session, text)):
        raise PersonalDataWritten


def tell_objection(session: Session, *, objection_id: int) -> None:
    """Tell those who publish for the list's office that somebody objected to it."""
    row = queries.get_objection(session, objection_id)
    if row.state == "open":
        _tell(
            session,
            row,
            title="有人对公示名单提出异议",
            body=f"请在 {row.due_on.month} 月 {row.due_on.day} 日以前答复，答复公开在名单旁边。",
            key=f"aid-objection-{row.id}",
        )


def note_overdue(session: Session) -> None:
    """Tell the offices which terms have passed; the public pages say so by themselves."""
    overdue = (AidObjection.state == "open") & (AidObjection.due_on < clock.today())
    for row in session.scalars(select(AidObjection).where(overdue).order_by(AidObjection.id)):
        _tell(
            session,
            row,
            title="一条名单异议过了答复期限",
            body="公开页上已经写明“还没有答复”，请尽快答复。",
            key=f"aid-overdue-{row.id}",
        )


def _tell(session: Session, row: AidObjection, *, title: str, body: str, key: str) -> None:
    listed = queries.get(session, row.list_id)
    told = identity.holders_for_office(
        session,
        roles.PUBLISH,
        places.resolve(session, listed.division_code),
        office=rights.office_of(session, listed.organisation_id),
    )
    for staff_id in told:
        notices.deliver(
            session,
            staff_id=staff_id,
            kind="aid",
            title=title,
            body=body,
            link=f"/console/aid/objections/{row.id}",
            key=key,
        )
