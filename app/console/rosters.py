"""Bringing household rosters in: upload, what the columns hold, dry run, progress, result."""

from __future__ import annotations

import re
from io import BytesIO

from flask import Blueprint, current_app, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.audit import service as audit
from app.audit.schemas import Line
from app.console import roster_shapes as shapes
from app.households.models.imports import RosterImport
from app.households.queries import imports as queries
from app.households.rosters import samples
from app.households.rosters.decisions import OUTCOMES
from app.households.rosters.errors import FileLost, FileRefused, MappingRefused, NotAVillage
from app.households.rosters.headings import FIELDS
from app.households.service import importing
from app.households.service.keepers import require_keep
from app.identity import roles
from app.kernel import scope
from app.kernel.errors import SunshineError
from app.places import queries as places
from app.web import entry, forms, problems, uploads
from app.web.flask_app import actor, db

PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BUSY = ("reading", "importing")

pages = Blueprint("console_rosters", __name__, url_prefix="/console/rosters")
pages.before_request(uploads.allow_big)
pages.before_request(forms.protect)


@pages.get("")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def list_imports() -> ResponseReturnValue:
    return _list_page()


def _list_page(*, fault: SunshineError | None = None, status: int = 200) -> ResponseReturnValue:
    prefixes = actor().prefixes(roles.HOUSEHOLDS_KEEP)
    villages = places.villages(db(), current_app.config["COUNTY_CODE"])
    names = {village.code: village.short_name for village in villages}
    page = render_template(
        "console/rosters.html",
        imports=[
            shapes.summary(row, names.get(row.division_code, row.division_code))
            for row in queries.recent(db(), prefixes=prefixes)
        ],
        villages=[village for village in villages if village.code.startswith(prefixes)],
        fault=fault,
        chosen=request.form.get("division", ""),
    )
    return page, status


@pages.post("")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def upload() -> ResponseReturnValue:
    file = request.files.get("roster")
    try:
        if not request.form.get("division"):
            raise NotAVillage
        if file is None or not file.filename:
            raise FileRefused("请选择要上传的名单文件。")
        row = importing.upload(
            db(),
            division_code=request.form["division"],
            file_name=file.filename,
            content=file.read(),
            actor=actor(),
            files_dir=current_app.config["FILES_DIR"],
        )
    except SunshineError as fault:
        db().rollback()
        return _list_page(fault=fault, status=problems.status_of(fault))
    return redirect(f"/console/rosters/{row.id}", 303)


def _own(import_id: int) -> RosterImport:
    """Give an import of a place of the actor's, with its village opened."""
    row = queries.get(db(), import_id)
    require_keep(actor(), row.division_code, act="import")
    scope.open_scope(db(), row.division_code)
    return row


@pages.get("/<int:import_id>")
@entry.traced
@entry.permission(roles.HOUSEHOLDS_KEEP)
def show_import(import_id: int) -> ResponseReturnValue:
    return _page_of(_own(import_id))


def _page_of(row: RosterImport, *, fault: SunshineError | None = None) -> ResponseReturnValue:
    """Show the step an import is at."""
    facts = {
        "row": row,
        "lineage": places.lineage(db(), row.division_code),
        "file_name": queries.file_name(db(), row),
        "fault": fault.sentence if fault else row.fault,
        "summary": shapes.summary(row, ""),
        "is_stalled": queries.is_stalled(db(), row),
    }
    status = problems.status_of(fault) if fault else 200
    if row.state in BUSY:
        return render_template("console/roster_progress.html", **facts), status
    if row.state == "uploaded":
        return _mapping_page(row, facts), status
    if row.state == "discarded":
        raise FileLost
    return _plan_page(row, facts), status


def _mapping_page(row: RosterImport, facts: dict[str, object]) -> str:
    layout = queries.layout(db(), row)
    chosen = {
        column.index: request.form.get(f"column-{column.index}", column.field)
        for column in layout.columns
    }
    return render_template(
        "console/roster_mapping.html",
        layout=layout,
        headings=samples.shown_headings([column.heading for column in layout.columns]),
        chosen=chosen,
        fields=FIELDS,
        **facts,
    )


def _plan_page(row: RosterImport, facts: dict[str, object]) -> str:
    outcome = request.args.get("outcome")
    outcome = outcome if outcome in OUTCOMES else None
    if row.state == "done":
        outcome = "refuse"  # of the others nothing is kept here: they are in the register
    after = request.args.get("after", "")
    found = queries.page(
        db(),
        import_id=row.id,
        outcome=outcome,
        after=int(after) if after.isdecimal() and len(after) < 9 else 0,
        limit=PAGE + 1,
    )
    sheets = queries.layout(db(), row).sheets if row.layout_sealed else []
    groups = {place.code: place.short_name for place in places.children(db(), row.division_code)}
    return render_template(
        "console/roster_plan.html",
        households=[shapes.household(one, sheets, groups) for one in found[:PAGE]],
        following=found[PAGE - 1].number if len(found) > PAGE else None,
        is_first=not after,
        outcome=outcome,
        outcomes=shapes.OUTCOME_NAMES,
        **facts,
    )


@pages.post("/<int:import_id>/header")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def look_again(import_id: int) -> ResponseReturnValue:
    sheet, header = (request.form.get(name, "").strip() for name in ("sheet", "header_row"))
    try:
        if not re.fullmatch(r"\d{1,3}", sheet) or not re.fullmatch(r"\d{0,5}", header):
            raise MappingRefused("请填表头在第几行。")
        importing.look_again(
            db(),
            import_id,
            sheet=int(sheet),
            header_row=int(header) if header else None,
            actor=actor(),
            files_dir=current_app.config["FILES_DIR"],
        )
    except (FileRefused, MappingRefused) as fault:
        db().rollback()
        return _page_of(_own(import_id), fault=fault)
    return redirect(f"/console/rosters/{import_id}", 303)


@pages.post("/<int:import_id>/mapping")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def set_mapping(import_id: int) -> ResponseReturnValue:
    columns = {
        int(found[1]): field
        for name, field in request.form.items()
        if (found := re.fullmatch(r"column-(\d{1,3})", name))
    }
    try:
        importing.set_mapping(db(), import_id, columns=columns, actor=actor())
    except MappingRefused as fault:
        db().rollback()
        return _page_of(_own(import_id), fault=fault)
    return redirect(f"/console/rosters/{import_id}", 303)


@pages.post("/<int:import_id>/columns")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def change_columns(import_id: int) -> ResponseReturnValue:
    importing.reopen(db(), import_id, actor=actor())
    return redirect(f"/console/rosters/{import_id}", 303)


@pages.post("/<int:import_id>/start")
@entry.permission(roles.HOUSEHOLDS_KEEP, step_up=True)
def start(import_id: int) -> ResponseReturnValue:
    importing.start(db(), import_id, actor=actor())
    return redirect(f"/console/rosters/{import_id}", 303)


@pages.post("/<int:import_id>/discard")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def discard(import_id: int) -> ResponseReturnValue:
    importing.discard(db(), import_id, actor=actor())
    return redirect("/console/rosters", 303)


@pages.get("/<int:import_id>/progress")
@entry.permission(roles.HOUSEHOLDS_KEEP)
def progress(import_id: int) -> ResponseReturnValue:
    row = queries.get(db(), import_id)
    require_keep(actor(), row.division_code, act="import")
    # The words of the sheets' progress bar, which the same script moves.
    is_moving = row.state in BUSY and not queries.is_stalled(db(), row)
    state = "drawing" if is_moving else "ready"
    return {"state": state, "drawn": row.done, "plates": row.households}


@pages.get("/<int:import_id>/refused.xlsx")
@entry.traced
@entry.permission(roles.HOUSEHOLDS_KEEP, step_up=True)
def refused(import_id: int) -> ResponseReturnValue:
    row = _own(import_id)
    content = importing.refused_file(db(), row, files_dir=current_app.config["FILES_DIR"])
    line = Line(actor(), "export", row.division_code, fields=("name", "id_number", "phone"))
    audit.record(db(), line)
    answer = send_file(
        BytesIO(content),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"refused-{import_id}.xlsx",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
