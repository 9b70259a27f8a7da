"""Reads of the calendar feeds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.errors import FeedNotFound, FeedRevoked
from app.catalogue.models import CalendarFeed
from app.identity import roles
from app.kernel import ids
from app.kernel.access import Actor

LONGEST_TOKEN = 100


def find_feed(session: Session, token: str) -> CalendarFeed:
    """Find the feed of an address; raises `FeedNotFound`, `FeedRevoked`."""
    query = select(CalendarFeed).where(CalendarFeed.digest == ids.token_digest(token))
    feed = session.scalars(query).one_or_none() if len(token) <= LONGEST_TOKEN else None
    if feed is None:
        raise FeedNotFound
    if feed.revoked_at is not None:
        raise FeedRevoked
    return feed


def get_feed(session: Session, feed_id: int) -> CalendarFeed:
    """Give a feed; raises `FeedNotFound`."""
    feed = session.get(CalendarFeed, feed_id)
    if feed is None:
        raise FeedNotFound
    return feed


def standing_feeds(session: Session, actor: Actor) -> Sequence[CalendarFeed]:
    """List the feeds in use that somebody may end, the newest first."""
    query = select(CalendarFeed).where(CalendarFeed.revoked_at.is_(None))
    found = session.scalars(query.order_by(CalendarFeed.id.desc()).limit(500))
    return [one for one in found if may_keep(actor, one)]


def may_keep(actor: Actor, feed: CalendarFeed) -> bool:
    """Tell whether somebody may end a feed: whoever publishes for that place and office."""
    return actor.may(
        roles.PUBLISH, division_code=feed.division_code, organisation_id=feed.organisation_id
    )
