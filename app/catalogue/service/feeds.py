"""Calendar addresses: made by whoever publishes for a place and office, and ended by them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.catalogue import queries
from app.catalogue.models import CalendarFeed
from app.identity import roles
from app.kernel import clock, ids
from app.kernel.access import Actor
from app.kernel.errors import Forbidden
from app.organisations import queries as organisations
from app.places import queries as places


def create_feed(
    session: Session, *, division_code: str, organisation_id: int | None, actor: Actor
) -> str:
    """Make an address for the duties of a place, or of one office there; gives its secret once.

    Raises `DivisionNotFound`, `OrganisationNotFound`, `Forbidden`.
    """
    places.hold(session, division_code)
    if organisation_id is not None:
        organisations.get(session, organisation_id)
    actor.require(roles.PUBLISH, division_code=division_code, organisation_id=organisation_id)
    token = ids.token()
    session.add(
        CalendarFeed(
            digest=ids.token_digest(token),
            division_code=division_code,
            organisation_id=organisation_id,
            created_by_id=actor.staff_id,
            created_at=clock.now(),
        )
    )
    session.flush()
    return token


def revoke_feed(session: Session, *, feed_id: int, actor: Actor) -> None:
    """End an address: whoever asks for it is told so; raises `FeedNotFound`, `Forbidden`."""
    feed = queries.get_feed(session, feed_id)
    if not queries.may_keep(actor, feed):
        raise Forbidden
    feed.revoked_at = feed.revoked_at or clock.now()
    session.flush()
