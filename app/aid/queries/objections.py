"""Reads of objections: the public side of them, and what waits at one's offices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.aid.errors import ObjectionNotFound
from app.aid.models import AidList, AidObjection
from app.aid.queries.lists import heads_of, within
from app.aid.schemas import Answered, Head
from app.kernel import clock
from app.kernel.access import Actor
from app.organisations.models import Organisation

OBJECTION_SORTS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "due": (AidObjection.due_on, AidObjection.id),
        "newest": (AidObjection.id.desc(),),
        "place": (AidList.division_code, AidObjection.id),
    }
)


def answers(session: Session, list_id: int) -> list[Answered]:
    """List what the public reads of a list's objections, the oldest first."""
    query = select(AidObjection).where(AidObjection.list_id == list_id).order_by(AidObjection.id)
    return [
        Answered(
            state=one.state,
            made_on=clock.local(one.made_at).date(),
            due_on=one.due_on,
            answer=one.answer or "",
            answered_by=one.answered_by_name or "",
            answered_on=clock.local(one.answered_at).date() if one.answered_at else None,
        )
        for one in session.scalars(query)
    ]


def objections(
    session: Session,
    *,
    actor: Actor,
    wanted: Mapping[str, str],
    offset: int = 0,
    limit: int = 50,
) -> Sequence[tuple[AidObjection, Head]]:
    """List the objections to lists the actor may publish; `wanted` may hold `state`, `sort`."""
    query = (
        select(AidObjection)
        .join(AidList, AidList.id == AidObjection.list_id)
        .outerjoin(Organisation, Organisation.id == AidList.organisation_id)
        .where(within(actor))
    )
    if (state := wanted.get("state", "")) in ("open", "answered", "set_aside"):
        query = query.where(AidObjection.state == state)
    order = OBJECTION_SORTS.get(wanted.get("sort", ""), OBJECTION_SORTS["due"])
    found = session.scalars(query.order_by(*order).offset(offset).limit(limit)).all()
    named = {one.id: one for one in heads_of(session, sorted({row.list_id for row in found}))}
    return [(row, named[row.list_id]) for row in found]


def get_objection(session: Session, objection_id: int, *, lock: bool = False) -> AidObjection:
    """Give an objection; raises `ObjectionNotFound`."""
    found = session.get(
        AidObjection, objection_id, populate_existing=lock, with_for_update=lock or None
    )
    if found is None:
        raise ObjectionNotFound
    return found
