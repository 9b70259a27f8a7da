"""Objections to aid lists: what waits at one's offices, and the answer that becomes public."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.aid import queries, service
from app.aid.words import OBJECTION_STATES, SET_ASIDE
from app.console.listing import Listing
from app.disclosure import queries as disclosure
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import Conflict, Invalid
from app.web import csv_files, entry, forms, problems
from app.web.flask_app import actor, db

SORTS = {"due": "快到期的在前", "newest": "最近提出在前", "place": "按地方"}

pages = Blueprint("console_objections", __name__, url_prefix="/console/aid/objections")
pages.before_request(forms.protect)


@pages.get("/", strict_slashes=False)
@entry.permission(roles.PUBLISH)
def show_all() -> ResponseReturnValue:
    listing = Listing.read(("state", "sort"))
    found = queries.objections(
        db(), actor=actor(), wanted=listing.wanted, offset=listing.offset, limit=listing.limit
    )
    if listing.as_csv:
        headings = ("编号", "名单", "期间", "地方", "提出", "答复期限", "状态")
        rows = [
            (
                one.id,
                head.kind_name,
                head.period,
                head.place,
                clock.local(one.made_at).date(),
                one.due_on,
                OBJECTION_STATES[one.state],
            )
            for one, head in found
        ]
        return csv_files.answer(headings, rows, name="objections.csv")
    return render_template(
        "console/objections.html",
        found=found,
        listing=listing,
        states=OBJECTION_STATES,
        sorts=SORTS,
        today=clock.today(),
        local=clock.local,
    )


@pages.get("/<int:objection_id>")
@entry.permission(roles.PUBLISH)
def show(objection_id: int) -> ResponseReturnValue:
    return _page(objection_id)


def _page(objection_id: int, fault: Conflict | Invalid | None = None) -> tuple[str, int]:
    objected = service.open_objection(db(), objection_id, actor=actor())
    list_id = objected.row.list_id
    page = render_template(
        "console/objection.html",
        objected=objected,
        head=queries.head(db(), list_id),
        draft=disclosure.drafts_of_lists(db(), [list_id]).get(list_id),
        states=OBJECTION_STATES,
        reasons=SET_ASIDE,
        today=clock.today(),
        local=clock.local,
        given=request.form,
        fault=fault,
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/<int:objection_id>/answer")
@entry.permission(roles.PUBLISH)
def answer(objection_id: int) -> ResponseReturnValue:
    text = request.form.get("answer", "")
    try:
        service.answer(db(), objection_id, text=text, actor=actor())
    except (Conflict, Invalid) as fault:
        db().rollback()
        return _page(objection_id, fault)
    return redirect("/console/aid/objections", 303)


@pages.post("/<int:objection_id>/setting-aside")
@entry.permission(roles.PUBLISH)
def set_aside(objection_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        service.set_aside(db(), objection_id, reason=reason, actor=actor())
    except (Conflict, Invalid) as fault:
        db().rollback()
        return _page(objection_id, fault)
    return redirect("/console/aid/objections", 303)
