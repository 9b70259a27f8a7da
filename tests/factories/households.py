"""Households for tests: invented people with valid check digits."""

from __future__ import annotations

from datetime import date
from itertools import count

from sqlalchemy.orm import Session

from app.households.models.register import Household
from app.households.schemas import HouseholdIn, PersonIn
from app.households.service import register
from app.kernel.access import OPERATOR
from tests.factories import GROUP, VILLAGE

_numbers = count(1)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(born: date, serial: int, *, region: str = "520203") -> str:
    """Compose a resident ID number with its check digit (GB 11643)."""
    body = f"{region}{born:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def person(
    name: str,
    *,
    relation: str = "head",
    born: date = date(1970, 5, 1),
    phone: str | None = None,
    is_head: bool = False,
) -> PersonIn:
    """Write down a person; the ID number is drawn one after the other."""
    return PersonIn(
        name=name,
        relation=relation,
        is_head=is_head,
        id_number=id_number(born, next(_numbers) % 1000),
        phone=phone,
        birth_date=born,
    )


def household(
    session: Session,
    *,
    division_code: str = VILLAGE,
    members: tuple[PersonIn, ...] | None = None,
    door_id: int | None = None,
    assistance_officer_id: int | None = None,
) -> Household:
    """Enter a household of three: a head, a spouse and a child of ten."""
    number = next(_numbers)
    today = date.today()  # noqa: DTZ011 - ten years old on whatever day the tests run
    members = members or (
        person("赵大山", is_head=True, phone=f"1380000{number:04d}"),
        person("钱小花", relation="spouse", born=date(1972, 8, 15)),
        person("赵小明", relation="son", born=date(today.year - 10, 1, 1)),
    )
    return register.create_household(
        session,
        wanted=HouseholdIn(
            division_code=division_code,
            number=f"T{number:05d}",
            members=members,
            group_code=GROUP if division_code == VILLAGE else None,
            address=f"青杠林村一组{number}号",
            door_id=door_id,
            assistance_officer_id=assistance_officer_id,
        ),
        actor=OPERATOR,
        source="test",
    )
