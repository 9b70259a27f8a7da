"""Reads of needs: those of one household, and those one person is to follow up."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households.models.register import Household
from app.kernel import crypto, scope
from app.kernel.crypto import Place
from app.visits.errors import NeedNotFound
from app.visits.models.logbook import Need, NeedEvent
from app.visits.schemas import EventView, NeedLine, NeedView

OPEN = ("open", "in_progress")
MOST_LINES = 500


def needs_for_household(session: Session, household_id: int, *, limit: int = 50) -> list[NeedView]:
    """Give all a household asked for with every step and note, as it may see them, newest first.

    Whoever asks for a bound villager checks the binding and opens the village's scope before.
    """
    query = (
        select(Need).where(Need.household_id == household_id).order_by(Need.id.desc()).limit(limit)
    )
    return [_view(session, need, steps=True) for need in session.scalars(query)]


def needs_of_visit(session: Session, visit_id: int) -> list[NeedView]:
    """Give the needs that a visit brought."""
    query = select(Need).where(Need.visit_id == visit_id).order_by(Need.id)
    return [_view(session, need) for need in session.scalars(query)]


def get_need(session: Session, need_id: int) -> Need:
    """Give a need; raises `NeedNotFound`."""
    need = session.scalars(select(Need).where(Need.id == need_id)).one_or_none()
    if need is None:
        raise NeedNotFound
    return need


def read_need(session: Session, need_id: int) -> NeedView:
    """Give a need with its text and every step; raises `NeedNotFound`."""
    return _view(session, get_need(session, need_id), steps=True)


def assigned_to(
    session: Session, *, staff_id: int, prefixes: Sequence[str], state: str = ""
) -> list[NeedLine]:
    """List what one person is to follow up below these prefixes, the most urgent first.

    `state` empty is what is not concluded. Nothing sealed is opened.
    """
    wanted = Need.state.in_(OPEN) if not state else Need.state == state
    found: dict[int, NeedLine] = {}
    for prefix in prefixes:
        scope.open_scope(session, prefix[:12])  # a group's households stand under their village
        query = (
            select(Need, Household.group_code, Household.group_label, Household.number)
            .join(Household, Household.id == Need.household_id)
            .where(Need.owner_staff_id == staff_id, wanted)
            .order_by(Need.due_on, Need.id)
            .limit(MOST_LINES)
        )
        for need, group_code, group_label, number in session.execute(query):
            found[need.id] = NeedLine(
                id=need.id,
                household_id=need.household_id,
                division_code=need.division_code,
                group_code=group_code,
                group_label=group_label,
                number=number,
                category=need.category,
                due_on=need.due_on,
                state=need.state,
            )
    return sorted(found.values(), key=lambda line: (line.due_on, line.id))[:MOST_LINES]


def _view(session: Session, need: Need, *, steps: bool = False) -> NeedView:
    text = crypto.open_value(session, need.text_sealed, Place("needs", need.id, "text"))
    return NeedView(
        id=need.id,
        household_id=need.household_id,
        division_code=need.division_code,
        visit_id=need.visit_id,
        category=need.category,
        text=text or "",
        owner_staff_id=need.owner_staff_id,
        due_on=need.due_on,
        state=need.state,
        row_version=need.row_version,
        created_at=need.created_at,
        events=_events(session, need.id) if steps else (),
    )


def _events(session: Session, need_id: int) -> tuple[EventView, ...]:
    query = select(NeedEvent).where(NeedEvent.need_id == need_id).order_by(NeedEvent.id)
    return tuple(
        EventView(
            act=event.act,
            note=crypto.open_value(
                session, event.note_sealed, Place("need_events", event.id, "note")
            )
            or "",
            staff_name=event.staff_name,
            at=event.at,
        )
        for event in session.scalars(query)
    )
