"""Reads of items: feeds by keyset, one item, its earlier texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, VARCHAR
from sqlalchemy.orm import Session

from app.disclosure.errors import ItemExpired, ItemNotFound, ItemWithdrawn, TopicNotFound
from app.disclosure.models import STANDING, Item, ItemRevision, Topic
from app.disclosure.schemas import Feed, FeedRow, TopicView
from app.kernel import clock

PAGE = 20
MOST = 100
_COLUMNS = "id, title, topic_code, division_code, published_at, revision"


def _feed(condition: str) -> TextClause:
    """Write the feed's query: one index scan for each division, then the newest of them all.

    A plain IN with ORDER BY would read and sort every item of the county.
    """
    statement = text(
        f"SELECT {_COLUMNS} FROM unnest(:codes) AS place(code) CROSS JOIN LATERAL ("  # noqa: S608 - ours
        f" SELECT {_COLUMNS} FROM items"
        f" WHERE division_code = place.code AND {STANDING} {condition}"
        " ORDER BY published_at DESC, id DESC LIMIT :limit) AS newest"
        " ORDER BY published_at DESC, id DESC LIMIT :limit"
    )
    return statement.bindparams(bindparam("codes", type_=ARRAY(VARCHAR)))


_OF_TOPIC = "AND topic_code = :topic "
_BEFORE = "AND (published_at, id) < (:moment, :id)"
_FEEDS = {
    (has_topic, has_before): _feed(
        (_OF_TOPIC if has_topic else "") + (_BEFORE if has_before else "")
    )
    for has_topic in (False, True)
    for has_before in (False, True)
}
_NEWEST_BY_TOPIC = text(
    f"SELECT DISTINCT ON (topic_code) {_COLUMNS}"  # noqa: S608 - our own column names
    " FROM unnest(:topics) AS topic(code) CROSS JOIN unnest(:codes) AS place(code)"
    f" CROSS JOIN LATERAL (SELECT {_COLUMNS} FROM items"
    f" WHERE division_code = place.code AND topic_code = topic.code AND {STANDING}"
    " ORDER BY published_at DESC, id DESC LIMIT 1) AS newest"
    " ORDER BY topic_code, published_at DESC, id DESC"
).bindparams(
    bindparam("topics", type_=ARRAY(VARCHAR)),
    bindparam("codes", type_=ARRAY(VARCHAR)),
)

_TOPICS = select(Topic.code, Topic.name, Topic.tile).order_by(Topic.position, Topic.code)


def feed(
    session: Session,
    *,
    codes: Sequence[str],
    topic: str | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> Feed:
    """Give a page of what these divisions publish, newest first.

    The page begins after the item `before` names, so that items published meanwhile make no
    other appear twice or not at all.
    """
    values: dict[str, Any] = {"codes": list(codes), "limit": limit + 1}
    if topic is not None:
        values["topic"] = topic
    if before is not None:
        values["moment"], values["id"] = before
    found = session.execute(_FEEDS[topic is not None, before is not None], values)
    rows = [FeedRow(*row) for row in found]
    shown = rows[:limit]
    more = len(rows) > limit
    return Feed(shown, (shown[-1].published_at, shown[-1].id) if more else None)


def newest_by_topic(
    session: Session, *, codes: Sequence[str], topics: Sequence[str]
) -> dict[str, FeedRow]:
    """Give the newest item of each of these topics among these divisions."""
    found = session.execute(_NEWEST_BY_TOPIC, {"topics": list(topics), "codes": list(codes)})
    return {row.topic_code: FeedRow(*row) for row in found}


def topics(session: Session) -> list[TopicView]:
    """List all topics in their order."""
    return [TopicView(*row) for row in session.execute(_TOPICS)]


def get_topic(session: Session, code: str) -> TopicView:
    """Give a topic; raises `TopicNotFound`."""
    topic = session.get(Topic, code)
    if topic is None:
        raise TopicNotFound
    return TopicView(topic.code, topic.name, topic.tile)


def get_item(session: Session, item_id: int) -> Item:
    """Give an item that stands.

    Raises `ItemNotFound`, or with its reason `ItemWithdrawn` or `ItemExpired`; the last day of one
    is over at midnight, whenever it leaves the feeds.
    """
    item = session.get(Item, item_id) if item_id < 2**63 else None
    if item is None:
        raise ItemNotFound
    if item.ended_as == "expired" or (item.expires_on and item.expires_on < clock.today()):
        raise ItemExpired
    if item.withdrawn_at is not None:
        raise ItemWithdrawn(reason=item.withdrawn_reason)
    return item


def revisions(session: Session, item_id: int) -> Sequence[ItemRevision]:
    """List what an item said, the newest text first."""
    query = select(ItemRevision).where(ItemRevision.item_id == item_id)
    return session.scalars(query.order_by(ItemRevision.number.desc())).all()


def latest_whole(session: Session, *, codes: Sequence[str], limit: int) -> Sequence[Item]:
    """Give the newest items of these divisions with their bodies, for a notice board."""
    query = select(Item).where(Item.division_code.in_(codes), text(STANDING))
    newest = query.order_by(Item.published_at.desc(), Item.id.desc()).limit(limit)
    return session.scalars(newest).all()
