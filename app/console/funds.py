"""The ledger at work: villages, their months, handing over, closing or sending back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.console import fund_lists as lists
from app.console import fund_shapes as shapes
from app.console.listing import Listing
from app.funds import queries, service
from app.funds.errors import MonthNotFound, OpeningRefused
from app.funds.models import FundMonth
from app.funds.schemas import MonthName
from app.identity import roles
from app.kernel import clock, money
from app.kernel.errors import Conflict, Forbidden, Invalid, SunshineError
from app.places import queries as places
from app.web import entry, forms, problems
from app.web.flask_app import actor, db

pages = Blueprint("console_funds", __name__, url_prefix="/console/funds")
pages.before_request(forms.protect)


@pages.get("")
@entry.permission(roles.FUNDS_KEEP, roles.SUPERVISE)
def list_villages() -> ResponseReturnValue:
    reach = shapes.reach(actor())
    villages = [
        one
        for one in places.villages(db(), current_app.config["COUNTY_CODE"])
        if one.code.startswith(reach)
    ]
    if len(villages) == 1:
        return redirect(f"/console/funds/{villages[0].code}", 303)
    listing = Listing.read(("q", "state", "sort"))
    rows = lists.villages(villages, queries.newest_of(db(), reach), listing)
    if listing.as_csv:
        return lists.villages_file(rows)
    return render_template(
        "console/funds.html",
        villages=rows,
        listing=listing,
        states=lists.VILLAGE_STATES,
        sorts=lists.VILLAGE_SORTS,
        waiting=queries.submitted(db(), actor().prefixes(roles.SUPERVISE)),
        questions=len(service.waiting(db(), actor=actor())),
        **shapes.WORDS,
    )


@pages.get("/<string:code>")
@entry.permission(roles.FUNDS_KEEP, roles.SUPERVISE)
def village(code: str) -> ResponseReturnValue:
    return _village_page(code)


def _village_page(code: str, fault: SunshineError | None = None) -> ResponseReturnValue:
    lineage = places.lineage(db(), code)
    if len(code) != 12:
        raise MonthNotFound
    service.require(db(), actor(), *service.READERS, division_code=code)
    listing = Listing.read(("state", "year", "sort"))
    months = queries.list_months(
        db(), code, wanted=listing.wanted, offset=listing.offset, limit=listing.limit
    )
    if listing.as_csv:
        return lists.months_file(months)
    newest = queries.latest(db(), code)
    is_over = places.resolve(db(), code) != code
    following = shapes.name_of(newest).following() if newest else MonthName.of(clock.today())
    page = render_template(
        "console/fund_village.html",
        lineage=lineage,
        code=code,
        months=months,
        listing=listing,
        states=lists.MONTH_STATES,
        sorts=lists.MONTH_SORTS,
        following=following if following <= MonthName.of(clock.today()) else None,
        is_first=newest is None,
        former=[(one, queries.latest(db(), one.code)) for one in places.former(db(), code)],
        is_over=is_over,
        keeps=actor().may(roles.FUNDS_KEEP, division_code=code),
        questions=[
            one for one in service.waiting(db(), actor=actor()) if one.division_code == code
        ],
        fault=fault,
        given=request.form,
        **shapes.WORDS,
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/<string:code>/months")
@entry.permission(roles.FUNDS_KEEP)
def open_month(code: str) -> ResponseReturnValue:
    try:
        month = service.open_month(db(), division_code=code, actor=actor(), **_wanted())
    except (Conflict, Invalid, MonthNotFound) as fault:
        db().rollback()
        return _village_page(code, fault)
    return redirect(f"/console/funds/months/{month.id}", 303)


def _wanted() -> dict[str, Any]:
    opening = request.form.get("opening")
    try:
        name = MonthName.parse(request.form.get("month", "").strip())
    except MonthNotFound as error:
        raise OpeningRefused("请选择从哪个月开始记账，例如 2026-10。") from error
    return {
        "name": name,
        "opening_fen": money.parse_balance(opening) if opening is not None else None,
    }


@pages.get("/months/<int:month_id>")
@entry.permission(roles.FUNDS_KEEP, roles.SUPERVISE)
def show_month(month_id: int) -> ResponseReturnValue:
    month = _readable(month_id)
    if request.args.get("format") == "csv":
        wanted = Listing.read(shapes.LINE_FILTERS).wanted
        lines = queries.list_lines(queries.lines(db(), month), wanted=wanted)
        return lists.lines_file(month, lines)
    return shapes.month_page(month)


def _readable(month_id: int) -> FundMonth:
    """Give a month to whoever keeps or supervises it; raises `MonthNotFound` or `Forbidden`."""
    month = queries.get_month(db(), month_id)
    service.require(db(), actor(), *service.READERS, division_code=month.division_code)
    return month


@pages.post("/months/<int:month_id>/submission")
@entry.permission(roles.FUNDS_KEEP)
def submit(month_id: int) -> ResponseReturnValue:
    is_empty = request.form.get("empty") == "yes"
    try:
        service.submit(db(), month_id=month_id, is_empty=is_empty, actor=actor())
    except (Conflict, Invalid) as fault:
        db().rollback()
        return shapes.month_page(_readable(month_id), fault)
    return redirect(f"/console/funds/months/{month_id}", 303)


@pages.post("/months/<int:month_id>/closing")
@entry.permission(roles.SUPERVISE, step_up=True)
def close(month_id: int) -> ResponseReturnValue:
    try:
        service.close(db(), month_id=month_id, actor=actor())
    except (Conflict, Forbidden) as fault:
        db().rollback()
        return shapes.month_page(_readable(month_id), fault)
    return redirect(f"/console/funds/months/{month_id}", 303)


@pages.post("/months/<int:month_id>/return")
@entry.permission(roles.SUPERVISE)
def send_back(month_id: int) -> ResponseReturnValue:
    comment = request.form.get("comment", "")
    try:
        service.send_back(db(), month_id=month_id, comment=comment, actor=actor())
    except (Conflict, Invalid) as fault:
        db().rollback()
        return shapes.month_page(_readable(month_id), fault)
    return redirect(f"/console/funds/months/{month_id}", 303)
