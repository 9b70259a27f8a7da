"""Imports of a village that was merged go along."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.households.models.imports import RosterHeading, RosterHousehold, RosterImport
from app.households.service import acts
from app.kernel import scope


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move a village's imports to the one it became part of.

    One that is being carried out stops where it is, since the new village may have one of its own;
    what is left of it waits to be started again.
    """
    if old_code == new_code:
        return
    scope.open_scope(session, acts.narrowest_over(old_code, new_code))
    running = RosterImport.division_code == old_code, RosterImport.state == "importing"
    session.execute(update(RosterImport).where(*running).values(state="planned"))
    for table in (RosterImport, RosterHousehold):
        session.execute(
            update(table).where(table.division_code == old_code).values(division_code=new_code)
        )
    session.execute(delete(RosterHeading).where(RosterHeading.division_code == old_code))
