"""Plates as JSON: looked up by anyone, issued, printed and changed with a staff token."""

from __future__ import annotations

from flask import Response, current_app, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from app.doorplates import queries, service
from app.doorplates.errors import DoorRowsRefused, PlateNotFound
from app.doorplates.models import Batch, Sheet
from app.doorplates.schemas import (
    BatchIn,
    BatchOut,
    DoorRow,
    PlateOut,
    PlatesOut,
    PlateView,
    ReasonIn,
    ReportIn,
    ScannedOut,
    SheetIn,
    SheetOut,
)
from app.doorplates.states import SCANNER_NOTES
from app.identity import roles
from app.kernel.errors import Invalid
from app.places import queries as places
from app.web import caching, downloads, entry, idempotency, throttle
from app.web.flask_app import actor, db
from app.web.problems import RESPONSES

api = APIBlueprint(
    "doorplates_api",
    __name__,
    url_prefix="/api/v1/doorplates",
    abp_tags=[Tag(name="doorplates")],
    abp_responses=RESPONSES,
)
BEARER: list[dict[str, list[str]]] = [{"bearer": []}]


class CodePath(BaseModel):
    code: str = Field(max_length=40)


class BatchPath(BaseModel):
    batch_id: int = Field(ge=1, lt=2**63)


class SheetPath(BaseModel):
    sheet_id: int = Field(ge=1, lt=2**63)


class PlatesQuery(BaseModel):
    after: int = Field(default=0, ge=0, lt=2**63)
    limit: int = Field(default=500, ge=1, le=1000)


@api.get("/<string:code>", responses={200: ScannedOut}, summary="What anyone may know of a plate")
@entry.public
def look_up(path: CodePath) -> ScannedOut:
    try:
        view = queries.find_scanned(db(), path.code)
    except PlateNotFound:
        throttle.of(current_app).count_miss(request.remote_addr or "")
        raise
    answer = _scanned_out(view)
    caching.share(answer.division_code, plate_code=view.code)
    return answer


@api.post("/<string:code>/reports", responses={204: None}, summary="Report a damaged plate")
@entry.public
def report(path: CodePath, body: ReportIn) -> tuple[str, int]:
    throttle.of(current_app).count("report", request.remote_addr or "", per_minute=20)
    service.report(db(), code=path.code, kind=body.kind)
    return "", 204


@api.post("/batches", responses={201: BatchOut}, security=BEARER, summary="Issue plates")
@entry.permission(roles.ISSUE)
@idempotency.keyed
def issue_batch(body: BatchIn) -> tuple[BatchOut, int]:
    if (body.count is None) == (body.doors is None):
        raise Invalid("count 和 doors 要填一个，也只能填一个。")
    if body.count is not None:
        doors: int | list[DoorRow] = body.count
    else:
        lines: list[tuple[int, str]] = []
        doors = service.match_groups(
            db(),
            division_code=body.division_code,
            records=[(n, door.model_dump()) for n, door in enumerate(body.doors or (), start=1)],
            lines=lines,
        )
        if lines:
            raise DoorRowsRefused(lines=lines)
    batch = service.issue_batch(db(), division_code=body.division_code, doors=doors, actor=actor())
    return _batch_out(batch), 201


@api.get("/batches/<int:batch_id>", responses={200: BatchOut}, security=BEARER)
@entry.permission(roles.ISSUE)
def show_batch(path: BatchPath) -> BatchOut:
    batch = queries.get_batch(db(), path.batch_id)
    actor().require(roles.ISSUE, division_code=batch.division_code)
    return _batch_out(batch)


@api.get("/batches/<int:batch_id>/plates", responses={200: PlatesOut}, security=BEARER)
@entry.permission(roles.ISSUE)
def list_plates(path: BatchPath, query: PlatesQuery) -> PlatesOut:
    batch = queries.get_batch(db(), path.batch_id)
    actor().require(roles.ISSUE, division_code=batch.division_code)
    views = queries.plates_of_batch(db(), batch.id, after=query.after, limit=query.limit)
    return PlatesOut(
        plates=[_plate_out(view) for view in views],
        next_after=views[-1].id if len(views) == query.limit else None,
    )


@api.post("/batches/<int:batch_id>/sheets", responses={202: SheetOut}, security=BEARER)
@entry.permission(roles.PRINT)
def request_sheet(path: BatchPath, body: SheetIn) -> tuple[SheetOut, int]:
    sheet = service.request_sheet(db(), batch_id=path.batch_id, wanted=body, actor=actor())
    return _sheet_out(sheet), 202


@api.get("/sheets/<int:sheet_id>", responses={200: SheetOut}, security=BEARER)
@entry.permission(roles.PRINT)
def show_sheet(path: SheetPath) -> SheetOut:
    return _sheet_out(service.sheet_for(db(), sheet_id=path.sheet_id, actor=actor()))


@api.get(
    "/sheets/<int:sheet_id>/plates.pdf",
    responses={200: {"content": {"application/pdf": {}}}},
    security=BEARER,
    summary="The finished PDF",
)
@entry.permission(roles.PRINT)
def download_pdf(path: SheetPath) -> Response:
    sheet = service.sheet_for(db(), sheet_id=path.sheet_id, actor=actor())
    pdf, _manifest = service.sheet_files(sheet, files_dir=current_app.config["FILES_DIR"])
    return downloads.send(pdf, name=f"plates-{sheet.id}.pdf")


@api.get(
    "/sheets/<int:sheet_id>/manifest.csv",
    responses={200: {"content": {"text/csv": {}}}},
    security=BEARER,
    summary="What is on each page",
)
@entry.permission(roles.PRINT)
def download_manifest(path: SheetPath) -> Response:
    sheet = service.sheet_for(db(), sheet_id=path.sheet_id, actor=actor())
    _pdf, manifest = service.sheet_files(sheet, files_dir=current_app.config["FILES_DIR"])
    return downloads.send(manifest, name=f"plates-{sheet.id}.csv")


@api.post("/<string:code>/installation", responses={200: PlateOut}, security=BEARER)
@entry.permission(roles.INSTALL)
def install(path: CodePath) -> PlateOut:
    return _plate_out(service.install(db(), code=path.code, actor=actor()))


@api.post("/<string:code>/damage", responses={200: PlateOut}, security=BEARER)
@entry.permission(roles.INSTALL)
def note_damage(path: CodePath, body: ReasonIn) -> PlateOut:
    view = service.report_damage(db(), code=path.code, reason=body.reason, actor=actor())
    return _plate_out(view)


@api.post("/<string:code>/revocation", responses={200: PlateOut}, security=BEARER)
@entry.permission(roles.REVOKE)
def revoke(path: CodePath, body: ReasonIn) -> PlateOut:
    view = service.revoke(db(), code=path.code, reason=body.reason, actor=actor())
    return _plate_out(view)


@api.post(
    "/<string:code>/replacement",
    responses={201: PlateOut},
    security=BEARER,
    summary="Give the door a new plate; the answer is the new one",
)
@entry.permission(roles.REVOKE)
@idempotency.keyed
def replace(path: CodePath, body: ReasonIn) -> tuple[PlateOut, int]:
    view = service.replace(db(), code=path.code, reason=body.reason, actor=actor())
    return _plate_out(view), 201


def _batch_out(batch: Batch) -> BatchOut:
    return BatchOut(
        id=batch.id,
        division_code=batch.division_code,
        plates=batch.plates,
        created_at=batch.created_at,
    )


def _plate_out(view: PlateView) -> PlateOut:
    return PlateOut(
        code=view.code,
        serial=view.serial,
        state=view.state,
        group=view.group_code or view.group_label,
        house_number=view.house_number,
    )


def _sheet_out(sheet: Sheet) -> SheetOut:
    return SheetOut.model_validate(sheet, from_attributes=True)


def _scanned_out(view: PlateView) -> ScannedOut:
    # The village of the door, not of its group: a group keeps its code when villages are merged.
    village = places.get(db(), view.division_code)
    group = places.get(db(), view.group_code).short_name if view.group_code else view.group_label
    return ScannedOut(
        code=view.code,
        state=view.state,
        note=SCANNER_NOTES[view.state],
        division_code=view.division_code,
        village=village.short_name,
        group=group or None,
        page_url=f"{current_app.config['BASE_URL']}/v/{view.division_code}",
    )
