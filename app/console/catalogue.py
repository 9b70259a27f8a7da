"""The standard catalogue: fields and versions, entries to look through, upload with a dry run."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from app.catalogue import queries, service
from app.catalogue.errors import BadDate, FieldUnknown, ImportRefused
from app.catalogue.models import Kind, LowerPlaces
from app.catalogue.schemas import FieldIn, Plan
from app.catalogue.words import KINDS, LEVELS, LOWER, METHODS, VERSION_STATES, cadence
from app.households.rosters.errors import FileRefused
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.web import csv_files, entry, forms, problems
from app.web.flask_app import actor, db

pages = Blueprint("console_catalogue", __name__, url_prefix="/console/catalogue")
pages.before_request(forms.protect)


@pages.get("")
@entry.permission(roles.PUBLISH, roles.CATALOGUE)
def show() -> ResponseReturnValue:
    return _page()


def _page(
    *, fault: SunshineError | None = None, plan: Plan | None = None, status: int = 200
) -> ResponseReturnValue:
    asked = _asked()
    skip = _number(request.args.get("skip", ""))
    found = queries.search(db(), **asked, skip=skip)
    page = render_template(
        "console/catalogue.html",
        entries=found[: queries.PAGE],
        following=skip + queries.PAGE if len(found) > queries.PAGE else None,
        skip=skip,
        asked=asked,
        versions=queries.versions(db()),
        entry_counts=queries.entry_counts(db()),
        states=VERSION_STATES,
        kinds=KINDS,
        levels=LEVELS,
        lower=LOWER,
        cadence=cadence,
        fields={**_known(), **queries.fields(db())},
        may_keep=_may_keep(),
        given=request.form,
        fault=fault,
        lines=fault.facts.get("lines", []) if fault else [],
        plan=plan,
    )
    return page, status


def _asked() -> dict[str, Any]:
    kind, sort = request.args.get("kind", ""), request.args.get("sort", "")
    return {
        "field_code": request.args.get("field", "")[:40],
        "kind": kind if kind in set(Kind) else "",
        "words": request.args.get("words", "").strip()[:50],
        "sort": sort if sort in queries.SORTS else "seq",
    }


@pages.get("/entries.csv")
@entry.permission(roles.PUBLISH, roles.CATALOGUE)
def export() -> ResponseReturnValue:
    heading = (
        *("领域", "序号", "一级事项", "二级事项", "公开内容", "公开依据", "公开时限", "公开主体"),
        *("公开渠道和载体", "公开对象", "公开方式", "公开层级"),
    )
    rows = (
        (
            version.field_name,
            one.seq,
            *(one.category, one.item, one.content, one.legal_basis, one.term_text),
            *(one.publisher, "、".join(one.channels)),
            "全社会" if one.audience == "public" else "特定群众",
            METHODS[one.method],
            LEVELS[one.level],
        )
        for one, version in queries.search(db(), **_asked(), limit=None)
    )
    return csv_files.answer(heading, rows, name="catalogue.csv")


@pages.post("")
@entry.permission(roles.CATALOGUE)
def upload() -> ResponseReturnValue:
    file = request.files.get("file")
    plan = None
    try:
        field = _field()
        if file is None or not file.filename:
            raise FileRefused("请选择要上传的目录文件。")
        content = file.read()
        plan = service.dry_run(db(), field=field, content=content)
        version = service.import_draft(
            db(),
            field=field,
            content=content,
            file_name=file.filename,
            county_code=_county(),
            actor=actor(),
        )
    except (FileRefused, FieldUnknown, ImportRefused) as fault:
        db().rollback()
        return _page(fault=fault, plan=plan, status=problems.status_of(fault))
    return redirect(f"/console/catalogue/versions/{version.id}", 303)


def _field() -> FieldIn:
    code, name = request.form.get("field", ""), request.form.get("name", "").strip()
    if code == "new":
        code = request.form.get("code", "").strip()
    known = service.known_fields().get(code)
    try:
        return FieldIn(
            code=code,
            name=name or (known.name if known else queries.fields(db()).get(code, "")),
            lower_places=LowerPlaces(
                request.form.get("lower_places")
                or (known.lower_places if known else LowerPlaces.TOWNSHIPS)
            ),
        )
    except (ValidationError, ValueError):
        raise FieldUnknown from None


@pages.get("/versions/<int:version_id>")
@entry.permission(roles.PUBLISH, roles.CATALOGUE)
def show_version(version_id: int) -> ResponseReturnValue:
    return _version_page(version_id)


def _version_page(version_id: int, *, fault: SunshineError | None = None) -> ResponseReturnValue:
    version = queries.get_version(db(), version_id)
    page = render_template(
        "console/catalogue_version.html",
        version=version,
        entries=queries.entries_of(db(), version_id),
        changes=queries.compare_version(db(), version) if version.state == "draft" else None,
        states=VERSION_STATES,
        levels=LEVELS,
        lower=LOWER,
        cadence=cadence,
        local=clock.local,
        today=clock.today(),
        may_keep=_may_keep(),
        given=request.form,
        fault=fault,
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/versions/<int:version_id>/force")
@entry.permission(roles.CATALOGUE)
def take_into_force(version_id: int) -> ResponseReturnValue:
    try:
        service.take_into_force(
            db(),
            version_id=version_id,
            effective_from=_date(request.form.get("effective_from", "")),
            county_code=_county(),
            actor=actor(),
        )
    except BadDate as fault:
        db().rollback()
        return _version_page(version_id, fault=fault)
    return redirect(f"/console/catalogue/versions/{version_id}", 303)


@pages.post("/versions/<int:version_id>/discard")
@entry.permission(roles.CATALOGUE)
def discard(version_id: int) -> ResponseReturnValue:
    service.discard(db(), version_id=version_id, county_code=_county(), actor=actor())
    return redirect("/console/catalogue", 303)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadDate from None


def _may_keep() -> bool:
    return actor().may(roles.CATALOGUE, division_code=_county())


def _county() -> str:
    county: str = current_app.config["COUNTY_CODE"]
    return county


def _known() -> dict[str, str]:
    return {code: field.name for code, field in service.known_fields().items()}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
