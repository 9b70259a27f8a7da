"""My follow-ups: what households asked for, by its day, and each step of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.console.visits import label
from app.households.queries import register
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.places import queries as places
from app.visits import queries, service
from app.visits.errors import (
    BadNeed,
    NeedMoved,
    NeedNotFound,
    NoteWanted,
    OwnerUnfit,
    StepRefused,
)
from app.visits.schemas import NeedAt, NeedLine
from app.visits.words import CATEGORIES, EVENTS, FOLLOWING, REASONS, STATES
from app.web import entry, forms, problems
from app.web.flask_app import actor, db

pages = Blueprint("console_follow_ups", __name__, url_prefix="/console/visits")
pages.before_request(forms.protect)


@pages.get("/", strict_slashes=False)
@entry.traced
@entry.permission(roles.VISITS_LOG)
def mine() -> ResponseReturnValue:
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    prefixes = actor().prefixes(roles.VISITS_LOG)
    waiting = queries.waiting(db(), prefixes=prefixes)
    lines = queries.assigned_to(
        db(), staff_id=actor().staff_id or 0, prefixes=prefixes, state=state
    )
    names = {code: places.get(db(), code).short_name for code in _places_of(lines)}
    today = clock.today()
    return render_template(
        "console/follow_ups.html",
        lines=[
            {
                "line": line,
                "village": names[line.division_code],
                "group": names.get(line.group_code or "", line.group_label),
                "overdue": line.due_on < today and line.state in queries.OPEN,
                "today": line.due_on == today and line.state in queries.OPEN,
            }
            for line in lines
        ],
        waiting=[
            {"message": one, "reasons": [REASONS[reason] for reason in one.reasons]}
            for one in waiting
        ],
        states=STATES,
        categories=CATEGORIES,
        state=state,
    )


def _places_of(lines: list[NeedLine]) -> set[str]:
    codes = {line.division_code for line in lines}
    return codes | {line.group_code for line in lines if line.group_code}


@pages.get("/needs/<string:division>/<int:need_id>")
@entry.traced
@entry.permission(roles.VISITS_LOG)
def show(division: str, need_id: int) -> ResponseReturnValue:
    return _need_page(division, need_id)


def _need_page(
    division: str, need_id: int, *, fault: SunshineError | None = None, status: int = 200
) -> ResponseReturnValue:
    need = service.read_need(db(), need_id=need_id, division_code=division, actor=actor())
    page = render_template(
        "console/need.html",
        need=need,
        place=label(register.get(db(), need.household_id)),
        categories=CATEGORIES,
        states=STATES,
        following=[(state, EVENTS[state]) for state in FOLLOWING[need.state]],
        events=[
            {
                "name": EVENTS[event.act],
                "note": event.note,
                "by": event.staff_name,
                "at": clock.local(event.at),
            }
            for event in need.events
        ],
        owner=identity.names(db(), [need.owner_staff_id]).get(need.owner_staff_id, ""),
        owners=service.owners(db(), division),
        is_open=need.state in queries.OPEN,
        today=clock.today().isoformat(),
        given=request.form,
        fault=fault,
    )
    return page, status


@pages.post("/needs/<string:division>/<int:need_id>/step")
@entry.permission(roles.VISITS_LOG)
def move(division: str, need_id: int) -> ResponseReturnValue:
    return _do(_move, division, need_id)


@pages.post("/needs/<string:division>/<int:need_id>/day")
@entry.permission(roles.VISITS_LOG)
def change_day(division: str, need_id: int) -> ResponseReturnValue:
    return _do(_change_day, division, need_id)


@pages.post("/needs/<string:division>/<int:need_id>/owner")
@entry.permission(roles.VISITS_LOG)
def give(division: str, need_id: int) -> ResponseReturnValue:
    return _do(_give, division, need_id)


def _do(act: Callable[[NeedAt], None], division: str, need_id: int) -> ResponseReturnValue:
    """Take a step, and show the need again; what is wrong with the form is said on the page."""
    version = request.form.get("row_version", "")
    if not version.isdecimal() or len(version) > 9:
        raise NeedNotFound
    try:
        act(NeedAt(need_id, division, int(version)))
    except (BadNeed, NeedMoved, NoteWanted, OwnerUnfit, StepRefused) as fault:
        db().rollback()
        return _need_page(division, need_id, fault=fault, status=problems.status_of(fault))
    return redirect(f"/console/visits/needs/{division}/{need_id}", 303)


def _move(at: NeedAt) -> None:
    form = request.form
    service.move_need(
        db(), at, state=form.get("state", ""), note=form.get("note", ""), actor=actor()
    )


def _change_day(at: NeedAt) -> None:
    form = request.form
    try:
        due_on = date.fromisoformat(form.get("due_on", ""))
    except ValueError as fault:
        raise BadNeed("请填办理期限。") from fault
    service.change_due(db(), at, due_on=due_on, note=form.get("note", ""), actor=actor())


def _give(at: NeedAt) -> None:
    owner = request.form.get("owner", "")
    if not owner.isdecimal() or len(owner) > 18:
        raise OwnerUnfit
    service.give_to(db(), at, owner_staff_id=int(owner), actor=actor())
