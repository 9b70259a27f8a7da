"""The life of a plate: installed, damaged, revoked, replaced; each change with who, when, why."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.doorplates import queries
from app.doorplates.errors import BadReason, PlateNotFound, StateRefused
from app.doorplates.models import Batch, Door, Doorplate, PlateEvent, PlateReport
from app.doorplates.schemas import PlateView
from app.doorplates.service.issuing import issue_for_doors
from app.doorplates.states import FOLLOWING, State
from app.identity import roles
from app.kernel import changes, clock, csv_table
from app.kernel.access import Actor

_MARK_PRINTED = text(
    "WITH marked AS ("
    " UPDATE doorplates SET state = 'printed' WHERE id = ANY(CAST(:ids AS bigint[]))"
    " AND state = 'draft' RETURNING id)"
    " INSERT INTO doorplate_events (plate_id, from_state, to_state, actor_name, reason, at)"
    " SELECT id, 'draft', 'printed', :actor, :reason, :at FROM marked"
)


def install(session: Session, *, code: str, actor: Actor) -> PlateView:
    """Confirm that a plate hangs at its door; also a damaged one that was mended."""
    return _change(session, code, State.INSTALLED, actor, roles.INSTALL, "现场确认安装")


def report_damage(session: Session, *, code: str, reason: str, actor: Actor) -> PlateView:
    """Note that a plate is damaged or lost; it goes on working until it is replaced."""
    return _change(session, code, State.DAMAGED, actor, roles.INSTALL, reason)


def revoke(session: Session, *, code: str, reason: str, actor: Actor) -> PlateView:
    """End a plate for good; a scanner is told so within a second."""
    return _change(session, code, State.REVOKED, actor, roles.REVOKE, reason)


def replace(session: Session, *, code: str, reason: str, actor: Actor) -> PlateView:
    """Give the door a new plate in draft; the old code leads on to the village, saying so."""
    reason = _readable(reason)
    view, plate = _locked(session, code, actor, roles.REVOKE)
    _check(State(plate.state), State.REPLACED)
    # The door may have one live plate only, so the old one steps aside before the new one comes.
    old_state, plate.state = plate.state, State.REVOKED
    session.flush()
    batch = Batch(
        division_code=view.division_code, plates=1, created_by=actor.name, created_at=clock.now()
    )
    session.add(batch)
    session.flush()
    issue_for_doors(session, batch=batch, door_ids=[view.door_id])
    new = queries.live_at_door(session, view.door_id)
    if new is None:
        raise PlateNotFound
    plate.state, plate.replaced_by_id = State.REPLACED, new.id
    _note(session, plate, State(old_state), State.REPLACED, actor, reason)
    return new


def mark_printed(session: Session, *, plate_ids: Sequence[int], actor_name: str) -> None:
    """Note that drafts have left the house on paper, so that their codes answer from now on."""
    facts = {"actor": actor_name, "reason": "生成印刷文件", "at": clock.now()}
    session.execute(_MARK_PRINTED, {"ids": list(plate_ids), **facts})


def report(session: Session, *, code: str, kind: str) -> None:
    """Take note that somebody found a plate damaged or at the wrong door; once a day is enough."""
    view = queries.find_scanned(session, code)
    row = {"plate_id": view.id, "kind": kind, "reported_on": clock.today()}
    session.execute(insert(PlateReport).values(row).on_conflict_do_nothing())


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move the doors and batches of a merged village to the village it became part of."""
    for table in (Door, Batch):
        session.execute(
            update(table).where(table.division_code == old_code).values(division_code=new_code)
        )
    changes.division_changed(session, old_code)


def _change(
    session: Session, code: str, to: State, actor: Actor, permission: str, reason: str
) -> PlateView:
    reason = _readable(reason)
    view, plate = _locked(session, code, actor, permission)
    before = State(plate.state)
    if before is to and to is State.INSTALLED:
        return view  # the second of two taps
    _check(before, to)
    plate.state = to
    _note(session, plate, before, to, actor, reason)
    return queries.find(session, code)


def _locked(
    session: Session, code: str, actor: Actor, permission: str
) -> tuple[PlateView, Doorplate]:
    view = queries.find(session, code)
    actor.require(permission, division_code=view.division_code)
    query = select(Doorplate).where(Doorplate.id == view.id).with_for_update()
    return view, session.scalars(query.execution_options(populate_existing=True)).one()


def _check(before: State, to: State) -> None:
    if to not in FOLLOWING[before]:
        raise StateRefused


def _readable(reason: str) -> str:
    """Give a reason on one line; raises `BadReason` where it says nothing or hides something."""
    reason = " ".join(reason.split())
    hidden = any(unicodedata.category(symbol) in csv_table.UNPRINTABLE for symbol in reason)
    if hidden or not 2 <= len(reason) <= 200:
        raise BadReason
    return reason


def _note(
    session: Session, plate: Doorplate, before: State, to: State, actor: Actor, reason: str
) -> None:
    session.add(
        PlateEvent(
            plate_id=plate.id,
            from_state=before,
            to_state=to,
            actor_name=actor.name,
            reason=reason,
            at=clock.now(),
        )
    )
    session.flush()
    changes.plate_changed(session, plate.code)
