"""The board of what is due: by place, office, state and month, as a list, a file and a calendar.

It shows what is to be done. It ranks nobody: places stand by code, offices by name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.catalogue import periods, queries, service
from app.catalogue.schemas import STATES, BoardFilter
from app.console import board_shapes as shapes
from app.disclosure import queries as disclosure
from app.disclosure import words
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.web import csv_files, entry, forms, problems
from app.web.flask_app import actor, db
from app.workdays import queries as workdays

pages = Blueprint("console_board", __name__, url_prefix="/console/board")
pages.before_request(forms.protect)


@pages.get("")
@entry.permission(roles.PUBLISH, roles.CATALOGUE)
def show() -> ResponseReturnValue:
    return _page()


def _page(*, fault: SunshineError | None = None, new_feed: str = "") -> ResponseReturnValue:
    wanted = _wanted()
    sort, skip = _sort(), shapes.number(request.args.get("skip", ""))
    rows = queries.board(db(), wanted=wanted, sort=sort, skip=skip)
    feeds = queries.standing_feeds(db(), actor())
    by_office = queries.by_office(db(), wanted=wanted)
    offices = by_office
    if wanted.organisation_id is not None:
        offices = queries.by_office(db(), wanted=replace(wanted, organisation_id=None))
    page = render_template(
        "console/board.html",
        rows=[shapes.row(one) for one in rows[: queries.PAGE]],
        following=skip + queries.PAGE if len(rows) > queries.PAGE else None,
        skip=skip,
        sort=sort,
        wanted=wanted,
        asked=shapes.asked(wanted),
        states=STATES,
        counts=queries.counts(db(), wanted=wanted),
        by_place=queries.by_place(db(), wanted=wanted),
        by_office=by_office,
        offices=offices,
        places=shapes.places_within(db(), wanted.reach, _county()),
        soon=queries.SOON,
        is_known=workdays.is_known(db(), wanted.on.year + 1),
        feeds=[shapes.feed(db(), one) for one in feeds],
        may_publish=actor().may_somewhere(roles.PUBLISH),
        choices=shapes.feed_choices(db(), actor()),
        new_feed=new_feed,
        late=disclosure.late_reviews_for(db(), actor()),
        late_steps=words.STEPS,
        fault=fault,
    )
    return page, problems.status_of(fault) if fault else 200


def _wanted() -> BoardFilter:
    today = clock.today()
    place, state = request.args.get("place", ""), request.args.get("state", "")
    month, day = request.args.get("month", ""), request.args.get("day", "")
    office = shapes.number(request.args.get("office", ""))
    return BoardFilter(
        on=today,
        soon_until=queries.soon_until(workdays.load(db(), [today.year]), today),
        reach=queries.reach_of(actor()),
        prefix=place if place.isascii() and place.isdigit() and len(place) <= 14 else "",
        organisation_id=office or None,
        state=next((one for one in STATES if one == state), ""),
        month=month if queries.is_month(month) else "",
        day=shapes.day(day),
        words=request.args.get("words", "").strip()[:50],
    )


def _sort() -> str:
    sort = request.args.get("sort", "")
    return sort if sort in queries.BOARD_SORTS else "due"


@pages.get("/duties.csv")
@entry.permission(roles.PUBLISH, roles.CATALOGUE)
def export() -> ResponseReturnValue:
    found = queries.board(db(), wanted=_wanted(), sort=_sort(), limit=queries.MOST_EXPORTED)
    rows = (shapes.cells(one) for one in found)
    return csv_files.answer(shapes.HEADING, rows, name="duties.csv")


@pages.get("/calendar")
@entry.permission(roles.PUBLISH, roles.CATALOGUE)
def show_calendar() -> ResponseReturnValue:
    wanted = _wanted()
    month = wanted.month or wanted.on.strftime("%Y-%m")
    wanted = replace(wanted, month=month, day=None)
    last = periods.end(month)
    calendar = workdays.load(db(), [last.year])
    counted = queries.by_day(db(), wanted=wanted)
    return render_template(
        "console/board_calendar.html",
        month=month,
        name=periods.name(month),
        before=periods.before(month),
        following=periods.following(month),
        weeks=shapes.weeks(last, counted, calendar, wanted.on),
        states=STATES,
        wanted=wanted,
        asked=shapes.asked(wanted),
        places=shapes.places_within(db(), wanted.reach, _county()),
    )


@pages.post("/feeds")
@entry.permission(roles.PUBLISH)
def make_feed() -> ResponseReturnValue:
    place, _, office = request.form.get("whose", "").partition("-")
    try:
        token = service.create_feed(
            db(),
            division_code=place,
            organisation_id=shapes.number(office) or None,
            actor=actor(),
        )
    except SunshineError as fault:
        db().rollback()
        return _page(fault=fault)
    return _page(new_feed=f"{current_app.config['BASE_URL']}/calendar/{token}.ics")


@pages.post("/feeds/<int:feed_id>/revocation")
@entry.permission(roles.PUBLISH)
def end_feed(feed_id: int) -> ResponseReturnValue:
    service.revoke_feed(db(), feed_id=feed_id, actor=actor())
    return redirect("/console/board#feeds", 303)


@pages.get("/events/new")
@entry.permission(roles.PUBLISH)
def write_event() -> ResponseReturnValue:
    return _event_page()


def _event_page(*, fault: SunshineError | None = None) -> ResponseReturnValue:
    given = request.form if request.method == "POST" else request.args
    reach = shapes.publishing_reach(actor())
    within = shapes.places_within(db(), reach, _county())
    asked = given.get("place", "")
    place = asked if asked in {one.code for one in within} else ""
    if not place and len(within) == 1:
        place = within[0].code
    choices = queries.entries_for(db(), place) if place else []
    page = render_template(
        "console/board_event.html",
        places=within,
        place=place,
        choices=[one for one in choices if not one.is_periodic],
        given=given,
        today=clock.today(),
        fault=fault,
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/events")
@entry.permission(roles.PUBLISH)
def open_event() -> ResponseReturnValue:
    created_on: date | None = shapes.day(request.form.get("created_on", ""))
    try:
        if created_on is None or created_on > clock.today():
            raise shapes.BadCreation
        duty = service.open_event(
            db(),
            entry_id=shapes.number(request.form.get("entry", "")),
            division_code=request.form.get("place", ""),
            created_on=created_on,
            actor=actor(),
        )
    except SunshineError as fault:
        db().rollback()
        return _event_page(fault=fault)
    return redirect(f"/console/board?place={duty.division_code}&day={duty.due_on}", 303)


def _county() -> str:
    county: str = current_app.config["COUNTY_CODE"]
    return county
