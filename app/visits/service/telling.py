"""Telling a household that something it asked for has moved."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households.queries import bindings
from app.kernel import scope
from app.notices import service as notices
from app.visits.models.logbook import Need, NeedEvent
from app.visits.words import CATEGORIES, EVENTS

LINK = "/me/household"
"""Where a bound villager finds the household, and in it its needs with every note."""


def tell_household(session: Session, *, event_id: int, division_code: str) -> int:
    """Put a step of a need into the inbox of everyone bound to the household, once each.

    The message names the kind of need and the step; the note is read behind the link alone.
    Returns how many were told.
    """
    scope.open_scope(session, division_code[:6])  # the village may have been merged meanwhile
    event = session.scalars(select(NeedEvent).where(NeedEvent.id == event_id)).one_or_none()
    if event is None:
        return 0
    need = session.scalars(select(Need).where(Need.id == event.need_id)).one()
    told = 0
    for account_id in bindings.accounts_of_household(session, need.household_id):
        told += notices.deliver(
            session,
            account_id=account_id,
            kind="need",
            title="您家反映的事有新进展" if event.act != "opened" else "您家反映的事已经记下",
            body=f"{CATEGORIES.get(need.category, '其他')}：{EVENTS[event.act]}。",
            link=LINK,
            key=f"need-event-{event.id}",
        )
    return told
