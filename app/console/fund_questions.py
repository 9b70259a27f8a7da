"""Villagers' questions about lines: what waits, and the village's answer."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.console import fund_lists as lists
from app.console import fund_shapes as shapes
from app.console.listing import Listing
from app.funds import queries, service, words
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import Conflict, Invalid
from app.places import queries as places
from app.web import entry, forms, problems
from app.web.flask_app import actor, db

pages = Blueprint("console_fund_questions", __name__, url_prefix="/console/funds/questions")
pages.before_request(forms.protect)


@pages.get("")
@entry.permission(roles.FUNDS_KEEP, roles.SUPERVISE)
def list_questions() -> ResponseReturnValue:
    listing = Listing.read(("state", "kind", "place", "sort"))
    rows = queries.list_questions(
        db(),
        shapes.reach(actor()),
        wanted=listing.wanted,
        offset=listing.offset,
        limit=listing.limit,
    )
    names = places.short_names(db(), {row.division_code for row in rows})
    if listing.as_csv:
        public = queries.public_questions(db(), {row.line_id for row in rows})
        return lists.questions_file(rows, names, public)
    return render_template(
        "console/fund_questions.html",
        rows=rows,
        names=names,
        listing=listing,
        states=lists.QUESTION_STATES,
        kinds={"": "全部", **words.QUESTION_KINDS},
        sorts=lists.QUESTION_SORTS,
        today=clock.today(),
        **shapes.WORDS,
    )


@pages.get("/<int:question_id>")
@entry.permission(roles.FUNDS_KEEP, roles.SUPERVISE)
def show_question(question_id: int) -> ResponseReturnValue:
    return _page(question_id)


def _page(question_id: int, fault: Conflict | Invalid | None = None) -> tuple[str, int]:
    asked = service.open_question(db(), question_id=question_id, actor=actor())
    month = queries.get_month(db(), asked.line.month_id)
    page = render_template(
        "console/fund_question.html",
        asked=asked,
        place=places.lineage(db(), asked.row.division_code),
        name=shapes.name_of(month),
        today=clock.today(),
        fault=fault,
        given=request.form,
        **shapes.WORDS,
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/<int:question_id>/answer")
@entry.permission(roles.FUNDS_KEEP, roles.SUPERVISE)
def answer(question_id: int) -> ResponseReturnValue:
    text = request.form.get("answer", "")
    try:
        service.answer(db(), question_id=question_id, text=text, actor=actor())
    except (Conflict, Invalid) as fault:
        db().rollback()
        return _page(question_id, fault)
    return redirect("/console/funds/questions", 303)


@pages.post("/<int:question_id>/setting-aside")
@entry.permission(roles.FUNDS_KEEP, roles.SUPERVISE)
def set_aside(question_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        service.set_aside(db(), question_id=question_id, reason=reason, actor=actor())
    except (Conflict, Invalid) as fault:
        db().rollback()
        return _page(question_id, fault)
    return redirect("/console/funds/questions", 303)
