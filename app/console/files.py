"""Files before they are published, and after they were withdrawn: for staff of their place."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from app.attachments import queries
from app.gateways import choosing
from app.web import downloads, entry
from app.web.flask_app import actor, db

pages = Blueprint("console_files", __name__, url_prefix="/console/files")


@pages.get("/<int:file_id>")
@entry.permission(*queries.SEES)
def show_file(file_id: int) -> ResponseReturnValue:
    found = queries.get_for_staff(db(), file_id, actor=actor())
    content = choosing.storage_of(current_app.extensions).get(found.storage_key)
    facts = downloads.Facts(
        found.name, found.media_type, tag=found.sha256, inline=found.kind == "image"
    )
    return downloads.answer(content, facts, everyone=False)
