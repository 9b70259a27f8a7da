"""My work: what waits for me at the editorial desk, and what of mine is on its way."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.disclosure import queries, words
from app.identity import roles
from app.kernel import clock
from app.web import entry
from app.web.flask_app import actor, db

pages = Blueprint("console_work", __name__, url_prefix="/console/work")


@pages.get("/", strict_slashes=False)
@entry.permission(*roles.DISCLOSES)
def show() -> ResponseReturnValue:
    return render_template(
        "console/work.html",
        work=queries.work(db(), actor()),
        states=words.STATES,
        may_write=actor().may_somewhere(roles.PUBLISH),
        local=clock.local,
    )
