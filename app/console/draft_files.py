"""Files of a draft: uploaded, looked into, taken off, and the passages that were found in one."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.attachments.models import Attachment
from app.attachments.words import shown
from app.console import file_shapes
from app.console.drafts import draft_page
from app.disclosure import file_gate, queries, service
from app.disclosure.errors import FileNotOfDraft
from app.disclosure.models import Draft
from app.disclosure.service.desk import text_hash
from app.gateways import choosing
from app.identity import roles
from app.kernel.errors import Forbidden, SunshineError
from app.screening import service as screening
from app.web import entry, forms, uploads
from app.web.flask_app import actor, db

MOST_SHOWN = 200
pages = Blueprint("console_draft_files", __name__, url_prefix="/console/drafts")
pages.before_request(uploads.allow_big)
pages.before_request(forms.protect)


@pages.post("/<int:draft_id>/files")
@entry.permission(roles.PUBLISH)
def attach(draft_id: int) -> ResponseReturnValue:
    """Keep each file for itself: one that is refused does not keep the others out."""
    queries.get_draft(db(), draft_id, actor=actor())
    given = [one for one in request.files.getlist("files") if one.filename]
    refused = [] if given else ["请选择要上传的文件。"]
    for number, one in enumerate(given, start=1):
        try:
            with db().begin_nested():
                service.attach(
                    db(),
                    draft_id=draft_id,
                    name=one.filename or "",
                    content=one.read(),
                    storage=choosing.storage_of(current_app.extensions),
                    actor=actor(),
                )
        except Forbidden:
            raise
        except SunshineError as fault:
            refused.append(f"第 {number} 个文件：{fault.sentence}")
    if refused:
        return draft_page(queries.get_draft(db(), draft_id, actor=actor()), refused=refused)
    return redirect(f"/console/drafts/{draft_id}#files", 303)


@pages.post("/<int:draft_id>/files/<int:attachment_id>/removal")
@entry.permission(roles.PUBLISH)
def detach(draft_id: int, attachment_id: int) -> ResponseReturnValue:
    queries.get_draft(db(), draft_id, actor=actor())
    try:
        service.detach(db(), draft_id=draft_id, attachment_id=attachment_id, actor=actor())
    except SunshineError as fault:
        db().rollback()
        return draft_page(queries.get_draft(db(), draft_id, actor=actor()), fault=fault)
    return redirect(f"/console/drafts/{draft_id}#files", 303)


@pages.get("/<int:draft_id>/files/progress")
@entry.permission(*queries.DESK)
def progress(draft_id: int) -> ResponseReturnValue:
    """Tell how many files of a draft were looked into, as the progress bar reads it."""
    files = file_shapes.of_draft(queries.get_draft(db(), draft_id, actor=actor()))
    waiting = sum(one["is_waiting"] for one in files)
    state = "drawing" if waiting else "ready"
    return jsonify(plates=len(files), drawn=len(files) - waiting, state=state)


@pages.get("/<int:draft_id>/files/<int:attachment_id>")
@entry.permission(*queries.DESK)
def passages(draft_id: int, attachment_id: int) -> ResponseReturnValue:
    """Read a file anew, and show the passages themselves: nothing of them is kept anywhere."""
    draft = queries.get_draft(db(), draft_id, actor=actor())
    file = _file_of(draft, attachment_id)
    content = choosing.storage_of(current_app.extensions).get(file.storage_key)
    excerpts = screening.show_file(db(), content)
    return render_template(
        "console/draft_file.html",
        draft=draft,
        file=shown(file),
        excerpts=excerpts[:MOST_SHOWN],
        more=len(excerpts) - MOST_SHOWN,
        in_name=[one for one in _found(draft, file) if one.where == file_gate.NAME],
        stands={(one.where, one.finding) for one in _found(draft, file) if one.stands},
    )


def _file_of(draft: Draft, attachment_id: int) -> Attachment:
    for one in queries.draft_files(db(), draft.id):
        if one.id == attachment_id:
            return one
    raise FileNotOfDraft


def _found(draft: Draft, file: Attachment) -> list[file_gate.FoundInFile]:
    found = file_gate.look(db(), draft, text_hash=text_hash(db(), draft))
    return [one for one in found if one.file.id == file.id]
