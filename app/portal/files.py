"""Files that belong to what is published."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from app.attachments import queries
from app.disclosure import queries as disclosure
from app.gateways import choosing
from app.web import downloads, entry
from app.web.flask_app import db

pages = Blueprint("files", __name__)


@pages.get("/files/<int:file_id>/<name>")
@entry.public
def show_file(file_id: int, name: str) -> ResponseReturnValue:
    """Give a file as long as it stands; images are shown, everything else is saved.

    It goes past the cache of pages, which keeps whole bodies in memory.
    """
    found = queries.get_public(db(), file_id, name)
    disclosure.require_shown(db(), file_id)
    facts = downloads.Facts(
        found.name, found.media_type, tag=found.sha256, inline=found.kind == "image"
    )
    if downloads.known(facts):
        return downloads.unchanged(facts, everyone=True)
    content = choosing.storage_of(current_app.extensions).get(found.storage_key)
    return downloads.answer(content, facts, everyone=True)
