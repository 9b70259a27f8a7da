"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.kernel import migrate
from app.web import entry
from app.web.flask_app import db

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@entry.public
def alive() -> ResponseReturnValue:
    return {"status": "alive"}


@pages.get("/readyz")
@entry.public
def ready() -> ResponseReturnValue:
    """Answer 200 where PostgreSQL answers and its schema is the one this release expects."""
    try:
        revision = db().scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return {"status": "database unreachable"}, 503
    expected = migrate.newest_revision()
    status = "ready" if revision == expected else "migrations pending"
    body = {"status": status, "revision": revision, "expected": expected}
    return body, 200 if revision == expected else 503
