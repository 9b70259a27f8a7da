"""Reads of drafts: one with its texts and reviews, and lists of those a person has to do with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.disclosure.errors import DraftNotFound
from app.disclosure.models import Draft, DraftComment, DraftReview, DraftText, Item
from app.disclosure.schemas import DraftRow, Passage
from app.identity import roles
from app.kernel.access import Actor
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.places import queries as places

DESK = (roles.PUBLISH, roles.REVIEW_FIRST, roles.REVIEW_SECOND, roles.REVIEW_FINAL)
SORTS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "newest": (Draft.updated_at.desc(), Draft.id.desc()),
        "oldest": (Draft.state_since, Draft.id),
        "title": (Draft.title, Draft.id),
        "place": (Draft.division_code, Draft.id.desc()),
    }
)


def within(
    actor: Actor, permissions: Iterable[str], table: type[Draft] | type[Item]
) -> ColumnElement[bool]:
    """Match what the actor holds one of these permissions for, as `Actor.may_for_office` tells it.

    The query has joined `Organisation` from outside on the row's office.
    """
    return organisations.held_for(
        table.division_code, table.organisation_id, actor=actor, permissions=permissions
    )


def rows() -> Select[*tuple[Any, ...]]:
    """Select what a list shows of drafts; each row makes a `DraftRow`."""
    return select(
        Draft.id,
        Draft.title,
        Draft.state,
        Draft.division_code,
        places.short_name_of(Draft.division_code).label("place"),
        Organisation.name.label("office"),
        Draft.topic_code,
        Draft.author_id,
        Draft.author_name,
        Draft.updated_at,
        Draft.state_since,
        Draft.version,
        Draft.organisation_id,
        Draft.publish_at,
        Draft.corrects_id,
        Draft.item_id,
        Draft.urgent_by_id.is_not(None).label("urgent"),
        (Draft.exception_reason != "").label("exception"),
    ).outerjoin(Organisation, Organisation.id == Draft.organisation_id)


def drafts(
    session: Session,
    *,
    actor: Actor,
    wanted: Mapping[str, str],
    offset: int = 0,
    limit: int = 50,
) -> list[DraftRow]:
    """List the drafts a person has to do with.

    `wanted` may hold `state`, `place` (a code or its beginning), `q` (words of the title) and
    `sort` (a word of `SORTS`).
    """
    query = rows().where(within(actor, DESK, Draft))
    if state := wanted.get("state"):
        query = query.where(Draft.state == state)
    else:
        query = query.where(Draft.state != "discarded")
    if place := wanted.get("place"):
        query = query.where(Draft.division_code.startswith(place, autoescape=True))
    if words := wanted.get("q"):
        query = query.where(Draft.title.contains(words, autoescape=True))
    order = SORTS.get(wanted.get("sort", ""), SORTS["newest"])
    found = session.execute(query.order_by(*order).offset(offset).limit(limit))
    return [DraftRow(**row._mapping) for row in found]


def get_draft(session: Session, draft_id: int, *, actor: Actor) -> Draft:
    """Give a draft the actor has to do with; raises `DraftNotFound`."""
    query = (
        select(Draft)
        .outerjoin(Organisation, Organisation.id == Draft.organisation_id)
        .where(Draft.id == draft_id, within(actor, DESK, Draft))
    )
    draft = session.scalars(query).one_or_none()
    if draft is None:
        raise DraftNotFound
    return draft


def texts(session: Session, draft_id: int) -> Sequence[DraftText]:
    """List the texts that were handed in, the newest first."""
    query = select(DraftText).where(DraftText.draft_id == draft_id)
    return session.scalars(query.order_by(DraftText.number.desc())).all()


def text_of(session: Session, draft_id: int, number: int) -> DraftText:
    """Give one of them; raises `DraftNotFound`."""
    text = session.get(DraftText, (draft_id, number))
    if text is None:
        raise DraftNotFound
    return text


def reviews(session: Session, draft_id: int) -> Sequence[DraftReview]:
    """List what reviewers said, the newest first."""
    query = select(DraftReview).where(DraftReview.draft_id == draft_id)
    return session.scalars(query.order_by(DraftReview.id.desc())).all()


def passages(session: Session, draft_id: int, *, text_number: int) -> list[Passage]:
    """List the comments on passages of a text, paragraph by paragraph."""
    query = (
        select(
            DraftComment.paragraph, DraftComment.words, DraftReview.reviewer_name, DraftReview.step
        )
        .join(DraftReview, DraftReview.id == DraftComment.review_id)
        .where(DraftReview.draft_id == draft_id, DraftReview.text_number == text_number)
        .order_by(DraftComment.paragraph, DraftComment.id)
    )
    return [Passage(*row) for row in session.execute(query)]
