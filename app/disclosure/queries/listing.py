"""Lists of what was published, for those who answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.disclosure.errors import ItemNotFound
from app.disclosure.models import Item
from app.disclosure.queries.drafts import within
from app.identity import roles
from app.kernel.access import Actor
from app.organisations.models import Organisation
from app.places import queries as places

_SUCCESSOR = aliased(Item)
_ENDED_AT = func.coalesce(Item.withdrawn_at, _SUCCESSOR.published_at)
PUBLISHED_SORTS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "newest": (Item.published_at.desc(), Item.id.desc()),
        "oldest": (Item.published_at, Item.id),
        "title": (Item.title, Item.id),
        "place": (Item.division_code, Item.id.desc()),
        "ended": (_ENDED_AT.desc().nulls_last(), Item.id.desc()),
    }
)


@dataclass(frozen=True)
class PublishedRow:
    """An item as a list of the workplace shows it; `ended_at`: withdrawn, over, or replaced."""

    id: int
    title: str
    place: str
    office: str | None
    topic: str
    published_at: datetime
    revision: int
    expires_on: date | None
    ended_as: str | None
    ended_at: datetime | None
    reason: str | None
    superseded_by: int | None
    urgent: bool


def published(
    session: Session, *, actor: Actor, wanted: Mapping[str, str], offset: int, limit: int
) -> list[PublishedRow]:
    """List what the actor's offices have published.

    `wanted` may hold `state` (standing, withdrawn, expired, superseded, urgent, or ended for any of
    the three ends), `place`, `q` and `sort` (a word of `PUBLISHED_SORTS`).
    """
    query = (
        select(
            Item.id,
            Item.title,
            places.short_name_of(Item.division_code).label("place"),
            Organisation.name.label("office"),
            Item.topic_code.label("topic"),
            Item.published_at,
            Item.revision,
            Item.expires_on,
            Item.ended_as,
            _ENDED_AT.label("ended_at"),
            Item.withdrawn_reason.label("reason"),
            Item.superseded_by_id.label("superseded_by"),
            Item.urgent_until_reviewed.label("urgent"),
        )
        .outerjoin(Organisation, Organisation.id == Item.organisation_id)
        .outerjoin(_SUCCESSOR, _SUCCESSOR.id == Item.superseded_by_id)
        .where(within(actor, (roles.PUBLISH,), Item))
    )
    states = {
        "standing": (Item.withdrawn_at.is_(None), Item.superseded_by_id.is_(None)),
        "withdrawn": (Item.ended_as == "withdrawn",),
        "expired": (Item.ended_as == "expired",),
        "superseded": (Item.superseded_by_id.is_not(None),),
        "ended": (_ENDED_AT.is_not(None),),
        "urgent": (Item.urgent_until_reviewed, Item.withdrawn_at.is_(None)),
    }
    query = query.where(*states.get(wanted.get("state", ""), ()))
    if place := wanted.get("place"):
        query = query.where(Item.division_code.startswith(place, autoescape=True))
    if words := wanted.get("q"):
        query = query.where(Item.title.contains(words, autoescape=True))
    order = PUBLISHED_SORTS.get(wanted.get("sort", ""), PUBLISHED_SORTS["newest"])
    found = session.execute(query.order_by(*order).offset(offset).limit(limit))
    return [PublishedRow(**row._mapping) for row in found]


def kept_item(session: Session, item_id: int, *, actor: Actor) -> Item:
    """Give an item of the actor's offices, also one that has ended; raises `ItemNotFound`."""
    query = (
        select(Item)
        .outerjoin(Organisation, Organisation.id == Item.organisation_id)
        .where(Item.id == item_id, within(actor, (roles.PUBLISH,), Item))
    )
    item = session.scalars(query).one_or_none()
    if item is None:
        raise ItemNotFound
    return item
