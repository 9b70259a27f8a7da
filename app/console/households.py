"""The household register for cadres, clerks and data stewards: lists, search, acts, history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.console import household_acts
from app.doorplates import queries as doorplates
from app.households import words
from app.households.errors import RecordEnded
from app.households.models.register import Household
from app.households.queries import names
from app.households.schemas.acts import Why
from app.households.service import doors, keeping, officers
from app.households.service.finding import at
from app.households.tags import TAG_KINDS
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import Invalid, SunshineError
from app.places import queries as places
from app.places.schemas import Place
from app.web import entry, forms, problems
from app.web.flask_app import actor, db, undo

pages = Blueprint("console_households", __name__, url_prefix="/console/households")
pages.before_request(forms.protect)


@pages.get("")
@entry.traced
@entry.permission(roles.RECORDS_OPEN)
def list_households() -> ResponseReturnValue:
    village, group = request.args.get("village", ""), request.args.get("group") or None
    return _list_page(village, group, after=request.args.get("after", "")[:40])


@pages.post("/search")
@entry.permission(roles.RECORDS_OPEN)
def search() -> ResponseReturnValue:
    """Look for a name; it comes in a form, so that no address and no log ever carries it."""
    village, group = request.form.get("village", ""), request.form.get("group") or None
    wanted = request.form.get("name", "").strip()
    if not wanted or len(wanted) > 20:
        return _list_page(village, group, fault=Invalid("请填姓名，或者姓名里的一部分。"))
    place = _village(village)
    hits = keeping.find_by_name(
        db(), division_code=place.code, group=group, wanted=wanted, actor=actor()
    )
    return _page(place, group, hits=hits, searched=True)


@pages.post("/officer")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def assign_officer() -> ResponseReturnValue:
    village, group = request.form.get("village", ""), request.form.get("group") or None
    try:
        staff_id = household_acts.officer_named(db(), request.form.get("username", "").strip())
        officers.assign_officer_to_group(
            db(),
            division_code=_village(village).code,
            group=group,
            staff_id=staff_id,
            actor=actor(),
            why=Why("clerk"),
        )
    except SunshineError as fault:
        undo(fault)
        return _list_page(village, group, fault=fault)
    return redirect(_address(village, group), 303)


@pages.get("/doors/<string:village>")
@entry.traced
@entry.permission(roles.HOUSEHOLDS_KEEP)
def show_matching(village: str) -> ResponseReturnValue:
    batch = request.args.get("batch", type=int)
    found = doors.match_doors(db(), division_code=village, actor=actor(), batch_id=batch)
    groups = _group_names(village)
    return render_template(
        "console/household_doors.html",
        village=places.get(db(), village),
        batch=batch,
        found=found,
        numbers=names.numbers(db(), village),
        doors={
            door.id: household_acts.name_door(door, groups)
            for door in doorplates.doors(db(), village)
        },
    )


@pages.post("/doors/<string:village>")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def assign_matched(village: str) -> ResponseReturnValue:
    batch = request.form.get("batch", type=int)
    doors.assign_matched(
        db(), division_code=village, actor=actor(), why=Why("plates"), batch_id=batch
    )
    return redirect(f"/console/households/doors/{village}", 303)


@pages.get("/<int:household_id>")
@entry.traced
@entry.permission(roles.HOUSEHOLDS_KEEP)
def show(household_id: int) -> ResponseReturnValue:
    return _household_page(_kept(household_id))


@pages.get("/<int:household_id>/history")
@entry.traced
@entry.permission(roles.HOUSEHOLDS_KEEP)
def show_history(household_id: int) -> ResponseReturnValue:
    household = _kept(household_id)
    before = request.args.get("before", type=int)
    lines = keeping.changes(db(), household=household, before=before, actor=actor())
    return render_template(
        "console/household_history.html",
        household=household,
        lines=lines[: keeping.PAGE],
        older=lines[keeping.PAGE - 1].id if len(lines) > keeping.PAGE else None,
        words=words,
        local=clock.local,
    )


@pages.post(f"/<int:household_id>/<any({', '.join(household_acts.GENTLE)}):change>")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def change(household_id: int, change: str) -> ResponseReturnValue:
    return _perform(household_id, change)


@pages.post(f"/<int:household_id>/<any({', '.join(household_acts.GRAVE)}):grave_change>")
@entry.permission(roles.HOUSEHOLDS_KEEP, step_up=True)
def change_gravely(household_id: int, grave_change: str) -> ResponseReturnValue:
    return _perform(household_id, grave_change)


def _perform(household_id: int, act: str) -> ResponseReturnValue:
    household = _kept(household_id)
    try:
        household_acts.perform(db(), household, act=act, form=request.form, actor=actor())
    except SunshineError as fault:
        undo(fault)
        return _household_page(_kept(household_id), fault=fault, opened=act)
    ended = household.state == "ended"
    return redirect(f"/console/households/{household_id}{'/history' if ended else ''}", 303)


def _kept(household_id: int) -> Household:
    return keeping.find(
        db(),
        household_id=household_id,
        county_code=current_app.config["COUNTY_CODE"],
        actor=actor(),
    )


def _household_page(
    household: Household, *, fault: SunshineError | None = None, opened: str = ""
) -> ResponseReturnValue:
    try:
        kept = keeping.look(db(), household=household, actor=actor())
    except RecordEnded:
        return redirect(f"/console/households/{household.id}/history", 303)
    page = render_template(
        "console/household.html",
        kept=kept,
        record=kept.record,
        fault=fault,
        opened=household_acts.form_of(opened, request.form),
        given=household_acts.without_numbers(request.form),
        options=household_acts.options(
            kept,
            villages=_villages(roles.HOUSEHOLDS_KEEP),
            groups=_group_names(kept.division_code),
        ),
        words=words,
        tag_kinds=TAG_KINDS,
        today=clock.today(),
        may_open=actor().may_at(roles.RECORDS_OPEN, **at(household)),
    )
    return page, problems.status_of(fault) if fault else 200


def _villages(permission: str) -> list[Place]:
    """List the villages where the actor holds a permission, a group's village included."""
    prefixes = tuple(prefix[:12] for prefix in actor().prefixes(permission))
    county = current_app.config["COUNTY_CODE"]
    return [one for one in places.villages(db(), county) if one.code.startswith(prefixes)]


def _group_names(village: str) -> dict[str, str]:
    return {one.code: one.short_name for one in places.children(db(), village)}


def _village(code: str) -> Place:
    """Give one of the actor's villages; raises `Invalid` for any other."""
    for place in _villages(roles.RECORDS_OPEN):
        if place.code == code:
            return place
    raise Invalid("请先选择一个村。")


def _address(village: str, group: str | None) -> str:
    return f"/console/households?village={village}" + (f"&group={group}" if group else "")


def _list_page(
    village: str, group: str | None, *, after: str = "", fault: SunshineError | None = None
) -> ResponseReturnValue:
    mine = _villages(roles.RECORDS_OPEN)
    if not village and len(mine) == 1:
        village = mine[0].code
    place = next((one for one in mine if one.code == village), None)
    if place is None:
        page = render_template("console/households.html", place=None, villages=mine, fault=fault)
        return page, problems.status_of(fault) if fault else 200
    group = group or _only_group(place.code)
    listed = keeping.list_households(
        db(), division_code=place.code, group=group, after=after, actor=actor()
    )
    return _page(place, group, listed=listed, fault=fault)


def _only_group(village: str) -> str | None:
    """Name the group of whoever has the right in groups of this village alone."""
    prefixes = actor().prefixes(roles.RECORDS_OPEN)
    if any(village.startswith(prefix) for prefix in prefixes):
        return None
    return next(prefix for prefix in prefixes if prefix.startswith(village))


def _page(
    place: Place, group: str | None, *, fault: SunshineError | None = None, **shown: Any
) -> ResponseReturnValue:
    groups = [(one.code, one.short_name) for one in places.children(db(), place.code)]
    groups += [(label, label) for label in names.group_labels(db(), place.code)]
    listed = shown.pop("listed", [])
    page = render_template(
        "console/households.html",
        place=place,
        villages=_villages(roles.RECORDS_OPEN),
        group=group,
        groups=[one for one in groups if _may_see(place.code, one[0])],
        group_names=dict(groups),
        listed=listed[: keeping.PAGE],
        after=listed[keeping.PAGE - 1].number if len(listed) > keeping.PAGE else None,
        may_keep=actor().may(roles.HOUSEHOLDS_KEEP, division_code=place.code),
        fault=fault,
        **shown,
    )
    return page, problems.status_of(fault) if fault else 200


def _may_see(village: str, group: str) -> bool:
    code = names.code_of(group)
    return actor().may_at(roles.RECORDS_OPEN, division_code=village, group_code=code)
