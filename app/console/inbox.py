"""The inbox of staff."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.kernel import clock
from app.kernel.errors import Forbidden
from app.notices import queries, service
from app.notices.schemas import Recipient
from app.web import entry, forms, paging
from app.web.flask_app import actor, db

pages = Blueprint("console_inbox", __name__, url_prefix="/console/inbox")
pages.before_request(forms.protect)


@pages.get("")
@entry.staff
def read_inbox() -> ResponseReturnValue:
    after = paging.decode(request.args.get("cursor"))
    page = queries.page(db(), _me(), after=after)
    return render_template(
        "console/inbox.html",
        messages=page.messages,
        next=paging.following(page.ends),
        older=after is not None,
        local=clock.local,
    )


@pages.post("/<int:message_id>/open")
@entry.staff
def open_message(message_id: int) -> ResponseReturnValue:
    message = service.mark_read(db(), _me(), message_id=message_id)
    return redirect(message.link or "/console/inbox", 303)


@pages.post("/read")
@entry.staff
def mark_all_read() -> ResponseReturnValue:
    service.mark_all_read(db(), _me())
    return redirect("/console/inbox", 303)


def _me() -> Recipient:
    number = actor().staff_id
    if number is None:
        raise Forbidden
    return Recipient(staff_id=number)
