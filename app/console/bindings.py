"""What waits for a village's clerk: who asks to be bound, and what is to be corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.doorplates import queries as plates
from app.households import judging, masking, privacy, words
from app.households.binding_errors import CorrectionAnswered, RequestDecided
from app.households.models.bindings import Correction
from app.households.queries import bindings as queries
from app.households.queries import corrections as wishes
from app.households.queries import register
from app.households.schemas import BindingView, PersonView
from app.households.service import binding_decisions, binding_ends, corrections
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import Conflict, Invalid, NotFound, SunshineError
from app.places import queries as places
from app.web import entry, forms, problems
from app.web.flask_app import actor, db, undo

pages = Blueprint("console_bindings", __name__, url_prefix="/console")
pages.before_request(forms.protect)
KINDS = {"member": "绑定为家庭成员", "guardian": "以监护人身份看孩子的资料", "delegate": "代办人"}
STATES = {"pending": "等待核对", "active": "已绑定", "refused": "已退回", "ended": "已结束"}


@pages.get("/bindings")
@entry.traced
@entry.permission(roles.HOUSEHOLDS_KEEP)
def list_waiting() -> ResponseReturnValue:
    """List what waits: places, kinds and days; nothing of a record is opened for it.

    No line is written, but only a transaction keeps the scope that corrections stand behind.
    """
    prefixes = actor().prefixes(roles.HOUSEHOLDS_KEEP)
    asked = [one for one in queries.waiting(db(), prefixes=prefixes) if _keeps(one)]
    to_correct = [one for one in wishes.waiting(db(), prefixes=prefixes) if _keeps(one)]
    names = _names({one.division_code for one in asked} | {one.division_code for one in to_correct})
    return render_template(
        "console/bindings.html",
        requests=[
            {
                "id": one.id,
                "place": names[one.division_code],
                "kind": KINDS[one.kind],
                "why": privacy.WHY.get(one.why, ""),
                "at": clock.local(one.asked_at),
            }
            for one in asked
        ],
        corrections=[
            {
                "id": one.id,
                "place": names[one.division_code],
                "field": words.FIELDS[one.field],
                "at": clock.local(one.asked_at),
            }
            for one in to_correct
        ],
    )


def _keeps(one: BindingView | Correction) -> bool:
    return actor().may(roles.HOUSEHOLDS_KEEP, division_code=one.division_code)


def _names(codes: set[str]) -> dict[str, str]:
    return {code: places.get(db(), code).short_name for code in codes}


@pages.get("/bindings/<int:binding_id>")
@entry.traced
@entry.permission(roles.HOUSEHOLDS_KEEP)
def show(binding_id: int) -> ResponseReturnValue:
    return _request_page(binding_id)


def _request_page(binding_id: int, fault: SunshineError | None = None) -> tuple[str, int]:
    asked = binding_decisions.open_request(db(), binding_id=binding_id, actor=actor())
    name, phone = binding_decisions.asker(db(), binding_id=binding_id)
    household_id = binding_decisions.household_of(db(), asked)
    page = render_template(
        "console/binding.html",
        asked=asked,
        kind=KINDS[asked.kind],
        state=STATES[asked.state],
        why=privacy.WHY.get(asked.why, ""),
        at=clock.local(asked.asked_at),
        place=places.lineage(db(), asked.division_code),
        door=_door(asked),
        name=name,
        phone=phone,
        household=register.get(db(), household_id) if household_id else None,
        members=[
            _candidate(one)
            for one in queries.members(db(), household_id or 0)
            if judging.fits_age(one, kind=asked.kind, on=clock.today())
        ],
        fault=fault,
        given=request.form,
    )
    return page, problems.status_of(fault) if fault else 200


def _door(asked: BindingView) -> str:
    plate = plates.live_at_door(db(), asked.door_id) if asked.door_id else None
    return f"{plate.group_label} {plate.house_number}".strip() if plate else ""


def _candidate(one: PersonView) -> dict[str, Any]:
    """Mask who may be meant; of those whose age does not fit the request nothing is shown."""
    return {
        "id": one.id,
        "name": masking.name(one.name),
        "relation": words.RELATIONS.get(one.relation, one.relation),
        "born": masking.birth_date(one.birth_date.isoformat()) if one.birth_date else "",
        "phone": masking.mask("phone", one.phone) or "没有登记电话",
    }


@pages.post("/bindings/<int:binding_id>/confirmation")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def confirm(binding_id: int) -> ResponseReturnValue:
    person = request.form.get("person", "")
    try:
        binding_decisions.confirm(
            db(),
            binding_id=binding_id,
            person_id=int(person) if person.isascii() and person.isdecimal() else 0,
            actor=actor(),
        )
    except RequestDecided:
        raise
    except (Conflict, Invalid, NotFound) as fault:
        undo(fault)
        return _request_page(binding_id, fault)
    return redirect("/console/bindings", 303)


@pages.post("/bindings/<int:binding_id>/refusal")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def refuse(binding_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        binding_decisions.refuse(db(), binding_id=binding_id, reason=reason, actor=actor())
    except Invalid as fault:
        return _request_page(binding_id, fault)
    return redirect("/console/bindings", 303)


@pages.post("/bindings/<int:binding_id>/end")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def end(binding_id: int) -> ResponseReturnValue:
    binding_ends.end_by_village(db(), binding_id=binding_id, actor=actor())
    return redirect(f"/console/bindings/{binding_id}", 303)


@pages.get("/corrections/<int:correction_id>")
@entry.traced
@entry.permission(roles.HOUSEHOLDS_KEEP, step_up=True)
def show_correction(correction_id: int) -> ResponseReturnValue:
    return _correction_page(correction_id)


def _correction_page(correction_id: int, fault: SunshineError | None = None) -> tuple[str, int]:
    wish = corrections.open_wish(db(), correction_id=correction_id, actor=actor())
    household = register.view(db(), wish.household_id)
    person = next((one for one in household.members if one.id == wish.person_id), None)
    page = render_template(
        "console/correction.html",
        wish=wish,
        place=places.lineage(db(), wish.division_code),
        household=household,
        who=masking.name(person.name) if person else "这一户",
        label=words.FIELDS[wish.field],
        now=_now(household.address, person, wish.field),
        wanted=_named(wish.field, wish.value),
        at=clock.local(wish.asked_at),
        fault=fault,
        given=request.form,
    )
    return page, problems.status_of(fault) if fault else 200


def _now(address: str | None, person: PersonView | None, field: str) -> str:
    """Show what stands there, in full: the clerk compares it with a paper."""
    if person is None:
        return address or "没有登记"
    value = getattr(person, field)
    return _named(field, value.isoformat() if hasattr(value, "isoformat") else value)


def _named(field: str, value: str | None) -> str:
    shown: Mapping[str, str] = {"relation": words.RELATIONS, "residence": words.RESIDENCES}.get(
        field, {}
    )
    return shown.get(value or "", value or "没有登记")


@pages.post("/corrections/<int:correction_id>/acceptance")
@entry.permission(roles.HOUSEHOLDS_KEEP, step_up=True)
def accept_correction(correction_id: int) -> ResponseReturnValue:
    try:
        corrections.accept(db(), correction_id=correction_id, actor=actor())
    except CorrectionAnswered:
        raise
    except (Conflict, Invalid, NotFound) as fault:
        undo(fault)
        return _correction_page(correction_id, fault)
    return redirect("/console/bindings", 303)


@pages.post("/corrections/<int:correction_id>/refusal")
@entry.permission(roles.HOUSEHOLDS_KEEP, step_up=True)
def refuse_correction(correction_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        corrections.refuse(db(), correction_id=correction_id, reason=reason, actor=actor())
    except Invalid as fault:
        return _correction_page(correction_id, fault)
    return redirect("/console/bindings", 303)
