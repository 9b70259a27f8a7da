"""Where a working day begins: the first thing this person may do."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.doorplates import codes
from app.identity import roles
from app.web import entry
from app.web.flask_app import actor

pages = Blueprint("console_home", __name__, url_prefix="/console")


@pages.get("/", strict_slashes=False)
@entry.staff
def begin() -> ResponseReturnValue:
    if actor().may_somewhere(roles.ISSUE):
        return redirect("/console/doorplates", 303)
    return render_template(
        "console/home.html",
        may_install=actor().may_somewhere(roles.INSTALL),
        may_publish=actor().may_somewhere(roles.PUBLISH),
        unread=False,
    )


@pages.get("/plates")
@entry.permission(roles.INSTALL)
def find_plate() -> ResponseReturnValue:
    """Lead from a code that was read off a plate and typed to that plate's page."""
    text = request.args.get("code", "").strip()
    code = text if codes.is_valid(text) else codes.read_by_hand(text)
    if code:
        return redirect(f"/console/plates/{code}", 303)
    page = render_template(
        "console/home.html",
        may_install=True,
        may_publish=actor().may_somewhere(roles.PUBLISH),
        unread=True,
    )
    return page, 422
