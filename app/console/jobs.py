"""Work in the background that failed, with its reason, and the way to try it again."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from app.identity import roles
from app.kernel import outbox
from app.web import entry, forms
from app.web.flask_app import db

pages = Blueprint("console_jobs", __name__, url_prefix="/console")
pages.before_request(forms.protect)


@pages.get("/jobs")
@entry.permission(roles.JOBS)
def list_jobs() -> ResponseReturnValue:
    return render_template(
        "console/jobs.html", counts=outbox.counts(db()), failed=outbox.list_failed(db())
    )


@pages.post("/jobs/<int:row_id>/retry")
@entry.permission(roles.JOBS)
def retry(row_id: int) -> ResponseReturnValue:
    outbox.retry(db(), row_id=row_id)
    return redirect("/console/jobs", 303)
