"""A page that lists every call of the API, written from its OpenAPI description."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from app.web import caching, entry
from app.web.flask_app import DEMONSTRATION, SunshineApp

pages = Blueprint("api_docs", __name__)


@pages.get("/api/v1/openapi.json")
@entry.public
def describe() -> ResponseReturnValue:
    caching.share("-")
    return jsonify(_description())


@pages.get("/api/v1/")
@entry.public
def browse() -> ResponseReturnValue:
    caching.share("-")
    return render_template("web/api.html", api=_description())


def _description() -> dict[str, Any]:
    app = current_app
    if not isinstance(app, SunshineApp):
        return {}
    marked = {"x-demonstration": DEMONSTRATION} if app.demo else {}
    return {**app.api_doc, **marked}
