"""Finding what is known by its number alone: PostgreSQL shows one division at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypedDict, TypeVar

from sqlalchemy.orm import Session

from app.doorplates.schemas import PlateView
from app.households.models.register import Household
from app.households.queries import register
from app.households.schemas import OpenRecord
from app.kernel import scope
from app.kernel.access import Actor
from app.kernel.errors import NotFound
from app.places import queries as places

Row = TypeVar("Row")
VILLAGE = 12  # digits of a village's code


class Where(TypedDict):
    """The village and the group of something, as `Actor.may_at` asks for them."""

    division_code: str
    group_code: str | None


def at(place: Household | PlateView | OpenRecord) -> Where:
    """Tell where something is."""
    return {"division_code": place.division_code, "group_code": place.group_code}


def in_each_place(
    session: Session, *, permission: str, actor: Actor, find: Callable[[], Row]
) -> Iterator[Row]:
    """Look in one place of a right after the other, and leave open where something was found.

    `find` looks within the scope and raises `NotFound`. The right itself is still to be checked.
    """
    for prefix in actor.prefixes(permission):
        for division in _scopes(session, prefix):
            scope.open_scope(session, division)
            try:
                found = find()
            except NotFound:
                continue
            yield found


def _scopes(session: Session, prefix: str) -> list[str]:
    """Give what to open for a place: a group's village of today, every county for the operator."""
    if not prefix:
        return list(places.counties(session))
    return [places.resolve(session, prefix[:VILLAGE]) if len(prefix) > VILLAGE else prefix]


def household_of(
    session: Session, *, household_id: int, permission: str, actor: Actor
) -> Household | None:
    """Find a household where the actor has this right, and open its village's scope, or None."""
    for household in in_each_place(
        session,
        permission=permission,
        actor=actor,
        find=lambda: register.get(session, household_id),
    ):
        if actor.may_at(permission, **at(household)):
            scope.open_scope(session, household.division_code)
            return household
    return None
