"""A household's record for whoever works at its place: a purpose first, then what it shows.

Nothing here is served to programs: a record is opened by a person who states a purpose.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.doorplates import codes
from app.households import words
from app.households.errors import NoSuchField, OpeningClosed, PurposeWanted, ReasonWanted
from app.households.schemas import OpenRecord, StatedPurpose
from app.households.service import openings, records
from app.households.tags import TAG_KINDS
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.places import queries as places
from app.visits import queries as visits
from app.visits.words import CATEGORIES, STATES
from app.web import entry, forms, problems
from app.web.flask_app import actor, db

pages = Blueprint("console_records", __name__, url_prefix="/console")
pages.before_request(forms.protect)
BESIDE = ("visits", "needs")  # what stands on the page next to the register's own fields


@pages.get("/plates/<string:code>/household")
@entry.traced  # a scope holds within a transaction
@entry.staff
def ask_at_plate(code: str) -> ResponseReturnValue:
    return _plate_page(code)


@pages.post("/plates/<string:code>/household")
@entry.staff
def open_at_plate(code: str) -> ResponseReturnValue:
    try:
        opening = openings.open_at_plate(db(), code=code, purpose=_stated(), actor=actor())
    except (PurposeWanted, ReasonWanted) as fault:
        return _plate_page(code, fault=fault)
    return redirect(f"/console/records/{opening.id}", 303)


def _plate_page(code: str, *, fault: SunshineError | None = None) -> ResponseReturnValue:
    view, household_id = openings.find_at_plate(db(), code=code, actor=actor())
    group = places.get(db(), view.group_code).short_name if view.group_code else view.group_label
    place = {
        "village_code": view.division_code,
        "village": places.get(db(), view.division_code).short_name,
        "group": group,
        "door": view.house_number,
        "note": codes.in_groups(view.code),
    }
    if household_id is None:
        return render_template("console/record_nobody.html", place=place)
    return _purpose_page(place, fault=fault)


@pages.get("/households/<int:household_id>/opening")
@entry.traced  # a scope holds within a transaction
@entry.staff
def ask_in_register(household_id: int) -> ResponseReturnValue:
    return _register_page(household_id)


@pages.post("/households/<int:household_id>/opening")
@entry.staff
def open_in_register(household_id: int) -> ResponseReturnValue:
    try:
        opening = openings.open_in_register(
            db(),
            household_id=household_id,
            county_code=current_app.config["COUNTY_CODE"],
            purpose=_stated(),
            actor=actor(),
        )
    except (PurposeWanted, ReasonWanted) as fault:
        return _register_page(household_id, fault=fault)
    return redirect(f"/console/records/{opening.id}", 303)


def _register_page(household_id: int, *, fault: SunshineError | None = None) -> ResponseReturnValue:
    household = openings.find_in_register(
        db(),
        household_id=household_id,
        county_code=current_app.config["COUNTY_CODE"],
        actor=actor(),
    )
    group = household.group_label
    if household.group_code:
        group = places.get(db(), household.group_code).short_name
    place = {
        "village": places.get(db(), household.division_code).short_name,
        "group": group,
        "door": "",
        "note": f"户编号 {household.number}",
    }
    return _purpose_page(place, fault=fault)


def _stated() -> StatedPurpose:
    return StatedPurpose(request.form.get("purpose", ""), request.form.get("reason", ""))


def _purpose_page(place: dict[str, str], *, fault: SunshineError | None) -> ResponseReturnValue:
    page = render_template(
        "console/record_purpose.html",
        place=place,
        purposes=words.PURPOSES,
        longest=openings.LONGEST_REASON,
        given=request.form,
        fault=fault,
    )
    return page, problems.status_of(fault) if fault else 200


@pages.get("/records/<int:opening_id>")
@entry.traced
@entry.staff
def show(opening_id: int) -> ResponseReturnValue:
    try:
        opening = openings.require_open(db(), opening_id, actor())
    except OpeningClosed as closed:
        return _closed_page(closed)
    record = records.look(db(), opening=opening, actor=actor(), beside=BESIDE)
    lines = visits.record_lines(db(), record.household_id)
    page = render_template(
        "console/record.html",
        record=record,
        opening=opening,
        closes_at=clock.local(opening.closes_at),
        recorded_at=clock.local(record.recorded_at) if record.recorded_at else None,
        words=words,
        tag_kinds=TAG_KINDS,
        visits=[line for line in lines if line.kind == "visit"],
        needs=[line for line in lines if line.kind == "need"],
        categories=CATEGORIES,
        need_states=STATES,
        may_reveal=records.may_at(actor(), roles.RECORDS_REVEAL, opening),
        may_log=records.may_at(actor(), roles.VISITS_LOG, opening),
    )
    return _until_it_closes(page, opening)


@pages.post("/records/<int:opening_id>/reveal")
@entry.proved_staff
def reveal(opening_id: int) -> ResponseReturnValue:
    try:
        opening = openings.require_open(db(), opening_id, actor())
    except OpeningClosed as closed:
        return _closed_page(closed)
    field, person_id = _wanted()
    revealed = records.reveal(
        db(), opening=opening, field=field, person_id=person_id, actor=actor()
    )
    page = render_template(
        "console/record_revealed.html",
        revealed=revealed,
        called=words.FIELDS[revealed.word],
        opening=opening,
    )
    return _until_it_closes(page, opening)


def _wanted() -> tuple[str, int | None]:
    """Read what is to be shown in full: `address`, or `phone-17` for that of person 17."""
    field, _, number = request.form.get("wanted", "").partition("-")
    if not number:
        return field, None
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NoSuchField
    return field, int(number)


def _until_it_closes(page: str, opening: OpenRecord) -> ResponseReturnValue:
    """Let the browser go to the closed page by itself, so that nothing stays on a screen."""
    left = opening.closes_at - clock.now() + timedelta(seconds=1)
    response = make_response(page)
    address = f"/console/records/{opening.id}"
    response.headers["Refresh"] = f"{max(int(left.total_seconds()), 1)}; url={address}"
    return response


def _closed_page(closed: OpeningClosed) -> ResponseReturnValue:
    facts: dict[str, Any] = closed.facts
    page = render_template("console/record_closed.html", household_id=facts["household_id"])
    return page, problems.status_of(closed)
