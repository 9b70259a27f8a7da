"""Reads of households and persons; the transaction must have opened their division."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.households.errors import HouseholdNotFound
from app.households.models.register import Household, Person, PersonTag
from app.households.schemas import Found, HouseholdView, PersonView, TagView
from app.kernel import crypto
from app.kernel.crypto import Place

# Built once: building costs as much as running.
_HOUSEHOLD = select(Household).where(Household.id == bindparam("household_id"))
_AT_DOOR = select(Household.id).where(
    Household.door_id == bindparam("door_id"), Household.state == "active"
)
_MEMBERS = (
    select(Person)
    .where(Person.household_id == bindparam("household_id"), Person.left_on.is_(None))
    .order_by(Person.is_head.desc(), Person.id)
)
_TAGS = (
    select(PersonTag)
    .where(PersonTag.person_id.in_(bindparam("person_ids", expanding=True)))
    .order_by(PersonTag.id)
)
_FIND = text("SELECT person_id, household_id, division_code FROM find_persons(:field, :digests)")


def get(session: Session, household_id: int) -> Household:
    """Give a household's row; raises `HouseholdNotFound`, also outside the opened division."""
    household = session.scalars(_HOUSEHOLD, {"household_id": household_id}).one_or_none()
    if household is None:
        raise HouseholdNotFound
    return household


def at_door(session: Session, door_id: int) -> int | None:
    """Give the number of the household that lives behind a door, None where none is known."""
    return session.scalars(_AT_DOOR, {"door_id": door_id}).one_or_none()


def by_number(session: Session, *, division_code: str, number: str) -> Household:
    """Find a household by the number its village gave it; raises `HouseholdNotFound`."""
    query = select(Household).where(
        Household.division_code == division_code,
        Household.number == number,
        Household.state == "active",
    )
    household = session.scalars(query).one_or_none()
    if household is None:
        raise HouseholdNotFound
    return household


def view(session: Session, household_id: int) -> HouseholdView:
    """Open a household with its members; raises `HouseholdNotFound`."""
    row = get(session, household_id)
    persons = session.scalars(_MEMBERS, {"household_id": household_id}).all()
    return HouseholdView(
        id=row.id,
        division_code=row.division_code,
        group_code=row.group_code,
        group_label=row.group_label,
        number=row.number,
        address=crypto.open_value(
            session, row.address_sealed, Place("households", row.id, "address")
        ),
        door_id=row.door_id,
        assistance_officer_id=row.assistance_officer_id,
        state=row.state,
        version=row.version,
        members=open_persons(session, persons),
    )


def person(session: Session, person_id: int) -> PersonView | None:
    """Open a person, also one who has left; None outside the opened division."""
    row = session.get(Person, person_id)
    return None if row is None else open_persons(session, [row])[0]


def open_persons(session: Session, persons: Sequence[Person]) -> tuple[PersonView, ...]:
    """Open the values of these persons, with their tags, in their order."""
    tags = _tags_of(session, (person.id for person in persons))
    return tuple(_opened(session, person, tuple(tags[person.id])) for person in persons)


def _tags_of(session: Session, person_ids: Iterable[int]) -> dict[int, list[TagView]]:
    found: dict[int, list[TagView]] = defaultdict(list)
    for row in session.scalars(_TAGS, {"person_ids": list(person_ids)}):
        found[row.person_id].append(
            TagView(row.id, row.tag, row.valid_from, row.valid_until, row.amount_fen)
        )
    return found


def _opened(session: Session, person: Person, tags: tuple[TagView, ...]) -> PersonView:
    def value(field: str) -> str | None:
        sealed: bytes | None = getattr(person, f"{field}_sealed")
        return crypto.open_value(session, sealed, Place("persons", person.id, field))

    born = value("birth_date")
    return PersonView(
        id=person.id,
        household_id=person.household_id,
        is_head=person.is_head,
        name=value("name") or "",
        id_number=value("id_number"),
        phone=value("phone"),
        birth_date=date.fromisoformat(born) if born else None,
        relation=person.relation,
        residence=person.residence,
        tags=tags,
    )


def birth_dates(session: Session, division_code: str) -> list[tuple[int, date]]:
    """Give number and birth date of everyone of a village whose birth date is known."""
    query = select(Person.id, Person.birth_date_sealed).where(
        Person.division_code == division_code,
        Person.left_on.is_(None),
        Person.birth_date_sealed.is_not(None),
    )
    found = []
    for number, sealed in session.execute(query):
        text = crypto.open_value(session, sealed, Place("persons", number, "birth_date"))
        found.append((number, date.fromisoformat(text or "")))
    return found


def find_by_index(session: Session, field: str, value: str) -> list[Found]:
    """Find the persons with this normalised phone or ID number, in every village.

    The one look-up across scopes: a narrow function of the owner's answers with ids alone.
    """
    ring = crypto.of(session)
    digests = [ring.index(field, value, key=key) for key in ring.index_keys()]
    rows = session.execute(_FIND, {"field": field, "digests": digests})
    return sorted({Found(*row) for row in rows}, key=lambda found: found.person_id)
