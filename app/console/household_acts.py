"""What the forms of a household's page say, handed to the register's acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.audit import service as audit
from app.audit.schemas import Line
from app.doorplates.schemas import DoorView
from app.households.errors import FieldRefused, HouseholdNotFound
from app.households.models.register import Household
from app.households.queries import register as queries
from app.households.schemas import PersonIn, TagIn
from app.households.schemas.acts import Departure, Move, Seen, Split, Why
from app.households.service import acts, doors, families, fields, members, officers, tagging
from app.households.service.keeping import Kept
from app.households.tags import TAG_KINDS
from app.households.words import RELATIONS
from app.identity import queries as identity
from app.identity import roles
from app.identity.errors import StaffNotFound
from app.kernel import clock, scope
from app.kernel.access import Actor
from app.kernel.errors import Forbidden
from app.places.schemas import Place

NUMBERS = ("id_number", "phone")
Form = MultiDict[str, str]
Act = Callable[[Session, Seen, Form, Actor, Why], object]


def perform(
    session: Session, household: Household, *, act: str, form: Form, actor: Actor
) -> object:
    """Do what a form asks for; raises whatever the act refuses with, and `FieldRefused`."""
    seen = Seen(household.id, household.division_code, _number(form, "version"))
    why = Why("clerk", reason=form.get("reason", "").strip()[:200] or None)
    return ACTS[act](session, seen, form, actor, why)


def _number(form: Form, name: str) -> int:
    value = form.get(name, "")
    if not value.isdecimal() or len(value) > 18:
        raise FieldRefused("请从列表里选择。")
    return int(value)


def _chosen(form: Form, name: str) -> int | None:
    return _number(form, name) if form.get(name) else None


def _day(form: Form, name: str) -> date | None:
    text = form.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldRefused("日期不对，请按年-月-日填写。") from None


def _relations(form: Form) -> dict[int, str]:
    """Read the relation that was chosen for each ticked member: `relation-<number>`."""
    ticked = [number for number in form.getlist("member") if number.isdecimal()]
    return {int(number): form.get(f"relation-{number}", "") or "other" for number in ticked}


def _correct(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    field, value = form.get("field", ""), form.get("value", "")
    if field in fields.HOUSEHOLD_FIELDS:
        return fields.change_household(
            session, seen, field=field, value=value, actor=actor, why=why
        )
    household = acts.hold(session, seen, actor=actor)
    person = acts.member(session, household, _number(form, "person"))
    return fields.change_person(
        session, person_id=person.id, field=field, value=value, actor=actor, why=why
    )


def _join(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    wanted = PersonIn(
        name=form.get("name", "").strip(),
        relation=form.get("relation", ""),
        id_number=form.get("id_number", "").strip().upper() or None,
        phone=form.get("phone", "").strip() or None,
        birth_date=_day(form, "birth_date"),
        residence=form.get("residence", "resident"),
    )
    act = "born" if form.get("how") == "born" else "joined"
    return members.join(session, seen, wanted=wanted, act=act, actor=actor, why=why)


def _change_head(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    old = form.get("old_head", "")
    given = {int(old): form.get("relation", "")} if old.isdecimal() else {}
    return members.change_head(
        session, seen, head_id=_number(form, "person"), relations=given, actor=actor, why=why
    )


def _depart(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    departure = Departure(
        _number(form, "person"),
        form.get("because", ""),
        _day(form, "on") or clock.today(),
        next_head_id=_chosen(form, "next_head"),
    )
    return members.depart(session, seen, departure=departure, actor=actor, why=why)


def _split(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    relations = _relations(form)
    wanted = Split(
        frozenset(relations),
        _number(form, "head"),
        form.get("number", "").strip(),
        remaining_head_id=_chosen(form, "next_head"),
        relations=relations,
        address=form.get("address", "").strip() or None,
    )
    if fields.checked("number", wanted.number) and wanted.address:
        fields.checked("address", wanted.address)
    return families.split(session, seen, wanted=wanted, actor=actor, why=why)


def _merge(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    """Let this household go into the other one."""
    into = _other(session, form, actor)
    return families.merge(session, into, seen, relations={}, actor=actor, why=why)


def _move(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    wanted = Move(_relations(form), next_head_id=_chosen(form, "next_head"))
    to = _other(session, form, actor)
    return families.move(session, seen, to, wanted=wanted, actor=actor, why=why)


def _other(session: Session, form: Form, actor: Actor) -> Seen:
    """Find the other household by village and number, where the actor keeps the register too."""
    village = form.get("other_village", "")
    if not (len(village) == 12 and village.isascii() and village.isdecimal()):
        raise HouseholdNotFound("请选择另一户所在的村。")
    if not actor.may(roles.HOUSEHOLDS_KEEP, division_code=village):
        refused = audit.denial(Line(actor, "change", village))
        raise Forbidden("您不维护那个村的住户登记，请由乡镇办理。", afterwards=refused)
    scope.open_scope(session, village)
    number = form.get("other_number", "").strip()
    try:
        other = queries.by_number(session, division_code=village, number=number)
    except HouseholdNotFound:
        raise HouseholdNotFound("那个村没有这个户编号，请核对。") from None
    return Seen(other.id, village)


def _begin_tag(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    wanted = TagIn(
        form.get("tag", ""),
        _day(form, "valid_from") or clock.today(),
        valid_until=_day(form, "valid_until"),
        amount_fen=_fen(form.get("amount", "").strip()),
    )
    person = _number(form, "person")
    return tagging.begin_tag(session, seen, person_id=person, wanted=wanted, actor=actor, why=why)


def _fen(text: str) -> int | None:
    """Read an amount in yuan."""
    if not text:
        return None
    try:
        amount = Decimal(text) * 100
    except InvalidOperation:
        raise FieldRefused("金额要填数字，单位是元。") from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise FieldRefused("金额最多两位小数，单位是元。")
    return int(amount)


def _end_tag(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    on = _day(form, "on") or clock.today()
    return tagging.end_tag(session, seen, tag_id=_number(form, "tag"), on=on, actor=actor, why=why)


def _assign_door(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    door = _chosen(form, "door")
    if door is None:
        return doors.release_door(session, seen, actor=actor, why=why)
    return doors.assign_door(session, seen, door_id=door, actor=actor, why=why)


def _assign_officer(session: Session, seen: Seen, form: Form, actor: Actor, why: Why) -> object:
    username = form.get("username", "").strip()
    staff_id = officer_named(session, username) if username else None
    return officers.assign_officer(session, seen, staff_id=staff_id, actor=actor, why=why)


def officer_named(session: Session, username: str) -> int:
    """Find the officer a form names; raises `StaffNotFound` with what to look at."""
    try:
        return identity.get_by_username(session, username).id
    except StaffNotFound:
        raise StaffNotFound("没有这个账号，请核对帮扶责任人的用户名。") from None


GENTLE: Mapping[str, Act] = MappingProxyType(
    {
        "correction": _correct,
        "joining": _join,
        "head": _change_head,
        "tag": _begin_tag,
        "tag_end": _end_tag,
        "door": _assign_door,
        "officer": _assign_officer,
    }
)
GRAVE: Mapping[str, Act] = MappingProxyType(
    {"departure": _depart, "split": _split, "merger": _merge, "move": _move}
)
"""What takes somebody away: asked for with the second factor just shown."""
ACTS: Mapping[str, Act] = MappingProxyType({**GENTLE, **GRAVE})


def form_of(act: str, form: Form) -> str:
    """Name the form of the page that an act was sent from; corrections come from several."""
    field = form.get("field", "")
    if act != "correction" or field not in ("residence", "address", "group", "number"):
        return act
    return "group" if field == "number" else field


def without_numbers(form: Form) -> Form:
    """Give what was typed for the form to show again, but for ID numbers and telephones.

    The page shows those masked alone; a page that was refused lies open as long as any other.
    """
    given = MultiDict(form)
    for name in (*NUMBERS, *(("value",) if form.get("field") in NUMBERS else ())):
        given.pop(name, None)
    return given


def options(kept: Kept, *, villages: Sequence[Place], groups: Mapping[str, str]) -> dict[str, Any]:
    """Give what the page's forms offer to choose from, as (value, words)."""
    people = [(one.id, one.label) for one in kept.members]
    return {
        "people": people,
        "followers": [(one.id, one.label) for one in kept.members if not one.is_head],
        "head": next((one.id for one in kept.members if one.is_head), None),
        "relations": [(code, name) for code, name in RELATIONS.items() if code != "head"],
        "villages": [(one.code, one.short_name) for one in villages],
        "kinds": [(kind.code, kind.name) for kind in TAG_KINDS.values()],
        "running": [(tag.id, tag.label) for tag in kept.running],
        "doors": [(door.id, name_door(door, groups)) for door in kept.doors],
    }


def name_door(door: DoorView, groups: Mapping[str, str]) -> str:
    """Name a door by group, house number and what else its list said."""
    group = groups.get(door.group_code or "", door.group_label)
    return " ".join(part for part in (group, door.house_number, door.label) if part) or (
        f"未登记门号（{door.id}）"
    )
