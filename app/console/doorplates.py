"""Issuing plates, watching their sheets being drawn, and the install walk."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.doorplates import codes, queries, service
from app.doorplates.errors import BadCount
from app.doorplates.models import Sheet
from app.doorplates.schemas import DoorRow, Ground, Paper, SheetIn, Size
from app.doorplates.states import FOLLOWING, NAMES, REPORTS, State
from app.households.schemas.acts import Why
from app.households.service import doors as households
from app.identity import roles
from app.kernel import clock, ids
from app.kernel.errors import Invalid, SunshineError
from app.places import queries as places
from app.web import downloads, entry, forms, problems
from app.web.flask_app import actor, db

A_MONTH = timedelta(days=30)
pages = Blueprint("console_doorplates", __name__, url_prefix="/console")
pages.before_request(forms.protect)


@pages.get("/doorplates")
@entry.permission(roles.ISSUE)
def list_batches() -> ResponseReturnValue:
    return _batches_page()


def _batches_page(*, fault: SunshineError | None = None, status: int = 200) -> ResponseReturnValue:
    prefixes = actor().prefixes(roles.ISSUE)
    county = current_app.config["COUNTY_CODE"]
    villages = places.villages(db(), county)
    names = {village.code: village.short_name for village in villages}
    page = render_template(
        "console/batches.html",
        batches=[
            {
                "id": batch.id,
                "place": names.get(batch.division_code, batch.division_code),
                "plates": batch.plates,
                "created_by": batch.created_by,
                "created_at": clock.local(batch.created_at),
            }
            for batch in queries.batches(db(), prefixes=prefixes)
        ],
        villages=[village for village in villages if village.code.startswith(prefixes)],
        reported=[
            {"plate": plate, "kind": REPORTS[kind], "on": day}
            for plate, kind, day in queries.reported(
                db(), prefixes=prefixes, since=clock.today() - A_MONTH
            )
        ],
        request_key=ids.token(),
        fault=fault,
        given=request.form,
    )
    return page, status


@pages.post("/doorplates")
@entry.permission(roles.ISSUE)
def issue_batch() -> ResponseReturnValue:
    division = request.form.get("division", "")
    try:
        batch = service.issue_batch(
            db(),
            division_code=division,
            doors=_wanted_doors(division),
            actor=actor(),
            request_key=request.form.get("request_key") or None,
        )
        if request.form.get("match"):
            households.assign_matched(
                db(), division_code=division, actor=actor(), why=Why("plates"), batch_id=batch.id
            )
    except SunshineError as fault:
        db().rollback()
        return _batches_page(fault=fault, status=problems.status_of(fault))
    return redirect(f"/console/doorplates/{batch.id}", 303)


def _wanted_doors(division: str) -> int | list[DoorRow]:
    """Read the uploaded list, or else the number that was typed."""
    upload = request.files.get("doors")
    if upload is not None and upload.filename:
        content = upload.read()
        return service.read_door_list(db(), division_code=division, content=content)
    count = request.form.get("count", "").strip()
    if not count.isdecimal() or len(count) > 6:
        raise BadCount("请填数量（1 到 200000），或者上传门牌清单。")
    return int(count)


@pages.get("/doorplates/<int:batch_id>")
@entry.permission(roles.ISSUE)
def show_batch(batch_id: int) -> ResponseReturnValue:
    batch = queries.get_batch(db(), batch_id)
    actor().require(roles.ISSUE, division_code=batch.division_code)
    counts = queries.count_of_batch(db(), batch_id)
    return render_template(
        "console/batch.html",
        batch=batch,
        lineage=places.lineage(db(), batch.division_code),
        created_at=clock.local(batch.created_at),
        states=[(NAMES[State(state)], counts[state]) for state in State if state in counts],
        sheets=[_progress(sheet) for sheet in queries.sheets_of_batch(db(), batch_id)],
        may_print=actor().may(roles.PRINT, division_code=batch.division_code),
    )


@pages.post("/doorplates/<int:batch_id>/sheets")
@entry.permission(roles.PRINT)
def request_sheet(batch_id: int) -> ResponseReturnValue:
    chosen = {name: request.form.get(name) for name in ("size", "ground", "paper")}
    allowed = {"size": get_args(Size), "ground": get_args(Ground), "paper": get_args(Paper)}
    if any(chosen[name] not in allowed[name] for name in allowed):
        raise Invalid("请选择门牌大小、底色和纸张。")
    wanted = SheetIn.model_validate(chosen)
    service.request_sheet(db(), batch_id=batch_id, wanted=wanted, actor=actor())
    return redirect(f"/console/doorplates/{batch_id}", 303)


@pages.get("/sheets/<int:sheet_id>/progress")
@entry.permission(roles.PRINT)
def sheet_progress(sheet_id: int) -> ResponseReturnValue:
    return _progress(service.sheet_for(db(), sheet_id=sheet_id, actor=actor()))


@pages.get("/sheets/<int:sheet_id>/<any('plates.pdf', 'manifest.csv'):kind>")
@entry.permission(roles.PRINT)
def download(sheet_id: int, kind: str) -> ResponseReturnValue:
    sheet = service.sheet_for(db(), sheet_id=sheet_id, actor=actor())
    pdf, manifest = service.sheet_files(sheet, files_dir=current_app.config["FILES_DIR"])
    file = {"plates.pdf": pdf, "manifest.csv": manifest}[kind]
    name = f"doorplates-{sheet.batch_id}-{sheet.id}{file.suffix}"
    return downloads.send(file, name=name)


def _progress(sheet: Sheet) -> dict[str, object]:
    return {
        "id": sheet.id,
        "state": sheet.state,
        "size": sheet.size,
        "ground": sheet.ground,
        "paper": sheet.paper,
        "drawn": sheet.drawn,
        "plates": sheet.plates,
        "pages": sheet.pages,
        "fault": sheet.fault,
    }


@pages.get("/plates/<string:code>")
@entry.permission(roles.INSTALL)
def show_plate(code: str) -> ResponseReturnValue:
    view = queries.find(db(), code)
    actor().require(roles.INSTALL, division_code=view.division_code)
    following = FOLLOWING[view.state]
    may_end = actor().may(roles.REVOKE, division_code=view.division_code)
    return render_template(
        "console/plate.html",
        plate=view,
        code_display=codes.in_groups(view.code),
        lineage=places.lineage(db(), view.division_code),
        # A group keeps its code when its village is merged into another.
        group=places.get(db(), view.group_code).short_name if view.group_code else view.group_label,
        state_name=NAMES[view.state],
        events=[
            {
                "at": clock.local(event.at),
                "from": NAMES[State(event.from_state)],
                "to": NAMES[State(event.to_state)],
                "actor": event.actor_name,
                "reason": event.reason,
            }
            for event in queries.events(db(), view.id)
        ],
        reports=[
            {"kind": REPORTS[report.kind], "on": report.reported_on}
            for report in queries.reports(db(), view.id)
        ],
        scans=queries.scans(db(), view.id, since=clock.today() - A_MONTH),
        may_install=State.INSTALLED in following,
        may_report=State.DAMAGED in following,
        may_replace=may_end and State.REPLACED in following,
        may_revoke=may_end and State.REVOKED in following,
    )


@pages.post("/plates/<string:code>/installation")
@entry.permission(roles.INSTALL)
def install(code: str) -> ResponseReturnValue:
    service.install(db(), code=code, actor=actor())
    return redirect(f"/console/plates/{code}", 303)


@pages.post("/plates/<string:code>/<any(damage, revocation, replacement):act>")
@entry.permission(roles.INSTALL)
def change(code: str, act: str) -> ResponseReturnValue:
    acts = {
        "damage": service.report_damage,
        "revocation": service.revoke,
        "replacement": service.replace,
    }
    view = acts[act](db(), code=code, reason=request.form.get("reason", ""), actor=actor())
    return redirect(f"/console/plates/{view.code}", 303)
