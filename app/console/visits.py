"""Logging a visit, reading it again, and mending one's own within a day."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from app.audit import service as audit
from app.audit.schemas import Line
from app.households import masking, words
from app.households.models.register import Household
from app.households.queries import register
from app.households.service.finding import at
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.places import queries as places
from app.visits import queries, service
from app.visits.errors import BadVisit, FormUsedUp
from app.visits.schemas import VisitIn, VisitView
from app.visits.words import CATEGORIES, STATES
from app.web import entry, forms, problems
from app.web.flask_app import actor, db

MOST_NEEDS = 3  # a form has room for; another visit, or an offline one, has more
pages = Blueprint("console_visits", __name__, url_prefix="/console/visits")
pages.before_request(forms.protect)


def label(household: Household) -> dict[str, str]:
    """Name a household by its place: village, group and number, none of which is sealed."""
    group = household.group_label
    if household.group_code:
        group = places.get(db(), household.group_code).short_name
    return {
        "village": places.get(db(), household.division_code).short_name,
        "group": group,
        "number": household.number,
    }


@pages.get("/new/<string:division>/<int:household_id>")
@entry.traced
@entry.permission(roles.VISITS_LOG)
def write(division: str, household_id: int) -> ResponseReturnValue:
    household = service.household_for(
        db(), household_id=household_id, division_code=division, actor=actor()
    )
    return _form(household)


def _form(
    household: Household, *, fault: SunshineError | None = None, status: int = 200
) -> ResponseReturnValue:
    kept_id = request.form.get("client_id")
    page = render_template(
        "console/visit_form.html",
        place=label(household),
        household=household,
        persons=_persons(household),
        purposes=words.PURPOSES,
        categories=CATEGORIES,
        owners=service.owners(db(), household.division_code),
        today=clock.today().isoformat(),
        client_id=(kept_id if not isinstance(fault, FormUsedUp) else "") or uuid4(),
        numbers=range(1, MOST_NEEDS + 1),
        given=request.form,
        met=request.form.getlist("met_person_ids"),
        me=actor().staff_id,
        fault=fault,
    )
    return page, status


def _persons(household: Household) -> list[dict[str, object]]:
    """Give the adults of a household, masked, with the line of that reading; see `households.open`.

    Whoever may log visits and not open records writes down in words whom they met.
    """
    if not actor().may_at(roles.RECORDS_OPEN, **at(household)):
        return []
    line = Line(
        who=actor(),
        act="open",
        division_code=household.division_code,
        household_id=household.id,
        fields=("name", "relation"),
        purpose="visit",
    )
    audit.record(db(), line)
    today = clock.today()
    return [
        {
            "id": person.id,
            "name": masking.name(person.name),
            "relation": words.RELATIONS.get(person.relation, person.relation),
        }
        for person in register.view(db(), household.id).members
        if not person.is_minor(today)
    ]


@pages.post("/")
@entry.permission(roles.VISITS_LOG)
def log() -> ResponseReturnValue:
    division, number = request.form.get("division", ""), request.form.get("household_id", "")
    try:
        visit = service.log_visit(
            db(), wanted=_wanted(number), division_code=division, actor=actor()
        )
    except SunshineError as fault:
        db().rollback()
        household = service.household_for(
            db(),
            household_id=int(number) if number.isdecimal() and len(number) < 19 else 0,
            division_code=division,
            actor=actor(),
        )
        return _form(household, fault=fault, status=problems.status_of(fault))
    return redirect(f"/console/visits/{visit.division_code}/{visit.id}", 303)


def _wanted(household_id: str) -> VisitIn:
    form = request.form
    needs = [
        {
            "category": form.get(f"category_{number}", ""),
            "text": form.get(f"need_{number}", ""),
            "due_on": form.get(f"due_{number}") or None,
            "owner_staff_id": form.get(f"owner_{number}") or None,
        }
        for number in range(1, MOST_NEEDS + 1)
        if form.get(f"need_{number}", "").strip()
    ]
    return _checked(household_id, client_id=form.get("client_id", ""), needs=needs)


def _checked(household_id: str, *, client_id: str | UUID, needs: list[Any]) -> VisitIn:
    form = request.form
    content = {
        "client_id": client_id,
        "revision": uuid4(),
        "household_id": household_id,
        "purpose": form.get("purpose", ""),
        "visited_on": form.get("visited_on", ""),
        "met_person_ids": form.getlist("met_person_ids"),
        "met": form.get("met", ""),
        "notes": form.get("notes", ""),
        "needs": needs,
    }
    try:
        wanted = VisitIn.model_validate(content)
    except ValidationError as fault:
        raise BadVisit from fault
    if not (wanted.notes or wanted.met or wanted.met_person_ids or wanted.needs):
        raise BadVisit("请写下见到了谁、说了什么，或者一条诉求。")
    return wanted


@pages.get("/<string:division>/<int:visit_id>")
@entry.traced
@entry.permission(roles.VISITS_LOG)
def show(division: str, visit_id: int) -> ResponseReturnValue:
    view = service.read_visit(db(), visit_id=visit_id, division_code=division, actor=actor())
    return _visit_page(view)


def _visit_page(
    view: VisitView, *, fault: SunshineError | None = None, status: int = 200
) -> ResponseReturnValue:
    household = register.get(db(), view.household_id)
    visit = queries.get_visit(db(), visit_id=view.id)
    page = render_template(
        "console/visit.html",
        visit=view,
        place=label(household),
        persons={one["id"]: one for one in _persons(household)},
        purposes=words.PURPOSES,
        categories=CATEGORIES,
        states=STATES,
        needs=queries.needs_of_visit(db(), view.id),
        earlier=[
            {"at": clock.local(change.at), "by": change.staff_name, "was": was}
            for change, was in queries.changes(db(), view.id)
        ],
        logged_at=clock.local(view.logged_at),
        today=clock.today().isoformat(),
        may_amend=service.may_amend(visit, actor()),
        given=request.form or None,
        fault=fault,
    )
    return page, status


@pages.post("/<string:division>/<int:visit_id>")
@entry.permission(roles.VISITS_LOG)
def amend(division: str, visit_id: int) -> ResponseReturnValue:
    view = service.read_visit(db(), visit_id=visit_id, division_code=division, actor=actor())
    try:
        wanted = _checked(str(view.household_id), client_id=view.client_id, needs=[])
        service.amend_visit(
            db(), visit_id=visit_id, division_code=division, wanted=wanted, actor=actor()
        )
    except BadVisit as fault:
        return _visit_page(view, fault=fault, status=422)
    return redirect(f"/console/visits/{division}/{visit_id}", 303)
