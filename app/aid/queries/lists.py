"""Reads of lists: their kinds, their heads, their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.aid.errors import KindNotFound, ListNotFound
from app.aid.layout import text as texts
from app.aid.models import AidKind, AidList, AidObjection, AidRow
from app.aid.schemas import Head
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.places import queries as places

_OPEN = (
    select(func.count())
    .where(AidObjection.list_id == AidList.id, AidObjection.state == "open")
    .correlate(AidList)
    .scalar_subquery()
)
SORTS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "newest": (AidList.id.desc(),),
        "period": (AidList.period.desc(), AidList.id.desc()),
        "place": (AidList.division_code, AidList.id.desc()),
        "amount": (AidList.total_fen.desc(), AidList.id.desc()),
    }
)


def kinds(session: Session, *, on: date | None = None) -> list[AidKind]:
    """List the kinds as they hold on a day, today if none is named."""
    day = on or clock.today()
    query = select(AidKind).where(AidKind.effective_from <= day)
    newest: dict[str, AidKind] = {}
    for kind in session.scalars(query.order_by(AidKind.effective_from, AidKind.id)):
        newest[kind.code] = kind
    return sorted(newest.values(), key=lambda kind: kind.id)


def kind_named(session: Session, code: str) -> AidKind:
    """Give a kind as it holds today; raises `KindNotFound`."""
    for kind in kinds(session):
        if kind.code == code:
            return kind
    raise KindNotFound


def kind_of(session: Session, listed: AidList) -> AidKind:
    """Give the kind a list was made by."""
    return session.get_one(AidKind, listed.kind_id)


def get(session: Session, list_id: int) -> AidList:
    """Give a list; raises `ListNotFound`."""
    found = session.get(AidList, list_id)
    if found is None:
        raise ListNotFound
    return found


def rows(session: Session, list_id: int) -> Sequence[AidRow]:
    """List the rows in their order; none once they are erased."""
    query = select(AidRow).where(AidRow.list_id == list_id).order_by(AidRow.position)
    return session.scalars(query).all()


def text_of(session: Session, list_id: int) -> str:
    """Write a list down as the gate reads it."""
    return texts.write(rows(session, list_id))


def rows_hash(session: Session, list_id: int) -> str:
    """Give the hash of a list's rows as the database keeps it."""
    query = select(AidList.rows_hash).where(AidList.id == list_id)
    return session.scalars(query).one()


def within(actor: Actor) -> ColumnElement[bool]:
    """Match the lists an actor may publish; the query has joined `Organisation` from outside."""
    return organisations.held_for(
        AidList.division_code, AidList.organisation_id, actor=actor, permissions=(roles.PUBLISH,)
    )


def heads(
    session: Session,
    *,
    actor: Actor,
    wanted: Mapping[str, str],
    offset: int = 0,
    limit: int = 50,
) -> list[Head]:
    """List the lists an actor may publish, without their rows.

    `wanted` may hold `kind`, `state` (draft, published, erased), `place`, `period` and `sort`.
    """
    states = {
        "draft": (AidList.published_on.is_(None), AidList.erased_at.is_(None)),
        "published": (AidList.published_on.is_not(None), AidList.erased_at.is_(None)),
        "erased": (AidList.erased_at.is_not(None),),
    }
    query = _heads().where(within(actor), *states.get(wanted.get("state", ""), ()))
    if kind := wanted.get("kind"):
        query = query.where(AidKind.code == kind)
    if place := wanted.get("place"):
        query = query.where(AidList.division_code.startswith(place, autoescape=True))
    if period := wanted.get("period"):
        query = query.where(AidList.period == period)
    order = SORTS.get(wanted.get("sort", ""), SORTS["newest"])
    found = session.execute(query.order_by(*order).offset(offset).limit(limit))
    return [Head(**row._mapping) for row in found]


def head(session: Session, list_id: int) -> Head:
    """Give a list without its rows; raises `ListNotFound`."""
    found = session.execute(_heads().where(AidList.id == list_id)).one_or_none()
    if found is None:
        raise ListNotFound
    return Head(**found._mapping)


def heads_of(session: Session, list_ids: Sequence[int]) -> list[Head]:
    """Give some lists without their rows, the newest period first."""
    query = _heads().where(AidList.id.in_(list_ids)).order_by(AidList.period.desc(), AidList.id)
    return [Head(**row._mapping) for row in session.execute(query)] if list_ids else []


def _heads() -> Any:
    return (
        select(
            AidList.id,
            AidKind.code.label("kind"),
            AidKind.name.label("kind_name"),
            AidList.period,
            AidList.division_code,
            places.short_name_of(AidList.division_code).label("place"),
            Organisation.name.label("office"),
            AidList.row_count,
            AidList.member_count,
            AidList.total_fen,
            AidList.published_on,
            AidList.objections_until,
            AidList.erased_at.is_not(None).label("is_erased"),
            AidList.created_by,
            AidList.created_at,
            _OPEN.label("open_objections"),
        )
        .join(AidKind, AidKind.id == AidList.kind_id)
        .outerjoin(Organisation, Organisation.id == AidList.organisation_id)
    )
