"""From a bound villager's household to what the page shows: masked, unless it is one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.audit.schemas import Access
from app.households import masking, words
from app.households.queries import accesses, binding_news, history
from app.households.queries import bindings as queries
from app.households.queries.history import Provenances
from app.households.schemas import BindingView, PersonView, TagView
from app.households.service import rights
from app.households.service.own_records import OwnHousehold
from app.households.tags import TAG_KINDS
from app.identity import queries as identity
from app.identity.villagers import queries as villagers
from app.kernel import clock
from app.organisations import queries as organisations
from app.places import queries as places
from app.portal import shapes
from app.visits import words as visit_words
from app.visits.queries import needs

KINDS, STATES = words.BINDING_KINDS, words.BINDING_STATES
NEEDS_SHOWN = 10
PROVED = ("id_number", "phone", "birth_date")


@dataclass(frozen=True)
class Look:
    """A line of who looked, or several looks of one's own in a row."""

    id: int
    at: str
    who: str
    role: str
    act: str
    fields: str
    purpose: str
    granted: bool
    own: bool
    times: int = 1


def record(session: Session, own: OwnHousehold, *, open_person: int | None) -> dict[str, Any]:
    """Shape the record: everyone masked but `open_person`, whose line stands in the ledger."""
    today = clock.today()
    household, kind = own.household, own.binding.kind
    head = household.head
    named = kind == "member"
    sources = history.provenance(session, household.id) if open_person else None
    return {
        "id": own.binding.id,
        "kind": kind,
        "kind_name": KINDS[kind],
        "is_head": own.is_head,
        "until": _day(own.binding.ends_on),
        "title": "我家" if named else f"{masking.name(head.name) if head else ''}家",
        "number": household.number,
        "group": _group(session, household.group_code) or household.group_label,
        "address": household.address
        if open_person and named
        else masking.mask("address", household.address),
        "members": [
            member(own, one, today=today, is_open=one.id == open_person, named=named)
            | {"sources": _sources(sources, one) if sources else {}}
            for one in household.members
        ],
        "officer": officer(session, household.assistance_officer_id, household.division_code),
        "needs": [] if kind == "delegate" else _needs(session, household.id),
    }


def member(
    own: OwnHousehold, one: PersonView, *, today: date, is_open: bool, named: bool
) -> dict[str, Any]:
    """Shape a member: names as a family knows them, all else masked until it is asked for."""
    mine = one.id in own.own
    adult = own.me is not None and not own.me.is_minor(today)
    return {
        "id": one.id,
        "name": one.name if named or is_open else masking.name(one.name),
        "relation": words.RELATIONS.get(one.relation, one.relation),
        "residence": words.RESIDENCES.get(one.residence, one.residence),
        "minor": one.is_minor(today),
        "is_me": own.me is not None and own.me.id == one.id,
        "mine": mine,
        "open": is_open,
        "values": [
            (words.FIELDS[field], value or "没有登记", field)
            for field, value in _values(one, is_open=is_open)
        ],
        "tags": [_tag(tag) for tag in one.tags if tag.holds_on(today)] if mine and is_open else [],
        "has_tags": mine and any(tag.holds_on(today) for tag in one.tags),
        "may_guard": adult and not mine and one.is_minor(today),
    }


def _values(one: PersonView, *, is_open: bool) -> list[tuple[str, str | None]]:
    born = one.birth_date.isoformat() if one.birth_date else None
    plain = {"id_number": one.id_number, "phone": one.phone, "birth_date": born}
    if not is_open:
        return [(field, masking.mask(field, value)) for field, value in plain.items()]
    return list({**plain, "birth_date": _day(one.birth_date)}.items())


def _sources(sources: Provenances, one: PersonView) -> dict[str, str]:
    found = {field: rights.describe(sources.of(field, one.id)) for field in PROVED}
    return {field: f"来源：{said}" for field, said in found.items() if said}


def masked_value(own: OwnHousehold, one: PersonView | None, field: str) -> str:
    """Show what stands in a field now, masked where it is sealed."""
    if one is None:
        return masking.mask("address", own.household.address) or "没有登记"
    named = {
        "name": one.name,
        "relation": words.RELATIONS.get(one.relation, one.relation),
        "residence": words.RESIDENCES.get(one.residence, one.residence),
    }
    return named.get(field) or dict(_values(one, is_open=False)).get(field) or "没有登记"


def _tag(tag: TagView) -> dict[str, str | None]:
    kind = TAG_KINDS.get(tag.tag)
    return {
        "name": kind.name if kind else tag.tag,
        "ground": kind.ground if kind else "",
        "amount": f"每月 {tag.amount_fen / 100:,.2f} 元" if tag.amount_fen is not None else None,
        "since": _day(tag.valid_from),
        "until": _day(tag.valid_until),
    }


def officer(session: Session, staff_id: int | None, division_code: str) -> dict[str, str] | None:
    """Name the assistance officer with the telephone of the office, which is the village's."""
    if staff_id is None:
        return None
    name = identity.names(session, [staff_id]).get(staff_id, "")
    office = next(
        (one for one in organisations.responsible_for_village(session, division_code) if one.phone),
        None,
    )
    return {
        "name": name,
        "phone": office.phone if office else "",
        "office": office.name if office else "",
    }


def _needs(session: Session, household_id: int) -> list[dict[str, Any]]:
    return [
        {
            "category": visit_words.CATEGORIES.get(need.category, need.category),
            "text": need.text,
            "state": visit_words.STATES.get(need.state, need.state),
            "over": need.state not in needs.OPEN,
            "due": _day(need.due_on),
            "asked": shapes.day(need.created_at),
            "steps": [
                {
                    "what": visit_words.EVENTS.get(step.act, step.act),
                    "on": shapes.day(step.at),
                    "note": step.note,
                }
                for step in need.events
            ],
        }
        for need in needs.needs_for_household(session, household_id, limit=NEEDS_SHOWN)
    ]


def binding_row(session: Session, one: BindingView) -> dict[str, Any]:
    """Shape a binding or a request of one's own: a place and a state, nothing of a record."""
    place = shapes.place_of(places.lineage(session, one.division_code))
    return {
        "id": one.id,
        "place": f"{place['township_name']}{place['short_name']}",
        "kind": KINDS[one.kind],
        "state": one.state,
        "state_name": STATES[one.state],
        "until": _day(one.ends_on),
        "since": shapes.day(one.bound_at or one.asked_at),
        "url": f"/me/household/{one.id}" if one.state == "active" else f"/me/bindings/{one.id}",
    }


def people_rows(session: Session, own: OwnHousehold) -> list[dict[str, Any]]:
    """Shape who is bound: a member reads names, others masked ones; the village is open."""
    named = own.binding.kind == "member"
    names = {one.id: one.name if named else masking.name(one.name) for one in own.household.members}
    bound = queries.active_for_household(session, own.household.id)
    called = {one.id: names.get(one.person_id or 0, "") for one in bound}
    rows = []
    for one in bound:
        granted = one.granted_by_id == own.binding.id
        mine = one.id == own.binding.id
        may_end = not mine and (own.is_head or granted)
        rows.append(
            {
                "id": one.id,
                "name": called[one.id],
                "kind": KINDS[one.kind],
                "mine": mine,
                "granted": granted,
                "may_end": may_end,
                "phone": _delegates_phone(session, one) if may_end else "",
                "invited_by": "您" if granted else called.get(one.granted_by_id or 0, ""),
                "since": shapes.day(one.bound_at or one.asked_at),
                "until": _day(one.ends_on),
            }
        )
    return rows


def _delegates_phone(session: Session, one: BindingView) -> str:
    """Give a delegate's own number, masked: no register knows their name, who ends them must."""
    if one.kind != "delegate":
        return ""
    return masking.mask("phone", villagers.proved_phone(session, one.account_id)) or ""


def access_rows(session: Session, own: OwnHousehold, found: Sequence[Access]) -> list[Look]:
    """Shape who looked, one's own looks in a row drawn together, the family by masked names."""
    family = _family(session, own, found)
    rows: list[Look] = []
    for raw, shown in zip(found, accesses.shown(session, found), strict=True):
        mine = raw.who_kind == "villager" and raw.who_id == own.binding.account_id
        who = "您自己" if mine else shown.who
        if raw.who_kind == "villager" and not mine:
            who = family.get(raw.who_id or 0, "申请绑定的人")
        if mine and rows and rows[-1].own and rows[-1].act == shown.act.removeprefix("家里人"):
            last = rows[-1]
            rows[-1] = Look(**{**last.__dict__, "times": last.times + 1})
            continue
        rows.append(
            Look(
                id=raw.id,
                at=words.moment(raw.at),
                who=who,
                role="" if raw.who_kind == "villager" else shown.role,
                act=shown.act.removeprefix("家里人") if mine else shown.act,
                fields="遮住的资料" if raw.act == "view_own" else shown.fields,
                purpose=shown.purpose,
                granted=shown.granted,
                own=mine,
            )
        )
    return rows


def _family(session: Session, own: OwnHousehold, found: Sequence[Access]) -> dict[int, str]:
    """Name the accounts among those who looked by the members they are or were."""
    numbers = {one.who_id for one in found if one.who_kind == "villager" and one.who_id}
    named: dict[int, str] = {}
    for row in queries.of_household(session, own.household.id, account_ids=numbers):
        name = binding_news.masked_name(session, row)
        named[row.account_id] = f"{name}（{KINDS[row.kind]}）" if name else KINDS[row.kind]
    return named


def _group(session: Session, code: str | None) -> str:
    return places.get(session, code).short_name if code else ""


def _day(day: date | None) -> str | None:
    return words.day(day) if day else None
