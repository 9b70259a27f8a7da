"""What the register does by itself, and what follows from its acts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.households.service import binding_ends, members, retention
from app.kernel import outbox
from app.kernel.db import Database
from app.places import queries as places
from app.visits import service as visits


def note_adults(session: Session, _database: Database) -> None:
    """Ask every village who came of age; each is work of its own."""
    for county in places.counties(session):
        for village in places.villages(session, county):
            outbox.publish(session, "households.note_adults_of_village", division_code=village.code)


def note_adults_of_village(session: Session, _database: Database, *, division_code: str) -> None:
    """Note in a village's register who turned 18."""
    members.note_adults(session, division_code=division_code)


def erase_expired(session: Session, _database: Database) -> None:
    """Ask every county what the term of keeping is over for."""
    for county in places.counties(session):
        outbox.publish(session, "households.erase_expired_of_county", county_code=county)


def erase_expired_of_county(session: Session, _database: Database, *, county_code: str) -> None:
    """Erase the next values whose term is over, and come back where there may be more."""
    if retention.erase_expired(session, county_code=county_code):
        outbox.publish(session, "households.erase_expired_of_county", county_code=county_code)


def came_of_age(session: Session, _database: Database, *, person_id: int) -> None:
    """Let end what a guardian held for a person who is 18 now."""
    binding_ends.end_wards(session, person_id=person_id)


def person_left(
    session: Session, _database: Database, *, household_id: int, person_id: int
) -> None:
    """Let end what a person was bound to in a household they are no longer in."""
    del person_id
    binding_ends.settle_household(session, household_id=household_id)


def household_ended(session: Session, _database: Database, *, household_id: int) -> None:
    """Let end what was bound to a household that is no more."""
    binding_ends.settle_household(session, household_id=household_id)


def household_joined(
    session: Session, _database: Database, *, household_id: int, into_id: int, county_code: str
) -> None:
    """Let what a household asked for go with its members to the one they all joined."""
    visits.follow_household(
        session, household_id=household_id, into_id=into_id, county_code=county_code
    )
