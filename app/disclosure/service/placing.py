"""Putting a text before the public, whoever decided it: a new item, or a new revision of one."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.disclosure import markdown
from app.disclosure.errors import (
    AlreadyWithdrawn,
    ItemNotFound,
    NothingCorrected,
    NothingToRead,
    PublisherElsewhere,
    UnknownTopic,
    WrongLevel,
)
from app.disclosure.models import Item, ItemRevision, Topic
from app.disclosure.schemas import CorrectionIn, ItemIn
from app.kernel import changes
from app.organisations import queries as organisations
from app.places import queries as places

VILLAGE_CODE = 12  # digits; a villager group publishes nothing of its own


def check_place(
    session: Session, *, division_code: str, topic: str, organisation_id: int | None
) -> None:
    """Raise what is wrong with the place, topic or office of an item, or with them together."""
    if len(division_code) > VILLAGE_CODE:
        raise WrongLevel
    places.hold(session, division_code)
    if session.get(Topic, topic) is None:
        raise UnknownTopic
    if organisation_id is None:
        return
    publisher = organisations.get(session, organisation_id)
    if publisher.closed_at is not None or not division_code.startswith(publisher.division_code):
        raise PublisherElsewhere


def put(
    session: Session,
    *,
    wanted: ItemIn,
    author: str,
    at: datetime,
    expires_on: date | None = None,
    catalogue_entry_id: int | None = None,
) -> Item:
    """Put a new item before the public as of a moment."""
    check_place(
        session,
        division_code=wanted.division_code,
        topic=wanted.topic,
        organisation_id=wanted.organisation_id,
    )
    title, html = readable(wanted.title, wanted.body_markdown)
    item = Item(
        division_code=wanted.division_code,
        topic_code=wanted.topic,
        organisation_id=wanted.organisation_id,
        title=title,
        body_html=html,
        revision=1,
        published_at=at,
        expires_on=expires_on,
        catalogue_entry_id=catalogue_entry_id,
    )
    session.add(item)
    session.flush()
    _keep_text(session, item, wanted, author=author, at=at)
    changes.division_changed(session, item.division_code)
    return item


def correct(
    session: Session,
    *,
    item_id: int,
    wanted: CorrectionIn,
    author: str,
    at: datetime,
    files_differ: bool = False,
) -> Item:
    """Put a published text right, or its files, as a new revision; raises `NothingCorrected`."""
    item = locked(session, item_id)
    title, html = readable(wanted.title, wanted.body_markdown)
    if (title, html) == (item.title, item.body_html) and not files_differ:
        raise NothingCorrected
    item.title, item.body_html, item.revision = title, html, item.revision + 1
    _keep_text(session, item, wanted, author=author, at=at)
    changes.division_changed(session, item.division_code)
    return item


def locked(session: Session, item_id: int) -> Item:
    """Lock an item that stands; raises `ItemNotFound`, `AlreadyWithdrawn`."""
    query = select(Item).where(Item.id == item_id).with_for_update()
    item = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if item is None:
        raise ItemNotFound
    if item.withdrawn_at is not None:
        raise AlreadyWithdrawn
    return item


def readable(title: str, body_markdown: str) -> tuple[str, str]:
    """Give the title and the HTML of a text; raises `NothingToRead`."""
    html = markdown.to_html(body_markdown)
    if not (markdown.can_be_read(title) and markdown.has_text(html)):
        raise NothingToRead
    return " ".join(title.split()), html


def _keep_text(
    session: Session, item: Item, wanted: ItemIn | CorrectionIn, *, author: str, at: datetime
) -> None:
    session.add(
        ItemRevision(
            item_id=item.id,
            number=item.revision,
            title=item.title,
            body_markdown=wanted.body_markdown,
            body_html=item.body_html,
            note=wanted.note if isinstance(wanted, CorrectionIn) else None,
            author=author,
            created_at=at,
        )
    )
    session.flush()
