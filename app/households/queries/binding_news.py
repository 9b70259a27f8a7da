"""Who is to be told about a binding, and under which masked name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households import masking
from app.households.models.bindings import HouseholdBinding
from app.households.models.register import Person
from app.households.queries import bindings
from app.households.schemas import BindingView
from app.kernel import crypto, scope
from app.kernel.crypto import Place


@dataclass(frozen=True)
class News:
    """A new binding: `name` masked, empty for a delegate; the bindings of those it concerns.

    `heads` are the head's own, `others` those of other accounts of the same person and of the
    member a delegate was invited by. Without heads the village is to pass it on.
    """

    binding: BindingView
    name: str
    heads: tuple[BindingView, ...]
    others: tuple[BindingView, ...]


def news_of(session: Session, binding_id: int) -> News | None:
    """Find out whom a new binding concerns, None where it is over already; opens its village."""
    row = bindings.get(session, binding_id)
    if row.state != "active" or row.household_id is None:
        return None
    scope.open_scope(session, row.division_code)
    head = session.scalars(
        select(Person.id).where(
            Person.household_id == row.household_id, Person.is_head, Person.left_on.is_(None)
        )
    ).one_or_none()
    there = [
        one
        for one in bindings.active_for_household(session, row.household_id)
        if one.account_id != row.account_id
    ]
    members = [one for one in there if one.kind == "member" and one.person_id is not None]
    heads = tuple(one for one in members if one.person_id == head)
    others = tuple(
        one
        for one in members
        if one not in heads and (one.person_id == row.person_id or one.id == row.granted_by_id)
    )
    return News(
        binding=bindings.shape(row),
        name=masked_name(session, row),
        heads=heads,
        others=others,
    )


def masked_name(session: Session, row: HouseholdBinding) -> str:
    """Give the masked name of whom a binding is about; the village must be open."""
    person = session.get(Person, row.person_id) if row.person_id is not None else None
    if person is None:
        return ""
    name = crypto.open_value(session, person.name_sealed, Place("persons", person.id, "name"))
    return masking.name(name) if name else ""
