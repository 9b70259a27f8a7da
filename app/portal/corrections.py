"""Corrections a bound member asks for, and what became of them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.households import words
from app.households.binding_errors import (
    ConfirmationWanted,
    CorrectionRefused,
    CorrectionWaiting,
    NotYours,
)
from app.households.errors import PersonNotFound
from app.households.queries import corrections as queries
from app.households.service import corrections, own_records
from app.households.service.own_records import OwnHousehold
from app.kernel.errors import SunshineError
from app.portal import own_shapes, shapes
from app.portal.my_household import ask_who
from app.web import entry, forms, problems
from app.web.flask_app import db, villager

pages = Blueprint("corrections", __name__, url_prefix="/me/household")
pages.before_request(forms.protect)
pages.register_error_handler(ConfirmationWanted, ask_who)


@pages.get("/<int:binding_id>/corrections")
@entry.traced
@entry.villager
def list_own(binding_id: int) -> ResponseReturnValue:
    own = _member(binding_id, fields=("name",))
    names = {one.id: one.name for one in own.household.members}
    return render_template(
        "portal/corrections.html",
        binding=own.binding,
        subjects=_subjects(own),
        rows=[
            {
                "id": one.id,
                "what": f"{names.get(one.person_id or 0, '我家')}的{words.FIELDS[one.field]}",
                "state": one.state,
                "state_name": words.CORRECTION_STATES[one.state],
                "asked": shapes.day(one.asked_at),
                "answered": shapes.day(one.answered_at) if one.answered_at else None,
                "reason": one.reason,
            }
            for one in queries.of_account(db(), villager().account_id, own.household.id)
        ],
    )


def _member(binding_id: int, *, fields: tuple[str, ...]) -> OwnHousehold:
    own = own_records.view(db(), villager=villager(), binding_id=binding_id, fields=fields)
    if not own.own:
        raise NotYours("代办人不能要求更正，请让本人来办。")
    return own


def _subjects(own: OwnHousehold) -> list[dict[str, object]]:
    """List whose data one may have corrected: one's own, one's dependants', the household's."""
    persons = [one for one in own.household.members if one.id in own.own]
    rows: list[dict[str, object]] = [
        {
            "id": one.id,
            "name": "我自己" if own.me is not None and one.id == own.me.id else one.name,
            "fields": [(field, words.FIELDS[field]) for field in corrections.OF_PERSON],
        }
        for one in persons
    ]
    if own.me is not None:
        fields = [(field, words.FIELDS[field]) for field in corrections.OF_HOUSEHOLD]
        rows.append({"id": 0, "name": "我家", "fields": fields})
    return rows


@pages.get("/<int:binding_id>/corrections/<int:person_id>/<string:field>")
@entry.traced
@entry.villager
def form(binding_id: int, person_id: int, field: str) -> ResponseReturnValue:
    return _form_page(binding_id, person_id, field)


def _form_page(
    binding_id: int, person_id: int, field: str, problem: SunshineError | None = None
) -> tuple[str, int]:
    if field not in corrections.CORRECTABLE:
        raise PersonNotFound
    own = _member(binding_id, fields=tuple(dict.fromkeys(("name", field))))
    if person_id and person_id not in own.own:
        raise PersonNotFound
    person = own.person(person_id) if person_id else None
    page = render_template(
        "portal/correction_new.html",
        binding=own.binding,
        person_id=person_id,
        field=field,
        label=words.FIELDS[field],
        who=person.name if person else "我家",
        now=own_shapes.masked_value(own, person, field),
        choices=_choices(field),
        given=request.form,
        problem=problem.sentence if problem else None,
    )
    return page, problems.status_of(problem) if problem else 200


def _choices(field: str) -> list[tuple[str, str]]:
    if field == "relation":
        return [(code, name) for code, name in words.RELATIONS.items() if code != "head"]
    return list(words.RESIDENCES.items()) if field == "residence" else []


@pages.post("/<int:binding_id>/corrections/<int:person_id>/<string:field>")
@entry.villager
def ask(binding_id: int, person_id: int, field: str) -> ResponseReturnValue:
    try:
        corrections.ask(
            db(),
            villager=villager(),
            binding_id=binding_id,
            person_id=person_id or None,
            field=field,
            wanted=(request.form.get("value", "")[:300], request.form.get("remark", "")[:300]),
        )
    except (CorrectionRefused, CorrectionWaiting) as problem:
        return _form_page(binding_id, person_id, field, problem)
    return redirect(f"/me/household/{binding_id}/corrections", 303)


@pages.post("/<int:binding_id>/corrections/<int:correction_id>/withdraw")
@entry.villager
def withdraw(binding_id: int, correction_id: int) -> ResponseReturnValue:
    corrections.withdraw(
        db(), villager=villager(), binding_id=binding_id, correction_id=correction_id
    )
    return redirect(f"/me/household/{binding_id}/corrections", 303)
