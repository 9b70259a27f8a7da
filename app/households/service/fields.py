"""Changing one field of a person or of a household, with both sides in the history."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from stdnum.cn import ric

from app.households import personal_numbers
from app.households.errors import (
    FieldRefused,
    HouseholdNumberTaken,
    PersonNotFound,
)
from app.households.models.register import Household, Person
from app.households.schemas import Note
from app.households.schemas.acts import Seen, Why
from app.households.service import acts
from app.households.service.keepers import require_keep
from app.households.service.sealing import INDEXED, write_index
from app.households.words import FIELDS, PERSON_FIELDS, RELATIONS, RESIDENCES
from app.kernel import clock, crypto
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.places import queries as places

_PHONE = re.compile(r"[0-9]{3,4}-?[0-9]{7,8}|1[0-9]{10}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
HOUSEHOLD_FIELDS = ("address", "number", "group")
CLEAR = ("number", "group")
PERSONAL = personal_numbers.REFUSED + "或名称。"


def change_person(
    session: Session, *, person_id: int, field: str, value: str | None, actor: Actor, why: Why
) -> bool:
    """Change a field of a person; False where it stood so already.

    `field` is one of name, id_number, phone, birth_date (ISO), relation and residence; None takes
    the value away, where it may be missing. The transaction must have opened the person's village.
    Raises `Forbidden`, `PersonNotFound`, `FieldRefused`, `HouseholdEnded` and
    `PersonRegisteredElsewhere`.
    """
    person = session.get(Person, person_id)
    if person is None or person.left_on is not None:
        raise PersonNotFound
    require_keep(actor, person.division_code, household_id=person.household_id)
    return put_field(session, person=person, field=field, value=value, by=actor, why=why)


def put_field(
    session: Session, *, person: Person, field: str, value: str | None, by: Actor | None, why: Why
) -> bool:
    """Change a field for whoever the caller has found to have the right; as `change_person`."""
    household = acts.lock(session, Seen(person.household_id, person.division_code))
    new = checked(field, value)
    old = _value(session, person, field)
    if new == old:
        return False
    if field in PERSON_FIELDS:
        place = Place("persons", person.id, field)
        setattr(person, f"{field}_sealed", crypto.seal_value(session, new, place))
    else:
        setattr(person, field, new)
    session.flush()
    if field in INDEXED:
        write_index(session, person=person, field=field, value=new)
    note = Note(
        "changed",
        (field,),
        why.source,
        person_id=person.id,
        before={field: old},
        after={field: new},
        reason=why.reason,
    )
    acts.finish(session, household, by=by, note=note)
    return True


def change_household(
    session: Session, seen: Seen, *, field: str, value: str | None, actor: Actor, why: Why
) -> bool:
    """Change the address, the number or the group (a code, or a name) of a household.

    False where it stood so already. Raises as `acts.hold` does, `FieldRefused` and
    `HouseholdNumberTaken`.
    """
    household = acts.hold(session, seen, actor=actor)
    if field not in HOUSEHOLD_FIELDS:
        raise FieldRefused
    new = checked(field, value)
    place = Place("households", household.id, "address")
    old = {
        "address": crypto.open_value(session, household.address_sealed, place),
        "number": household.number,
        "group": household.group_code or household.group_label or None,
    }[field]
    if new == old:
        return False
    try:
        with session.begin_nested():
            if field == "address":
                household.address_sealed = crypto.seal_value(session, new, place)
            elif field == "number":
                household.number = new or ""
            else:
                _put_group(session, household, new or "")
    except IntegrityError as error:
        raise HouseholdNumberTaken from error
    note = Note(
        "changed",
        (field,),
        why.source,
        before={field: old},
        after={field: new},
        reason=why.reason,
    )
    acts.finish(session, household, by=actor, note=note)
    return True


def _put_group(session: Session, household: Household, group: str) -> None:
    codes = {place.code for place in places.children(session, household.division_code)}
    if group.isdigit() and len(group) == 14 and group not in codes:
        raise FieldRefused("这个村没有这个村民组，请重新选择。")
    household.group_code = group if group in codes else None
    household.group_label = "" if household.group_code else group


def _value(session: Session, person: Person, field: str) -> str | None:
    if field in PERSON_FIELDS:
        sealed: bytes | None = getattr(person, f"{field}_sealed")
        return crypto.open_value(session, sealed, Place("persons", person.id, field))
    plain: str = getattr(person, field)
    return plain


def checked(field: str, value: str | None) -> str | None:
    """Give a value as it is kept, None for an empty one; raises `FieldRefused`."""
    text = (value or "").strip()
    rule = _RULES.get(field)
    if rule is None or _CONTROL.search(text) or not rule(text):
        raise FieldRefused
    if field in CLEAR and personal_numbers.stand_in(text):
        raise FieldRefused(PERSONAL.format(FIELDS[field]))
    return text or None


def _is_past_day(text: str) -> bool:
    try:
        return date(1890, 1, 1) <= date.fromisoformat(text) <= clock.today()
    except ValueError:
        return False


def _fits(longest: int, text: str) -> bool:
    return 0 < len(text) <= longest


_RULES: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "name": partial(_fits, 50),
        "id_number": lambda text: not text or ric.is_valid(text),
        "phone": lambda text: not text or _PHONE.fullmatch(text),
        "birth_date": lambda text: not text or _is_past_day(text),
        "relation": lambda text: text in RELATIONS and text != "head",
        "residence": RESIDENCES.__contains__,
        "address": lambda text: len(text) <= 120,
        "number": partial(_fits, 40),
        "group": lambda text: len(text) <= 40,
    }
)
