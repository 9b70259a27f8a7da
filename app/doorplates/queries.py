"""Reads of plates, batches, sheets and scans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, Select, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from app.doorplates import codes
from app.doorplates.errors import (
    BatchNotFound,
    DoorNotFound,
    PlateNotFound,
    PlateRevoked,
    SheetNotFound,
)
from app.doorplates.models import (
    Batch,
    Door,
    Doorplate,
    PlateEvent,
    PlateReport,
    PlateScans,
    Sheet,
)
from app.doorplates.schemas import DoorView, PlateView
from app.doorplates.states import State
from app.kernel import scope

CHUNK = 500


def _views() -> Select[*tuple[Any, ...]]:
    columns: Select[*tuple[Any, ...]] = select(
        Doorplate.id,
        Doorplate.code,
        Doorplate.serial,
        Doorplate.state,
        Door.division_code,
        Door.group_code,
        Door.group_label,
        Door.house_number,
        Door.label,
        Doorplate.door_id,
        Doorplate.batch_id,
    )
    return columns.join(Door, Door.id == Doorplate.door_id)


def _view(row: Any) -> PlateView:
    fields = dict(row._mapping)
    fields["state"] = State(fields["state"])
    return PlateView(**fields)


def find(session: Session, code: str) -> PlateView:
    """Find a plate in any state, for staff; raises `PlateNotFound`."""
    # Whatever is typed into an address comes here, also what PostgreSQL takes for no text at all.
    if not codes.is_valid(code):
        raise PlateNotFound
    row = session.execute(_views().where(Doorplate.code == code)).one_or_none()
    if row is None:
        raise PlateNotFound
    return _view(row)


def find_scanned(session: Session, code: str) -> PlateView:
    """Find the plate that anyone scans: a draft is as unknown as a code never drawn.

    Raises `PlateNotFound`, or `PlateRevoked` with the village's code in its facts.
    """
    view = find(session, code)
    if view.state is State.DRAFT:
        raise PlateNotFound
    if view.state is State.REVOKED:
        raise PlateRevoked(division_code=view.division_code)
    return view


def live_serial_at(door_id: SQLColumnExpression[int | None]) -> ScalarSelect[str]:
    """Give an expression for a query of one's own: the serial of the plate a door has now."""
    live = Doorplate.state.not_in((State.REVOKED, State.REPLACED))
    found = select(Doorplate.serial).where(Doorplate.door_id == door_id, live)
    return found.scalar_subquery()


def live_at_door(session: Session, door_id: int) -> PlateView | None:
    """Find the plate a door has now."""
    row = session.execute(
        _views().where(
            Doorplate.door_id == door_id,
            Doorplate.state.not_in((State.REVOKED, State.REPLACED)),
        )
    ).one_or_none()
    return _view(row) if row else None


def codes_at_doors(session: Session, door_ids: Sequence[int]) -> dict[int, str]:
    """Give the code of the plate each of these doors has now, by the door."""
    query = select(Doorplate.door_id, Doorplate.code).where(
        Doorplate.door_id.in_(door_ids),
        Doorplate.state.not_in((State.DRAFT, State.REVOKED, State.REPLACED)),
    )
    return {row.door_id: row.code for row in session.execute(query)}


def get_batch(session: Session, batch_id: int) -> Batch:
    """Give a batch; raises `BatchNotFound`."""
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise BatchNotFound
    return batch


def first_batch(session: Session) -> Batch:
    """Give the very first batch; raises `BatchNotFound` where there is none."""
    batch = session.scalars(select(Batch).order_by(Batch.id).limit(1)).one_or_none()
    if batch is None:
        raise BatchNotFound
    return batch


def batches(session: Session, *, prefixes: Sequence[str], limit: int = 50) -> Sequence[Batch]:
    """List batches of the divisions below these prefixes, newest first."""
    within = scope.below(Batch.division_code, prefixes)
    query = select(Batch).where(within).order_by(Batch.id.desc()).limit(limit)
    return session.scalars(query).all()


def plates_of_batch(
    session: Session, batch_id: int, *, after: int = 0, limit: int = 500
) -> list[PlateView]:
    """List a batch's plates in the order of their serials, those after the plate `after`."""
    query = (
        _views()
        .where(Doorplate.batch_id == batch_id, Doorplate.id > after)
        .order_by(Doorplate.id)
        .limit(limit)
    )
    return [_view(row) for row in session.execute(query)]


def plates_by_id(session: Session, plate_ids: Sequence[int]) -> Iterator[PlateView]:
    """Walk through these plates in their order, whatever has become of them since."""
    for start in range(0, len(plate_ids), CHUNK):
        chunk = plate_ids[start : start + CHUNK]
        query = _views().where(Doorplate.id.in_(chunk)).order_by(Doorplate.id)
        yield from (_view(row) for row in session.execute(query))


def each_plate(session: Session, batch_id: int) -> Iterator[PlateView]:
    """Walk through a batch without holding it in memory; plates that are over are left out."""
    after = 0
    while views := plates_of_batch(session, batch_id, after=after):
        after = views[-1].id
        yield from (v for v in views if v.state not in (State.REVOKED, State.REPLACED))


def _doors() -> Select[*tuple[Any, ...]]:
    columns: Select[*tuple[Any, ...]] = select(
        Door.id,
        Door.division_code,
        Door.group_code,
        Door.group_label,
        Door.house_number,
        Door.label,
    )
    return columns


def get_door(session: Session, door_id: int) -> DoorView:
    """Give a door; raises `DoorNotFound`."""
    row = session.execute(_doors().where(Door.id == door_id)).one_or_none()
    if row is None:
        raise DoorNotFound
    return DoorView(*row)


def doors(session: Session, division_code: str, *, batch_id: int | None = None) -> list[DoorView]:
    """List the doors of a village that have a plate which is not over, or those of a batch."""
    query = (
        _doors()
        .join(Doorplate, Doorplate.door_id == Door.id)
        .where(
            Door.division_code == division_code,
            Doorplate.state.not_in((State.REVOKED, State.REPLACED)),
        )
    )
    if batch_id is not None:
        query = query.where(Doorplate.batch_id == batch_id)
    return [DoorView(*row) for row in session.execute(query.order_by(Door.id))]


def count_of_batch(session: Session, batch_id: int) -> dict[str, int]:
    """Count a batch's plates by state."""
    query = select(Doorplate.state, func.count()).where(Doorplate.batch_id == batch_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(Doorplate.state))}


def codes_of_division(session: Session, division_code: str) -> dict[str, str]:
    """Give serial by code of every plate below a division that may hang or lie in print."""
    query = (
        select(Doorplate.code, Doorplate.serial)
        .join(Door, Door.id == Doorplate.door_id)
        .where(
            Door.division_code.startswith(division_code),
            Doorplate.state.in_((State.PRINTED, State.INSTALLED, State.DAMAGED)),
        )
    )
    return {row[0]: row[1] for row in session.execute(query)}


def codes_of_batch(session: Session, batch_id: int) -> dict[str, str]:
    """Give serial by code of every plate of a batch that is not over."""
    return {view.code: view.serial for view in each_plate(session, batch_id)}


def reports(session: Session, plate_id: int) -> Sequence[PlateReport]:
    """List what people found wrong with a plate, the newest first."""
    query = select(PlateReport).where(PlateReport.plate_id == plate_id)
    return session.scalars(query.order_by(PlateReport.id.desc()).limit(50)).all()


def reported(
    session: Session, *, prefixes: Sequence[str], since: date
) -> list[tuple[PlateView, str, date]]:
    """List plates that people reported since a day and that still hang: (plate, kind, day)."""
    query = (
        select(Doorplate.code, PlateReport.kind, PlateReport.reported_on)
        .join(Door, Door.id == Doorplate.door_id)
        .join(PlateReport, PlateReport.plate_id == Doorplate.id)
        .where(
            PlateReport.reported_on >= since,
            Doorplate.state.in_((State.PRINTED, State.INSTALLED)),
            scope.below(Door.division_code, prefixes),
        )
        .order_by(PlateReport.id.desc())
        .limit(50)
    )
    rows = session.execute(query).all()
    return [(find(session, row.code), row.kind, row.reported_on) for row in rows]


def get_sheet(session: Session, sheet_id: int) -> Sheet:
    """Give a print file; raises `SheetNotFound`."""
    sheet = session.get(Sheet, sheet_id)
    if sheet is None:
        raise SheetNotFound
    return sheet


def sheets_of_batch(session: Session, batch_id: int) -> Sequence[Sheet]:
    """List a batch's print files, newest first."""
    query = select(Sheet).where(Sheet.batch_id == batch_id).order_by(Sheet.id.desc())
    return session.scalars(query).all()


def events(session: Session, plate_id: int) -> Sequence[PlateEvent]:
    """List what happened to a plate, oldest first."""
    query = select(PlateEvent).where(PlateEvent.plate_id == plate_id).order_by(PlateEvent.id)
    return session.scalars(query).all()


def scans(session: Session, plate_id: int, *, since: date) -> int:
    """Count the scans of a plate since a day."""
    query = select(func.coalesce(func.sum(PlateScans.scans), 0)).where(
        PlateScans.plate_id == plate_id, PlateScans.day >= since
    )
    return int(session.scalar(query) or 0)
