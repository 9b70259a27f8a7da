"""The register of a village that was merged goes along."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from app.households.models.register import (
    Household,
    Person,
    PersonIndex,
    PersonTag,
    RecordChange,
)
from app.households.schemas import Note
from app.households.service import acts
from app.kernel import scope

TABLES = (Household, Person, PersonIndex, PersonTag, RecordChange)


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move households, persons and their history to the village theirs became part of.

    A number that a household of the new village bears gets the old village's code before it.
    """
    if old_code == new_code:
        return
    scope.open_scope(session, acts.narrowest_over(old_code, new_code))
    _tell_numbers_apart(session, old_code=old_code, new_code=new_code)
    for table in TABLES:
        session.execute(
            update(table).where(table.division_code == old_code).values(division_code=new_code)
        )


def _tell_numbers_apart(session: Session, *, old_code: str, new_code: str) -> None:
    there = aliased(Household)
    same = select(there.id).where(
        there.division_code == new_code,
        there.state == "active",
        there.number == Household.number,
    )
    query = select(Household).where(
        Household.division_code == old_code, Household.state == "active", same.exists()
    )
    for household in session.scalars(query.order_by(Household.id).with_for_update()):
        before, household.number = household.number, f"{old_code}-{household.number}"[:40]
        note = Note(
            "village_merged",
            ("number",),
            "system",
            before={"number": before},
            after={"number": household.number},
        )
        acts.finish(session, household, by=None, note=note)
