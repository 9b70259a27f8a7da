"""Files of one's places: found, uploaded, withdrawn, exported."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.attachments import queries, service
from app.attachments.formats import KINDS
from app.attachments.queries import KEEPS, SEES
from app.attachments.schemas import SORTS, STATES
from app.console import attachment_shapes as shapes
from app.gateways import choosing
from app.kernel.errors import Invalid, SunshineError
from app.places import queries as places
from app.places.schemas import Place
from app.web import csv_files, entry, forms, problems, uploads
from app.web.flask_app import actor, db

PAGE, MOST_ROWS, MOST_FILES = 25, 10_000, 20

pages = Blueprint("console_attachments", __name__, url_prefix="/console/attachments")
pages.before_request(uploads.allow_big)
pages.before_request(forms.protect)


@pages.get("")
@entry.permission(*SEES)
def list_files() -> ResponseReturnValue:
    return _list_page()


def _list_page(
    *, faults: list[tuple[str, str]] | None = None, kept: int = 0, status: int = 200
) -> ResponseReturnValue:
    wanted = shapes.wanted_of(request.args, actor())
    here = queries.prefixes(actor(), SEES)
    number = request.args.get("page", "1")
    page = int(number) if number.isdecimal() and 1 <= int(number[:6]) < 10_000 else 1
    found = queries.page(db(), places=here, wanted=wanted, offset=(page - 1) * PAGE, limit=PAGE)
    names = places.short_names(db(), {one.division_code for one in found})
    asked = {name: text for name, text in request.args.items() if name != "page" and text}
    content = render_template(
        "console/attachments.html",
        files=[shapes.line(one, names.get(one.division_code, "")) for one in found],
        total=queries.count(db(), places=here, wanted=wanted),
        page=page,
        size=PAGE,
        query=urlencode(asked),
        wanted=wanted,
        kinds=KINDS,
        states=STATES,
        sorts=SORTS,
        places=_places(),
        chosen=request.form.get("division", ""),
        faults=faults or [],
        kept=kept or request.args.get("kept", 0, int),
    )
    return content, status


def _places() -> list[Place]:
    """List where the actor may upload, from the county down to villages."""
    here = queries.prefixes(actor(), KEEPS)
    if not here:
        return []
    county = current_app.config["COUNTY_CODE"]
    above = [places.get(db(), county), *places.children(db(), county)]
    below = places.villages(db(), county)
    return [place for place in (*above, *below) if place.code.startswith(here)]


@pages.post("")
@entry.permission(*KEEPS)
def upload() -> ResponseReturnValue:
    """Keep each file for itself: one that is refused does not keep the others out."""
    files = [file for file in request.files.getlist("files") if file.filename][:MOST_FILES]
    division = request.form.get("division", "")
    faults: list[tuple[str, str]] = []
    kept, status = 0, 422
    if not division:
        files, faults = [], [("上传", "请选择文件属于哪里。")]
    elif not files:
        faults.append(("上传", "请选择要上传的文件。"))
    for number, file in enumerate(files, start=1):
        try:
            with db().begin_nested():
                service.keep(
                    db(),
                    content=file.read(),
                    name=file.filename or "",
                    division_code=division,
                    actor=actor(),
                    storage=choosing.storage_of(current_app.extensions),
                )
            kept += 1
        except SunshineError as fault:
            faults.append((f"第 {number} 个文件", fault.sentence))
            status = problems.status_of(fault)
    if faults:
        return _list_page(faults=faults, kept=kept, status=status)
    return redirect(f"/console/attachments?{urlencode({'kept': kept})}", 303)


@pages.get("/<int:file_id>")
@entry.permission(*SEES)
def show(file_id: int) -> ResponseReturnValue:
    if request.args.get("format") == "csv":
        queries.get_for_staff(db(), file_id, actor=actor())
        rows = shapes.uses(queries.uses(db(), file_id))
        return csv_files.answer(("用到它的", "编号"), rows, name="attachment-uses.csv")
    return _file_page(file_id)


def _file_page(
    file_id: int, *, fault: SunshineError | None = None, status: int = 200
) -> ResponseReturnValue:
    found = queries.get_for_staff(db(), file_id, actor=actor())
    lineage = places.lineage(db(), found.division_code)
    content = render_template(
        "console/attachment.html",
        file=shapes.line(found, lineage[-1].short_name),
        lineage=lineage,
        uses=shapes.uses(queries.uses(db(), file_id)),
        may_withdraw=queries.may_at(actor(), KEEPS, found.division_code),
        reason=request.form.get("reason", ""),
        fault=fault,
    )
    return content, status


@pages.post("/<int:file_id>/withdrawal")
@entry.permission(*KEEPS)
def withdraw(file_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        service.take_back(db(), attachment_id=file_id, reason=reason, actor=actor())
    except Invalid as fault:
        db().rollback()
        return _file_page(file_id, fault=fault, status=problems.status_of(fault))
    return redirect(f"/console/attachments/{file_id}", 303)


@pages.get("/export.csv")
@entry.permission(*SEES)
def export() -> ResponseReturnValue:
    """Give the list as it is shown, whole, as a table."""
    wanted = shapes.wanted_of(request.args, actor())
    here = queries.prefixes(actor(), SEES)
    found = queries.page(db(), places=here, wanted=wanted, offset=0, limit=MOST_ROWS)
    names = places.short_names(db(), {one.division_code for one in found})
    answer = Response(shapes.as_csv(found, names), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="attachments.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
