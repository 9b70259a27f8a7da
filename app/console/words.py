"""The word list: search, sort, add, remove, take home as .csv and bring in."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.screening import queries
from app.screening.errors import WordsRefused
from app.screening.models import ScreeningWord
from app.screening.service import wording
from app.screening.service.wording import COLUMNS, KINDS, WordIn
from app.web import entry, forms, problems
from app.web.flask_app import actor, db

PAGE = 100
MOST_BYTES = 2 * 1024 * 1024
MOST_FAULTS = 50
ORDERS = {"word": "按词语", "kind": "按类别", "added": "最近加入的在前"}

pages = Blueprint("console_words", __name__, url_prefix="/console/words")
pages.before_request(forms.protect)


@pages.get("")
@entry.permission(roles.CATALOGUE)
def list_words() -> ResponseReturnValue:
    return _page()


def _page(*, fault: SunshineError | None = None) -> ResponseReturnValue:
    search, kind, order = _asked()
    start = request.args.get("start", "")
    offset = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    found = queries.words(
        db(), search=search, kind=kind, order=order, offset=offset, limit=PAGE + 1
    )
    lines = fault.facts.get("lines") if fault else None
    page = render_template(
        "console/words.html",
        words=[_shown(one) for one in found[:PAGE]],
        counts=queries.count(db()),
        kinds=KINDS,
        orders=ORDERS,
        wanted={"search": search, "kind": kind, "order": order},
        before=max(offset - PAGE, 0) if offset else None,
        following=offset + PAGE if len(found) > PAGE else None,
        may_edit=actor().may(roles.CATALOGUE, division_code=_county()),
        given=request.form,
        fault=fault,
        faults=lines[:MOST_FAULTS] if isinstance(lines, list) else [],
    )
    return page, problems.status_of(fault) if fault else 200


def _asked() -> tuple[str, str, str]:
    """Read which words are asked for and in which order."""
    kind, order = request.args.get("kind", ""), request.args.get("order", "")
    search = request.args.get("search", "").strip()[:50]
    return search, kind if kind in KINDS else "", order if order in ORDERS else "word"


def _shown(word: ScreeningWord) -> dict[str, object]:
    return {
        "id": word.id,
        "kind": KINDS[word.kind],
        "word": word.word,
        "replacement": word.replacement,
        "note": word.note,
        "added_by": word.added_by,
        "added_on": clock.local(word.added_at).date(),
    }


@pages.post("")
@entry.permission(roles.CATALOGUE)
def add_word() -> ResponseReturnValue:
    wanted = WordIn(
        *(request.form.get(name, "") for name in ("kind", "word", "replacement", "note"))
    )
    try:
        wording.add_word(db(), wanted=wanted, county_code=_county(), actor=actor())
    except SunshineError as fault:
        db().rollback()
        return _page(fault=fault)
    return redirect("/console/words?order=added", 303)


@pages.post("/<int:word_id>/removal")
@entry.permission(roles.CATALOGUE)
def remove_word(word_id: int) -> ResponseReturnValue:
    wording.remove_word(db(), word_id=word_id, county_code=_county(), actor=actor())
    return redirect("/console/words", 303)


@pages.post("/import")
@entry.permission(roles.CATALOGUE)
def import_words() -> ResponseReturnValue:
    file = request.files.get("words")
    try:
        content = file.read(MOST_BYTES + 1) if file is not None else b""
        if len(content) > MOST_BYTES:
            raise WordsRefused("词表文件太大，最多 2 MB。")
        wording.import_words(db(), content=content, county_code=_county(), actor=actor())
    except SunshineError as fault:
        db().rollback()
        return _page(fault=fault)
    return redirect("/console/words?order=added", 303)


@pages.get("/words.csv")
@entry.permission(roles.CATALOGUE)
def export() -> ResponseReturnValue:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    search, kind, order = _asked()
    found = queries.words(db(), search=search, kind=kind, order=order)
    writer.writerows(wording.exported(one) for one in found)
    answer = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="words.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _county() -> str:
    county: str = current_app.config["COUNTY_CODE"]
    return county
