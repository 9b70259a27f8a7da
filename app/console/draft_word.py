"""A Word document read into the form of a draft; nothing of the text is saved by that."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app.console import draft_shapes as shapes
from app.console.drafts import draft_form
from app.disclosure import queries, service
from app.disclosure.errors import BadDraft
from app.disclosure.service.word_import import ReadIn
from app.gateways import choosing
from app.identity import roles
from app.kernel.errors import SunshineError
from app.web import entry, forms, uploads
from app.web.flask_app import actor, db

pages = Blueprint("console_draft_word", __name__, url_prefix="/console/drafts")
pages.before_request(uploads.allow_big)
pages.before_request(forms.protect)


@pages.post("/word")
@entry.permission(roles.PUBLISH)
def read_for_new() -> ResponseReturnValue:
    """Read a document for a draft that was not saved yet."""
    try:
        read = service.read_for_new(
            db(),
            division_code=request.form.get("division_code", "")[:14],
            content=_document(),
            storage=choosing.storage_of(current_app.extensions),
            actor=actor(),
        )
    except SunshineError as fault:
        db().rollback()
        return draft_form(_given(), fault=fault)
    waiting = [request.form.get("files", ""), *map(str, read.file_ids)]
    given = {**_filled(read), "files": ",".join(one for one in waiting if one)}
    return draft_form(given, notes=read.notes)


@pages.post("/<int:draft_id>/word")
@entry.permission(roles.PUBLISH)
def read_for_draft(draft_id: int) -> ResponseReturnValue:
    """Read a document for a draft; its images are files of the draft from now on."""
    draft = queries.get_draft(db(), draft_id, actor=actor())
    try:
        read = service.read_for_draft(
            db(),
            draft_id=draft_id,
            version=shapes.version(),
            content=_document(),
            storage=choosing.storage_of(current_app.extensions),
            actor=actor(),
        )
    except SunshineError as fault:
        db().rollback()
        draft = queries.get_draft(db(), draft_id, actor=actor())
        return draft_form(_given(), draft=draft, fault=fault)
    return draft_form(_filled(read), draft=draft, notes=read.notes)


def _document() -> bytes:
    found = request.files.get("word")
    if found is None or not found.filename:
        raise BadDraft("请选择要读入的 Word 文档（.docx）。")
    return bytes(found.read())


def _given() -> dict[str, str]:
    return dict(request.form.items())


def _filled(read: ReadIn) -> dict[str, str]:
    """Fill the form in as it was typed, with the document below what stands there already."""
    typed = request.form.get("body_markdown", "").replace("\r\n", "\n").strip()
    text = f"{typed}\n\n{read.markdown}" if typed else read.markdown
    return {**_given(), "body_markdown": text}
