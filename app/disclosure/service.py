"""Rules of publishing: publish, correct, withdraw."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
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
from app.identity import roles
from app.kernel import changes, clock
from app.kernel.access import Actor
from app.kernel.errors import Forbidden
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.places import queries as places


def publish_item(
    session: Session, *, wanted: ItemIn, actor: Actor, published_at: datetime | None = None
) -> Item:
    """Publish an item now, or as of a moment in the past when records are brought in."""
    publisher = _require_publisher(session, actor, wanted.division_code, wanted.organisation_id)
    if len(wanted.division_code) > len("520203102213"):
        raise WrongLevel  # a villager group publishes nothing of its own
    places.hold(session, wanted.division_code)
    if session.get(Topic, wanted.topic) is None:
        raise UnknownTopic
    if publisher is not None and (
        publisher.closed_at is not None
        or not wanted.division_code.startswith(publisher.division_code)
    ):
        raise PublisherElsewhere
    moment = clock.now()
    title, html = _readable(wanted.title, wanted.body_markdown)
    item = Item(
        division_code=wanted.division_code,
        topic_code=wanted.topic,
        organisation_id=wanted.organisation_id,
        title=title,
        body_html=html,
        revision=1,
        published_at=min(published_at or moment, moment),
    )
    session.add(item)
    session.flush()
    _keep_text(session, item, wanted, actor=actor, at=item.published_at)
    changes.division_changed(session, item.division_code)
    return item


def correct_item(
    session: Session,
    *,
    item_id: int,
    wanted: CorrectionIn,
    actor: Actor,
    corrected_at: datetime | None = None,
) -> Item:
    """Put a published text right as a new revision; the old one stays readable beside it.

    The correction is made now, or as of a moment in the past when records are brought in.
    """
    item = _locked(session, item_id, actor)
    title, html = _readable(wanted.title, wanted.body_markdown)
    if (title, html) == (item.title, item.body_html):
        raise NothingCorrected
    item.title, item.body_html, item.revision = title, html, item.revision + 1
    moment = clock.now()
    _keep_text(session, item, wanted, actor=actor, at=min(corrected_at or moment, moment))
    changes.division_changed(session, item.division_code)
    return item


def withdraw_item(session: Session, *, item_id: int, reason: str, actor: Actor) -> Item:
    """Take an item off every page within a second; its address says why."""
    item = _locked(session, item_id, actor)
    item.withdrawn_at, item.withdrawn_reason = clock.now(), reason
    session.flush()
    changes.division_changed(session, item.division_code)
    return item


def set_topic(session: Session, *, code: str, name: str, position: int, tile: int | None) -> Topic:
    """Add a topic or change how it is shown."""
    topic: Topic = session.merge(Topic(code=code, name=name, position=position, tile=tile))
    session.flush()
    changes.division_changed(session, "")
    return topic


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move the items of a merged village to the village it became part of."""
    session.execute(
        update(Item).where(Item.division_code == old_code).values(division_code=new_code)
    )
    changes.division_changed(session, old_code)
    changes.division_changed(session, new_code)


def _readable(title: str, body_markdown: str) -> tuple[str, str]:
    html = markdown.to_html(body_markdown)
    if not (markdown.can_be_read(title) and markdown.has_text(html)):
        raise NothingToRead
    return " ".join(title.split()), html


def _keep_text(
    session: Session, item: Item, wanted: ItemIn | CorrectionIn, *, actor: Actor, at: datetime
) -> None:
    session.add(
        ItemRevision(
            item_id=item.id,
            number=item.revision,
            title=item.title,
            body_markdown=wanted.body_markdown,
            body_html=item.body_html,
            note=wanted.note if isinstance(wanted, CorrectionIn) else None,
            author=actor.name,
            created_at=at,
        )
    )
    session.flush()


def _require_publisher(
    session: Session, actor: Actor, division_code: str, organisation_id: int | None
) -> Organisation | None:
    """Give the office in whose name the actor may publish there; raises `Forbidden`."""
    office = None if organisation_id is None else organisations.get(session, organisation_id)
    named = None if office is None else (office.id, office.division_code)
    if not actor.may_for_office(roles.PUBLISH, division_code=division_code, office=named):
        raise Forbidden
    return office


def _locked(session: Session, item_id: int, actor: Actor) -> Item:
    query = select(Item).where(Item.id == item_id).with_for_update()
    item = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if item is None:
        raise ItemNotFound
    _require_publisher(session, actor, item.division_code, item.organisation_id)
    if item.withdrawn_at is not None:
        raise AlreadyWithdrawn
    return item
