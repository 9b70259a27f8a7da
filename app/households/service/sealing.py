"""What the register seals of a person and looks persons up by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.households.errors import PersonRegisteredElsewhere
from app.households.models.register import Person, PersonIndex
from app.households.schemas import PersonIn
from app.kernel import crypto

INDEXED = ("phone", "id_number")


def next_ids(session: Session, table: str, count: int) -> list[int]:
    """Draw row numbers ahead, since a sealed value is bound to its row's number."""
    sequence = func.pg_get_serial_sequence(table, "id")
    drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return [int(number) for number in session.scalars(drawn)]


def sealed_fields(wanted: PersonIn) -> dict[str, str | None]:
    """Give what is sealed of a person, as text."""
    born: date | None = wanted.birth_date
    return {
        "name": wanted.name,
        "id_number": wanted.id_number,
        "phone": wanted.phone,
        "birth_date": born.isoformat() if born else None,
    }


def digests(
    session: Session, *, person_id: int, division_code: str, values: dict[str, str | None]
) -> list[dict[str, Any]]:
    """Give the rows of a person's blind indexes, one for each value and key of the ring."""
    ring = crypto.of(session)
    return [
        {
            "person_id": person_id,
            "field": field,
            "key_id": key,
            "digest": ring.index(field, value, key=key),
            "division_code": division_code,
        }
        for field in INDEXED
        if (value := values.get(field)) is not None
        for key in ring.index_keys()
    ]


def write_index(session: Session, *, person: Person, field: str, value: str | None) -> None:
    """Enter a value's digests under every index key in use; the old ones go.

    Raises `PersonRegisteredElsewhere` for an ID number that somebody here has.
    """
    forget_indexes(session, [person.id], fields=(field,))
    enter_indexes(
        session,
        digests(
            session,
            person_id=person.id,
            division_code=person.division_code,
            values={field: value},
        ),
    )


def enter_indexes(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write rows of the blind index; raises `PersonRegisteredElsewhere`."""
    if not rows:
        return
    try:
        with session.begin_nested():
            session.execute(insert(PersonIndex), rows)
    except IntegrityError as error:
        if "uq_person_indexes_id_number" in str(error.orig):
            raise PersonRegisteredElsewhere from error
        raise


def forget_indexes(
    session: Session, person_ids: Iterable[int], *, fields: tuple[str, ...] = INDEXED
) -> None:
    """Let persons be found no longer by these fields."""
    session.execute(
        delete(PersonIndex).where(
            PersonIndex.person_id.in_(list(person_ids)), PersonIndex.field.in_(fields)
        )
    )
