"""How the files of a draft are shown to staff, each with what was found in it."""

from __future__ import annotations

import re
from typing import Any

from flask import request

from app.attachments import words
from app.disclosure import file_gate, markdown, queries
from app.disclosure.errors import FileNotMine
from app.disclosure.file_gate import FoundInFile
from app.disclosure.models import Draft
from app.disclosure.service.desk import text_hash
from app.web.flask_app import db

LISTED = 20
_ADDRESS = re.compile(r'href="/files/(\d+)/[^"]*"')


def of_draft(draft: Draft) -> list[dict[str, Any]]:
    """Shape the files of a draft; what was found in them comes in the order of the file."""
    found = file_gate.look(db(), draft, text_hash=text_hash(db(), draft))
    return [
        {**words.shown(file), **_told([one for one in found if one.file.id == file.id])}
        for file in queries.draft_files(db(), draft.id)
    ]


def _told(found: list[FoundInFile]) -> dict[str, Any]:
    return {
        "found": [(one, ":".join(map(str, one.key))) for one in found],
        "listed": found[:LISTED],
        "blocking": sum(one.blocks for one in found),
        "is_waiting": any(one.is_waiting for one in found),
    }


def body(text: str) -> str:
    """Render a draft's text; links to its files lead to where staff may see them already."""
    return _ADDRESS.sub(r'href="/console/files/\1"', markdown.to_html(text))


def read_numbers() -> list[int]:
    """Read the numbers of images that wait in a form; raises `FileNotMine` for what is none."""
    named = [one for one in request.form.get("files", "").split(",") if one]
    if not all(one.isascii() and one.isdecimal() and len(one) < 19 for one in named):
        raise FileNotMine
    return [int(one) for one in named]
