"""What a scan shows: the village's page, or a friendly word about the plate."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.doorplates import codes, queries, service
from app.doorplates.errors import PlateNotFound, PlateRevoked
from app.doorplates.schemas import PlateView, ReportIn
from app.doorplates.states import SCANNER_NOTES, State
from app.households.service.finding import at
from app.identity import roles
from app.kernel.errors import Invalid
from app.places import queries as places
from app.places.schemas import Place
from app.portal import shapes
from app.portal.villages import render_village
from app.web import caching, entry, silent, throttle
from app.web.flask_app import db, visitor

pages = Blueprint("plates", __name__)
REPORTS_PER_MINUTE = 20


@pages.get("/d/<path:code>")
@entry.public
def scan(code: str) -> ResponseReturnValue:
    if way := silent.way_in():  # a cadre inside WeChat, who has bound it
        return redirect(way, 302)
    try:
        view = queries.find_scanned(db(), code)
    except PlateRevoked as revoked:
        return _revoked(str(revoked.facts["division_code"]))
    except PlateNotFound:
        return _miss(code)
    lineage = _lineage(view)
    caching.share(view.division_code, plate_code=view.code)
    caching.scanned(view.code)
    return render_village(lineage[:3], plate=_plate(view, lineage))


@pages.get("/d", strict_slashes=False)
@entry.public
def typed() -> ResponseReturnValue:
    text = request.args.get("code", "").strip()
    if not text:
        return redirect("/", 302)
    code = text if codes.is_valid(text) else codes.read_by_hand(text)
    return redirect(f"/d/{code}", 302) if code else _miss(text)


def _miss(text: str) -> ResponseReturnValue:
    """Lead a code that was typed by hand to its address, or say kindly that it is unknown."""
    reading = codes.read_by_hand(text)
    if reading is not None and reading != text:
        return redirect(f"/d/{reading}", 302)
    throttle.of(current_app).count_miss(request.remote_addr or "")
    page = render_template(
        "portal/error.html",
        status=404,
        heading="没有找到这块门牌",
        sentence="这个编码不对，或者门牌还没有启用。请再扫一次，扫不出来可以照着门牌输入编码。",
        ask_code=True,
        action_url="/",
        action_text="去找我的村",
    )
    return page, 404


def _revoked(division_code: str) -> ResponseReturnValue:
    lineage = places.lineage(db(), places.resolve(db(), division_code))
    page = render_template("portal/plate_revoked.html", place=shapes.place_of(lineage))
    return page, 410


@pages.get("/d/<string:code>/report")
@entry.public
def report_form(code: str) -> ResponseReturnValue:
    try:
        view = queries.find_scanned(db(), code)
    except PlateNotFound:
        throttle.of(current_app).count_miss(request.remote_addr or "")
        raise
    return _report_page(view, done=False)


@pages.post("/d/<string:code>/report")
@entry.public
def report(code: str) -> ResponseReturnValue:
    throttle.of(current_app).count(
        "report", request.remote_addr or "", per_minute=REPORTS_PER_MINUTE
    )
    view = queries.find_scanned(db(), code)
    kind = request.form.get("kind", "")
    if kind not in {"damaged", "swapped"}:
        raise Invalid("请选一项：门牌破损，或者装错了门。")
    service.report(db(), code=view.code, kind=ReportIn(kind=kind).kind)
    return _report_page(view, done=True)


def _report_page(view: PlateView, *, done: bool) -> ResponseReturnValue:
    lineage = _lineage(view)
    return render_template(
        "portal/report.html",
        plate_code=view.code,
        place=shapes.place_of(lineage),
        done=done,
    )


def _lineage(view: PlateView) -> list[Place]:
    """Give county, township, village, and the group where the register has one."""
    lineage = places.lineage(db(), view.group_code or view.division_code)
    if lineage[2].code != view.division_code:  # the group's village was merged into another
        lineage = [*places.lineage(db(), view.division_code), lineage[3]]
    return lineage


def _plate(view: PlateView, lineage: list[Place]) -> dict[str, Any]:
    actor = visitor()
    may_install = actor is not None and actor.may(roles.INSTALL, division_code=view.division_code)
    # Nothing is asked about a household here: what a scan shows may not depend on there being one.
    may_open = (
        actor is not None
        and view.state is not State.REPLACED
        and actor.may_at(roles.RECORDS_OPEN, **at(view))
    )
    return {
        "code": view.code,
        "code_display": codes.in_groups(view.code),
        "group_name": lineage[3].short_name if len(lineage) > 3 else view.group_label or None,
        "state": view.state,
        "note": SCANNER_NOTES[view.state],
        "report_url": f"/d/{view.code}/report" if view.state is not State.REPLACED else None,
        "record_url": f"/console/plates/{view.code}/household" if may_open else None,
        "home_url": f"/d/{view.code}/home" if view.state is not State.REPLACED else None,
        "install_url": f"/console/plates/{view.code}" if may_install else None,
    }
