"""The lines of an open month: entered one by one, changed, taken out, with their papers."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue

from app.console import fund_shapes as shapes
from app.funds import queries, service
from app.funds.errors import CorrectionRefused, DayRefused, VoucherRefused
from app.funds.schemas import LineIn
from app.gateways import choosing
from app.identity import roles
from app.kernel import money
from app.kernel.errors import Conflict, Invalid, NotFound
from app.web import entry, forms, uploads
from app.web.flask_app import actor, db

pages = Blueprint("console_fund_lines", __name__, url_prefix="/console/funds")
pages.before_request(uploads.allow_big)
pages.before_request(forms.protect)


@pages.post("/months/<int:month_id>/lines")
@entry.permission(roles.FUNDS_KEEP)
def enter(month_id: int) -> ResponseReturnValue:
    try:
        service.enter(db(), month_id=month_id, wanted=_wanted(), actor=actor())
    except (Conflict, Invalid, NotFound) as fault:
        db().rollback()
        month = queries.get_month(db(), month_id)
        service.require(db(), actor(), roles.FUNDS_KEEP, division_code=month.division_code)
        return shapes.month_page(month, fault)
    return redirect(f"/console/funds/months/{month_id}#entry", 303)


def _wanted() -> LineIn:
    """Read the form of a line; raises what is wrong with a field of it."""
    text = request.form.get
    try:
        day = date.fromisoformat(text("on", ""))
    except ValueError as error:
        raise DayRefused from error
    number = text("corrects", "")
    if number and not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise CorrectionRefused
    return LineIn(
        on_date=day,
        category_code=text("category", "")[:30],
        summary=text("summary", ""),
        amount_fen=money.parse(text("amount", "")),
        approved_by=text("approved_by", ""),
        corrects_line_id=int(number) if number else None,
        is_reversal=text("effect", "") == "reversal",
    )


@pages.get("/lines/<int:line_id>")
@entry.permission(roles.FUNDS_KEEP)
def edit(line_id: int) -> ResponseReturnValue:
    return _edit_page(line_id)


def _edit_page(line_id: int, fault: Conflict | Invalid | None = None) -> tuple[str, int]:
    line = queries.get_line(db(), line_id)
    month = queries.get_month(db(), line.month_id)
    service.require(db(), actor(), roles.FUNDS_KEEP, division_code=line.division_code)
    return shapes.month_page(month, fault, editing=line)


@pages.post("/lines/<int:line_id>")
@entry.permission(roles.FUNDS_KEEP)
def change(line_id: int) -> ResponseReturnValue:
    try:
        line = service.change(db(), line_id=line_id, wanted=_wanted(), actor=actor())
    except (Conflict, Invalid) as fault:
        db().rollback()
        return _edit_page(line_id, fault)
    return redirect(f"/console/funds/months/{line.month_id}#line-{line.no}", 303)


@pages.post("/lines/<int:line_id>/removal")
@entry.permission(roles.FUNDS_KEEP)
def remove(line_id: int) -> ResponseReturnValue:
    month_id = queries.get_line(db(), line_id).month_id
    service.remove(db(), line_id=line_id, actor=actor())
    return redirect(f"/console/funds/months/{month_id}", 303)


@pages.post("/lines/<int:line_id>/vouchers")
@entry.permission(roles.FUNDS_KEEP)
def attach(line_id: int) -> ResponseReturnValue:
    papers = [one for one in request.files.getlist("voucher") if one.filename]
    try:
        if not papers:
            raise VoucherRefused("请选择要上传的凭证。")
        for paper in papers:
            service.attach(
                db(),
                line_id=line_id,
                paper=(paper.filename or "", paper.read()),
                storage=choosing.storage_of(current_app.extensions),
                actor=actor(),
            )
    except (Conflict, Invalid) as fault:
        db().rollback()
        return _edit_page(line_id, fault)
    return redirect(f"/console/funds/lines/{line_id}", 303)


@pages.post("/lines/<int:line_id>/vouchers/<int:attachment_id>/removal")
@entry.permission(roles.FUNDS_KEEP)
def detach(line_id: int, attachment_id: int) -> ResponseReturnValue:
    service.detach(db(), line_id=line_id, attachment_id=attachment_id, actor=actor())
    return redirect(f"/console/funds/lines/{line_id}", 303)
