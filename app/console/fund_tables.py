"""Lines from a spreadsheet: a dry run first, then all of them or none."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.console import fund_shapes as shapes
from app.funds import queries, service, tables
from app.funds.errors import TableRefused
from app.funds.models import FundMonth
from app.identity import roles
from app.kernel.errors import Conflict, Invalid
from app.places import queries as places
from app.web import entry, forms, uploads
from app.web.flask_app import actor, db

pages = Blueprint("console_fund_tables", __name__, url_prefix="/console/funds/months")
pages.before_request(uploads.allow_big)
pages.before_request(forms.protect)


@pages.post("/<int:month_id>/table")
@entry.permission(roles.FUNDS_KEEP)
def try_table(month_id: int) -> ResponseReturnValue:
    month = _own(month_id)
    file = request.files.get("table")
    try:
        if file is None or not file.filename:
            raise TableRefused("请选择要导入的表格。")
        rows = tables.read(file.read())
        tried = service.try_table(db(), month_id=month_id, rows=rows, actor=actor())
    except (Conflict, Invalid) as fault:
        db().rollback()
        return shapes.month_page(_own(month_id), fault)
    return render_template(
        "console/fund_table.html",
        lineage=places.lineage(db(), month.division_code),
        month=month,
        name=shapes.name_of(month),
        tried=tried,
        faults=sum(bool(one.fault) for one in tried),
        rows=tables.pack(rows),
        **shapes.WORDS,
    )


def _own(month_id: int) -> FundMonth:
    month = queries.get_month(db(), month_id)
    service.require(db(), actor(), roles.FUNDS_KEEP, division_code=month.division_code)
    return month


@pages.post("/<int:month_id>/table/lines")
@entry.permission(roles.FUNDS_KEEP)
def enter_table(month_id: int) -> ResponseReturnValue:
    try:
        rows = tables.unpack(request.form.get("rows", ""))
        service.enter_table(db(), month_id=month_id, rows=rows, actor=actor())
    except (Conflict, Invalid) as fault:
        db().rollback()
        return shapes.month_page(_own(month_id), fault)
    return redirect(f"/console/funds/months/{month_id}", 303)
