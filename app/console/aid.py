"""Aid lists at work: those of one's places, a file on its way in, the draft it becomes."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.aid import queries, service
from app.aid.errors import FileWanted, KindNotFound, LeavingOutWanted
from app.aid.models import AidKind, AidUpload
from app.aid.schemas import Period, UploadIn
from app.aid.words import KINDS
from app.console import aid_shapes as shapes
from app.console import draft_shapes
from app.console.listing import Listing
from app.disclosure import queries as disclosure
from app.disclosure import service as disclosing
from app.disclosure import words
from app.disclosure.schemas import DraftIn
from app.identity import roles
from app.kernel import clock, money
from app.kernel.errors import SunshineError
from app.places import queries as places
from app.web import csv_files, entry, forms, problems, uploads
from app.web.flask_app import actor, db

STATES = {"draft": "还没有公开", "published": "公开过", "erased": "名单已清除"}
SORTS = {"newest": "最近建立在前", "period": "按期间", "place": "按地方", "amount": "按金额"}

pages = Blueprint("console_aid", __name__, url_prefix="/console/aid")
pages.before_request(uploads.allow_big)
pages.before_request(forms.protect)


@pages.get("/", strict_slashes=False)
@entry.permission(roles.PUBLISH)
def show_all() -> ResponseReturnValue:
    listing = Listing.read(("kind", "state", "place", "period", "sort"))
    if listing.as_csv:
        return _file(listing)
    return _list_page(listing)


def _list_page(listing: Listing, fault: SunshineError | None = None) -> tuple[str, int]:
    found = queries.heads(
        db(), actor=actor(), wanted=listing.wanted, offset=listing.offset, limit=listing.limit
    )
    page = render_template(
        "console/aid.html",
        lists=found,
        drafts=disclosure.drafts_of_lists(db(), [one.id for one in found]),
        listing=listing,
        kinds=queries.kinds(db()),
        kind_names=KINDS,
        states=STATES,
        sorts=SORTS,
        draft_states=words.STATES,
        endings=words.ENDINGS,
        money=money.show,
        given=request.form,
        this_month=f"{clock.today():%Y-%m}",
        fault=fault,
        **draft_shapes.choices(),
    )
    return page, problems.status_of(fault) if fault else 200


def _file(listing: Listing) -> ResponseReturnValue:
    """Give the heads of the lists as a file; no row of a list ever stands in one."""
    found = queries.heads(
        db(), actor=actor(), wanted=listing.wanted, offset=listing.offset, limit=listing.limit
    )
    headings = (
        "编号",
        "种类",
        "期间",
        "地方",
        "公开单位",
        "户数",
        "人数",
        "金额",
        "公开",
        "异议期到",
    )
    rows = [
        (
            one.id,
            one.kind_name,
            one.period,
            one.place,
            one.office or "",
            one.row_count,
            one.member_count,
            money.show(one.total_fen),
            one.published_on or "",
            one.objections_until or "",
        )
        for one in found
    ]
    return csv_files.answer(headings, rows, name="aid-lists.csv")


@pages.post("/uploads")
@entry.permission(roles.PUBLISH)
def upload() -> ResponseReturnValue:
    try:
        row = service.upload(db(), wanted=_wanted(), actor=actor())
    except SunshineError as fault:
        db().rollback()
        return _list_page(Listing.read(()), fault)
    return redirect(f"/console/aid/uploads/{row.id}", 303)


def _wanted() -> UploadIn:
    file = request.files.get("list")
    office = request.form.get("organisation_id", "")
    if not request.form.get("kind"):
        raise KindNotFound
    if file is None or not file.filename:
        raise FileWanted
    return UploadIn(
        kind=request.form["kind"],
        division_code=request.form.get("division_code", ""),
        organisation_id=int(office) if office.isdecimal() and len(office) < 18 else None,
        period=Period.parse(request.form.get("period", "")),
        content=file.read(),
    )


@pages.get("/uploads/<int:upload_id>")
@entry.permission(roles.PUBLISH)
def show_upload(upload_id: int) -> ResponseReturnValue:
    return _page(service.own(db(), upload_id, actor=actor()))


def _page(row: AidUpload, fault: SunshineError | None = None) -> ResponseReturnValue:
    """Show the step an upload is at: its columns, or the dry run."""
    kind = db().get_one(AidKind, row.kind_id)
    place = places.get(db(), row.division_code)
    facts = {
        "row": row,
        "kind": kind,
        "place": place,
        "period": Period.parse(row.period).chinese,
        "fault": fault,
    }
    status = problems.status_of(fault) if fault else 200
    if row.plan_sealed is None:
        stopped = fault.facts["places"] if isinstance(fault, LeavingOutWanted) else []
        chosen = _columns() if request.form else None
        page = shapes.mapping_of(row, kind, chosen)
        return render_template("console/aid_mapping.html", **page, **facts, stopped=stopped), status
    plan = service.plan_of(db(), row)
    page = shapes.plan_of(row, plan)
    page |= {"topics": disclosure.topics(db()), "topic": request.form.get("topic", kind.topic_code)}
    return render_template("console/aid_plan.html", **page, **facts), status


def _columns() -> dict[int, str]:
    return {
        int(found[1]): field
        for name, field in request.form.items()
        if (found := re.fullmatch(r"column-(\d{1,3})", name))
    }


@pages.post("/uploads/<int:upload_id>/mapping")
@entry.permission(roles.PUBLISH)
def set_mapping(upload_id: int) -> ResponseReturnValue:
    leave_out = request.form.get("leave_out") == "yes"
    try:
        service.set_mapping(db(), upload_id, columns=_columns(), leave_out=leave_out, actor=actor())
    except SunshineError as fault:
        db().rollback()
        row = service.own(db(), upload_id, actor=actor())
        if row.plan_sealed is not None:
            raise
        return _page(row, fault)
    return redirect(f"/console/aid/uploads/{upload_id}", 303)


@pages.post("/uploads/<int:upload_id>/list")
@entry.permission(roles.PUBLISH)
def use(upload_id: int) -> ResponseReturnValue:
    """Make a list of an upload, and a draft around it that its author may go on with."""
    row = service.own(db(), upload_id, actor=actor())
    plan = service.plan_of(db(), row)
    kind = db().get_one(AidKind, row.kind_id)
    place = places.get(db(), row.division_code).short_name
    said = shapes.body_of(place, kind, row, plan)
    try:
        made = service.use(db(), upload_id, actor=actor())
        wanted = DraftIn(
            division_code=made.division_code,
            topic=request.form.get("topic", kind.topic_code)[:40],
            organisation_id=made.organisation_id,
            title=said["title"][:120],
            body_markdown=said["body"],
            formed_on=clock.today(),
            expires_on=clock.today() + timedelta(days=kind.shown_days),
        )
        draft = disclosing.create_draft(db(), wanted=wanted, actor=actor(), aid_list_id=made.id)
    except SunshineError as fault:
        db().rollback()
        return _page(service.own(db(), upload_id, actor=actor()), fault)
    return redirect(f"/console/drafts/{draft.id}", 303)


@pages.post("/uploads/<int:upload_id>/discard")
@entry.permission(roles.PUBLISH)
def discard(upload_id: int) -> ResponseReturnValue:
    service.discard(db(), upload_id, actor=actor())
    return redirect("/console/aid", 303)
