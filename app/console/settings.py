"""What the county's office sets as data: categories of the ledger, and terms."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.console.listing import Listing
from app.disclosure import queries as disclosure
from app.disclosure import service as desk
from app.funds import queries, service, words
from app.funds.models import FundCategory
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.web import csv_files, entry, forms, problems
from app.web.flask_app import actor, db

HOME = "/console/settings"
USES = {"": "全部", "used": "在用", "retired": "停用"}
SORTS = {"position": "按次序", "name": "按名称", "changed": "最近改动在前"}

pages = Blueprint("console_settings", __name__, url_prefix=HOME)
pages.before_request(forms.protect)


@pages.get("")
@entry.permission(roles.CATALOGUE)
def show() -> ResponseReturnValue:
    listing = Listing.read(("kind", "use", "sort"))
    found = _picked(queries.all_categories(db()), listing)
    if listing.as_csv:
        return _file(found)
    return _page(listing=listing, found=found)


def _page(
    *,
    listing: Listing | None = None,
    found: Sequence[FundCategory] | None = None,
    fault: SunshineError | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "console/settings.html",
        categories=queries.all_categories(db()) if found is None else found,
        listing=listing or Listing({}, 1, as_csv=False),
        kinds={"": "全部", **words.KINDS},
        uses=USES,
        sorts=SORTS,
        terms=queries.terms(db()),
        late=disclosure.desk_term(db()),
        may_edit=actor().may(roles.CATALOGUE, division_code=_county()),
        words=words,
        local=clock.local,
        given=request.form,
        fault=fault,
    )
    return page, problems.status_of(fault) if fault else 200


def _picked(found: Sequence[FundCategory], listing: Listing) -> list[FundCategory]:
    wanted = listing.wanted
    rows = [
        one
        for one in found
        if wanted.get("kind", one.kind) == one.kind and wanted.get("use", _use(one)) == _use(one)
    ]
    if wanted.get("sort") == "name":
        rows.sort(key=lambda one: one.name)
    elif wanted.get("sort") == "changed":
        rows.sort(key=lambda one: one.changed_at.timestamp() if one.changed_at else 0, reverse=True)
    return rows


def _use(one: FundCategory) -> str:
    return "used" if one.in_use else "retired"


def _file(found: Sequence[FundCategory]) -> Response:
    rows = (
        (
            *(one.code, words.KINDS[one.kind], one.name, USES[_use(one)], one.changed_by or ""),
            clock.local(one.changed_at).strftime("%Y-%m-%d %H:%M") if one.changed_at else "",
        )
        for one in found
    )
    heading = ("代码", "收支", "名称", "状态", "改动人", "改动时间")
    return csv_files.answer(heading, rows, name="fund-categories.csv")


@pages.post("/categories")
@entry.permission(roles.CATALOGUE, step_up=True)
def add_category() -> ResponseReturnValue:
    kind, name = request.form.get("kind", ""), request.form.get("name", "")
    try:
        service.add_category(db(), kind=kind, name=name, county_code=_county(), actor=actor())
    except SunshineError as fault:
        db().rollback()
        return _page(fault=fault)
    return redirect(f"{HOME}#categories", 303)


@pages.post("/categories/<string:code>/name")
@entry.permission(roles.CATALOGUE, step_up=True)
def rename_category(code: str) -> ResponseReturnValue:
    name = request.form.get("name", "")
    try:
        service.rename_category(db(), code=code, name=name, county_code=_county(), actor=actor())
    except SunshineError as fault:
        db().rollback()
        return _page(fault=fault)
    return redirect(f"{HOME}#categories", 303)


@pages.post("/categories/<string:code>/use")
@entry.permission(roles.CATALOGUE, step_up=True)
def offer_category(code: str) -> ResponseReturnValue:
    in_use = request.form.get("in_use") == "yes"
    try:
        service.offer_category(db(), code=code, in_use=in_use, county_code=_county(), actor=actor())
    except SunshineError as fault:
        db().rollback()
        return _page(fault=fault)
    return redirect(f"{HOME}#categories", 303)


@pages.post("/terms/<string:kind>")
@entry.permission(roles.CATALOGUE, step_up=True)
def set_term(kind: str) -> ResponseReturnValue:
    try:
        service.set_term(db(), kind=kind, days=_days(), county_code=_county(), actor=actor())
    except SunshineError as fault:
        db().rollback()
        return _page(fault=fault)
    return redirect(f"{HOME}#terms", 303)


@pages.post("/late-review")
@entry.permission(roles.CATALOGUE, step_up=True)
def set_late_review() -> ResponseReturnValue:
    try:
        desk.set_late_review(db(), working_days=_days(), county_code=_county(), actor=actor())
    except SunshineError as fault:
        db().rollback()
        return _page(fault=fault)
    return redirect(f"{HOME}#late-review", 303)


def _days() -> int:
    """Read a number of days; 0, which no term has, for anything else."""
    text = request.form.get("days", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _county() -> str:
    county: str = current_app.config["COUNTY_CODE"]
    return county
