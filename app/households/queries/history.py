"""The history of a household and where the value of each field comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.households.models.register import Person, RecordChange
from app.households.schemas.acts import Provenance

ENTERED = ("added", "imported")


@dataclass(frozen=True)
class Provenances:
    """Where values come from, by person (None for the household itself) and field."""

    found: Mapping[tuple[int | None, str], Provenance]

    def of(self, field: str, person_id: int | None = None) -> Provenance | None:
        """Tell where the field of a person, or of the household, comes from; None if unknown."""
        return self.found.get((person_id, field))


def changes(
    session: Session, household_id: int, *, before: int | None = None, limit: int = 100
) -> Sequence[RecordChange]:
    """List what happened to a household and its members, the newest first, from `before` on."""
    query = select(RecordChange).where(RecordChange.household_id == household_id)
    if before is not None:
        query = query.where(RecordChange.id < before)
    return session.scalars(query.order_by(RecordChange.id.desc()).limit(limit)).all()


def provenance(session: Session, household_id: int) -> Provenances:
    """Tell by which act, from which source, by whom and when each field got its value.

    The newest line that names a field says so. A line that names no person speaks of everyone the
    household had when it was entered, also of those who have gone over to another since.
    """
    members = list(
        session.scalars(
            select(Person.id).where(Person.household_id == household_id, Person.left_on.is_(None))
        )
    )
    theirs = select(RecordChange.household_id).where(RecordChange.person_id.in_(members))
    query = select(RecordChange).where(
        or_(
            RecordChange.household_id == household_id,
            RecordChange.person_id.in_(members),
            RecordChange.person_id.is_(None)
            & RecordChange.household_id.in_(theirs)
            & RecordChange.act.in_(ENTERED),
        )
    )
    lived = _homes(session, members)
    found: dict[tuple[int | None, str], Provenance] = {}
    for line in session.scalars(query.order_by(RecordChange.id)):
        origin = Provenance(line.act, line.source, line.actor_kind, line.actor_name, line.at)
        speaks_of = (
            [line.person_id]
            if line.person_id is not None
            else [number for number in members if line.household_id in lived[number]]
        )
        for field in line.fields:
            for number in speaks_of:
                found[number, field] = origin
            if line.person_id is None and line.household_id == household_id:
                found[None, field] = origin
    return Provenances(found)


def _homes(session: Session, members: Sequence[int]) -> dict[int, set[int]]:
    """Give the households that each of these persons is or was in."""
    homes: dict[int, set[int]] = {number: set() for number in members}
    for number, home in session.execute(
        select(Person.id, Person.household_id).where(Person.id.in_(members))
    ):
        homes[number].add(home)
    lines = select(RecordChange.person_id, RecordChange.household_id).distinct()
    for person_id, home in session.execute(lines.where(RecordChange.person_id.in_(members))):
        homes[person_id or 0].add(home)
    return homes
