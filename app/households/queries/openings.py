"""Reads of records held open: the opening itself, then the household's record, masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.doorplates import queries as plates
from app.households import masking
from app.households.errors import HouseholdNotFound, PersonNotFound, RecordEnded
from app.households.models.openings import Opening
from app.households.models.register import Household, Person, PersonTag, RecordChange
from app.households.schemas import (
    MaskedPerson,
    MaskedRecord,
    MaskedTag,
    OpenRecord,
    Sight,
    is_minor,
)
from app.households.tags import TAG_KINDS, Sensitivity
from app.identity import queries as identity
from app.kernel import clock, crypto, scope
from app.kernel.crypto import Place
from app.kernel.db import Fixed
from app.places import queries as places


def _recorded_at() -> ScalarSelect[datetime]:
    newest = select(RecordChange.at).where(RecordChange.household_id == Household.id)
    return newest.order_by(RecordChange.id.desc()).limit(1).scalar_subquery()


def _record() -> Select[*tuple[Any, ...]]:
    """Select a household with all that stands beside it, a row for each tag of each member."""
    home = (
        select(
            Household.id,
            Household.state,
            Household.number,
            Household.address_sealed,
            Household.group_label,
            places.short_name_of(Household.division_code).label("village"),
            places.short_name_of(Household.group_code).label("group_name"),
            plates.live_serial_at(Household.door_id).label("plate_serial"),
            identity.name_of(Household.assistance_officer_id).label("officer"),
            identity.office_of(Household.assistance_officer_id).label("officer_office"),
            _recorded_at().label("recorded_at"),
        )
        .where(Household.id == bindparam("household_id"))
        .cte("home")
        .prefix_with("MATERIALIZED")  # once, not for every row it is joined to
    )
    member = and_(Person.household_id == home.c.id, Person.left_on.is_(None))
    columns: Select[*tuple[Any, ...]] = select(
        home,
        Person.id.label("person_id"),
        Person.relation,
        Person.residence,
        Person.name_sealed,
        Person.id_number_sealed,
        Person.phone_sealed,
        Person.birth_date_sealed,
        PersonTag.tag,
        PersonTag.valid_until,
        PersonTag.amount_fen,
    )
    return (
        columns.select_from(home)
        .outerjoin(Person, member)
        .outerjoin(PersonTag, and_(PersonTag.person_id == Person.id, _VALID))
        .order_by(Person.is_head.desc(), Person.id, PersonTag.id)
    )


_VALID = and_(
    PersonTag.valid_from <= bindparam("day"),
    or_(PersonTag.valid_until.is_(None), PersonTag.valid_until >= bindparam("day")),
)
# Built once: building them costs more than running them. A record is two round trips: the opening
# with the scope, then everything of the register.
_STANDING = Fixed(
    select(
        Opening.id,
        Opening.household_id,
        Opening.division_code,
        Opening.group_code,
        Opening.purpose,
        Opening.reason_sealed,
        Opening.closes_at,
        scope.opening(Opening.division_code),
    ).where(
        Opening.id == bindparam("opening_id"),
        Opening.staff_id == bindparam("staff_id"),
        Opening.closes_at > bindparam("moment"),
    )
)
_RECORD = Fixed(_record())
_MEMBER = select(Person).where(
    Person.id == bindparam("person_id"),
    Person.household_id == bindparam("household_id"),
    Person.left_on.is_(None),
)
_ADDRESS = select(Household.address_sealed).where(
    Household.id == bindparam("household_id"), Household.state == "active"
)
_AMOUNTS = (
    select(PersonTag)
    .where(PersonTag.person_id == bindparam("person_id"), PersonTag.amount_fen.is_not(None), _VALID)
    .order_by(PersonTag.id)
)


@dataclass(frozen=True)
class Member:
    """A member of a household, with the name masked and the rest still sealed."""

    row: Person
    name: str
    is_minor: bool


def standing(session: Session, opening_id: int, *, staff_id: int) -> OpenRecord | None:
    """Give what this person holds open, and open the scope of its village; None for all else."""
    asked = {"opening_id": opening_id, "staff_id": staff_id, "moment": clock.now()}
    rows = _STANDING.rows(session, asked)
    return shape(session, rows[0]) if rows else None


def shape(session: Session, row: Any) -> OpenRecord:
    """Give an opening with its reason opened."""
    place = Place("openings", row.id, "reason")
    return OpenRecord(
        id=row.id,
        household_id=row.household_id,
        division_code=row.division_code,
        group_code=row.group_code,
        purpose=row.purpose,
        reason=crypto.open_value(session, row.reason_sealed, place) or "",
        closes_at=row.closes_at,
    )


def masked(session: Session, household_id: int, *, sight: Sight) -> MaskedRecord:
    """Read a household's record as `sight` allows; raises `HouseholdNotFound`, `RecordEnded`.

    The scope must be open. A minor without the grant is counted and not opened.
    """
    day = clock.today()
    rows = _RECORD.rows(session, {"household_id": household_id, "day": day})
    if not rows:
        raise HouseholdNotFound
    row = rows[0]
    if row.state == "ended":
        raise RecordEnded
    lines = (line for line in rows if line.person_id is not None)
    members = [list(of_one) for _id, of_one in groupby(lines, key=lambda line: line.person_id)]
    persons = [_person(session, of_one, day=day, sight=sight) for of_one in members]
    seen = tuple(person for person in persons if person is not None)
    address = crypto.open_value(session, row.address_sealed, Place("households", row.id, "address"))
    return MaskedRecord(
        household_id=row.id,
        village=row.village,
        group=row.group_name or row.group_label,
        number=row.number,
        address=masking.mask("address", address),
        plate_serial=row.plate_serial,
        officer=row.officer,
        officer_office=row.officer_office,
        recorded_at=row.recorded_at,
        persons=seen,
        hidden_minors=len(persons) - len(seen),
        sight=sight,
        fields=_fields(seen, address=address is not None, sight=sight),
    )


def _person(session: Session, lines: list[Any], *, day: date, sight: Sight) -> MaskedPerson | None:
    """Mask a person of one line for each tag; None for a minor who may not be seen."""
    one = lines[0]

    def value(field: str) -> str | None:
        sealed: bytes | None = getattr(one, f"{field}_sealed")
        return crypto.open_value(session, sealed, Place("persons", one.person_id, field))

    born = value("birth_date")
    minor = _is_minor(born, day)
    if minor and not sight.minors:
        return None
    return MaskedPerson(
        id=one.person_id,
        name=masking.name(value("name") or ""),
        relation=one.relation,
        residence=one.residence,
        birth_year=masking.mask("birth_date", born),
        id_number=masking.mask("id_number", value("id_number")),
        phone=masking.mask("phone", value("phone")),
        is_minor=minor,
        tags=tuple(_tags(lines, sight)),
    )


def member(session: Session, *, household_id: int, person_id: int) -> Member:
    """Give a member of today with the name masked; raises `PersonNotFound`."""
    asked = {"household_id": household_id, "person_id": person_id}
    row = session.scalars(_MEMBER, asked).one_or_none()
    if row is None:
        raise PersonNotFound
    name = crypto.open_value(session, row.name_sealed, Place("persons", row.id, "name"))
    born = crypto.open_value(session, row.birth_date_sealed, Place("persons", row.id, "birth_date"))
    return Member(row, masking.name(name or ""), _is_minor(born, clock.today()))


def value(
    session: Session, household_id: int, *, person: Member | None, field: str, sight: Sight
) -> str | None:
    """Open one value: the household's address, a field of a member, or what a member receives."""
    if person is None:
        sealed = session.scalar(_ADDRESS, {"household_id": household_id})
        return crypto.open_value(session, sealed, Place("households", household_id, "address"))
    if field == "money":
        return "；".join(_amounts(session, person.row.id, sight))
    place = Place("persons", person.row.id, field)
    return crypto.open_value(session, getattr(person.row, f"{field}_sealed"), place)


def _amounts(session: Session, person_id: int, sight: Sight) -> Iterable[str]:
    """Say what a person receives a month, as far as amounts are registered."""
    for tag in session.scalars(_AMOUNTS, {"person_id": person_id, "day": clock.today()}):
        if not may_see(sensitivity(tag.tag), sight):
            continue
        kind = TAG_KINDS.get(tag.tag)
        yield f"{kind.name if kind else tag.tag}每月 {Decimal(tag.amount_fen or 0) / 100:,.2f} 元"


def _is_minor(born: str | None, day: date) -> bool:
    return is_minor(date.fromisoformat(born) if born else None, day)


def _tags(lines: Iterable[Any], sight: Sight) -> Iterable[MaskedTag]:
    for line in lines:
        if line.tag is not None and may_see(sensitivity(line.tag), sight):
            yield MaskedTag(line.tag, line.valid_until, line.amount_fen is not None)


def sensitivity(tag: str) -> Sensitivity:
    """Tell how sensitive a tag is; one of an unknown kind is as sensitive as health."""
    kind = TAG_KINDS.get(tag)
    return kind.sensitivity if kind else "health"


def may_see(sensitive: Sensitivity, sight: Sight) -> bool:
    """Tell whether a tag so sensitive may be seen."""
    return {"plain": True, "health": sight.health, "money": sight.money}[sensitive]


def _fields(persons: tuple[MaskedPerson, ...], *, address: bool, sight: Sight) -> tuple[str, ...]:
    """Name what a record shows: what is not registered or not granted is not in it."""
    tags = {sensitivity(tag.tag) for person in persons for tag in person.tags}
    shown = {
        "name": bool(persons),
        "id_number": any(person.id_number for person in persons),
        "phone": any(person.phone for person in persons),
        "birth_date": any(person.birth_year for person in persons),
        "address": address,
        "relation": bool(persons),
        "residence": bool(persons),
        "tags": "plain" in tags,
        "health": "health" in tags,
        "money": "money" in tags,
        "minors": sight.minors and any(person.is_minor for person in persons),
    }
    return tuple(field for field, there in shown.items() if there)
