"""Holidays and make-up days, a year at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from app.console.listing import Listing
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.web import csv_files, entry, forms, problems
from app.web.flask_app import actor, db
from app.workdays import queries, service
from app.workdays.errors import BadDay
from app.workdays.schemas import Day, DayIn

WEEKDAYS = "一二三四五六日"
SOURCES = {"package": "程序自带", "edited": "人工录入"}
FIRST, LAST = 2000, 2200
FILTERS = ("kind", "sort")
KINDS = {"": "全部", "off": "放假", "working": "上班（调休）"}
SORTS = {"day": "按日期", "name": "按名称", "edited": "人工录入的在前"}
SORTS_BY: Mapping[str, Callable[[Day], tuple[Any, ...]]] = MappingProxyType(
    {
        "day": lambda one: (one.day,),
        "name": lambda one: (one.name, one.day),
        "edited": lambda one: (one.source != "edited", one.day),
    }
)

pages = Blueprint("console_holidays", __name__, url_prefix="/console/holidays")
pages.before_request(forms.protect)


@pages.get("")
@entry.permission(roles.CATALOGUE)
def show_year() -> ResponseReturnValue:
    return _page(_year(request.args.get("year", "")))


def _page(
    year: int, *, fault: SunshineError | None = None, status: int = 200
) -> ResponseReturnValue:
    listing = Listing.read(FILTERS)
    page = render_template(
        "console/holidays.html",
        year=year,
        first=FIRST,
        last=LAST,
        days=_days(year, listing),
        listing=listing,
        kinds=KINDS,
        sorts=SORTS,
        known=queries.is_known(db(), year),
        may_edit=actor().may(roles.CATALOGUE, division_code=_county()),
        weekdays=WEEKDAYS,
        sources=SOURCES,
        given=request.form,
        fault=fault,
    )
    return page, status


@pages.get("/<int:year>.csv")
@entry.permission(roles.CATALOGUE)
def export(year: int) -> ResponseReturnValue:
    rows = (
        (
            one.day,
            f"周{WEEKDAYS[one.day.weekday()]}",
            "上班" if one.is_working else "放假",
            one.name,
            SOURCES[one.source],
        )
        for one in _days(_year(str(year)), Listing.read(FILTERS))
    )
    heading = ("日期", "星期", "上班或放假", "名称", "来源")
    return csv_files.answer(heading, rows, name=f"holidays-{_year(str(year))}.csv")


def _days(year: int, listing: Listing) -> list[Day]:
    """List the days of a year that are asked for, in the order asked for."""
    kind = listing.wanted.get("kind", "")
    found = [
        one
        for one in queries.of_year(db(), year)
        if kind not in KINDS or not kind or one.is_working == (kind == "working")
    ]
    return sorted(found, key=SORTS_BY.get(listing.wanted.get("sort", ""), SORTS_BY["day"]))


@pages.post("")
@entry.permission(roles.CATALOGUE)
def set_day() -> ResponseReturnValue:
    try:
        wanted = DayIn(
            day=_day(request.form.get("day", "")),
            is_working=request.form.get("is_working") == "yes",
            name=request.form.get("name", ""),
        )
        service.set_day(db(), wanted=wanted, county_code=_county(), actor=actor())
    except (ValidationError, BadDay):
        db().rollback()
        return _page(_year(request.form.get("year", "")), fault=BadDay(), status=422)
    return redirect(f"/console/holidays?year={wanted.day.year}", 303)


@pages.post("/removal")
@entry.permission(roles.CATALOGUE)
def unset_day() -> ResponseReturnValue:
    day = _day(request.form.get("day", ""))
    service.unset_day(db(), day=day, county_code=_county(), actor=actor())
    return redirect(f"/console/holidays?year={day.year}", 303)


@pages.post("/completion")
@entry.permission(roles.CATALOGUE)
def declare_complete() -> ResponseReturnValue:
    year = _year(request.form.get("year", ""))
    try:
        service.declare_complete(db(), year=year, county_code=_county(), actor=actor())
    except SunshineError as fault:
        db().rollback()
        return _page(year, fault=fault, status=problems.status_of(fault))
    return redirect(f"/console/holidays?year={year}", 303)


def _county() -> str:
    county: str = current_app.config["COUNTY_CODE"]
    return county


def _year(text: str) -> int:
    """Read a year; this one where none was asked for, or none that there is."""
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if FIRST <= year <= LAST else clock.today().year


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadDay from None
    if not FIRST <= day.year <= LAST:
        raise BadDay
    return day
