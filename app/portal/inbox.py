"""What a signed-in villager is told, and what became of the questions they asked."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.audit import queries as audit
from app.kernel import clock
from app.notices import queries, service
from app.notices.schemas import Recipient
from app.web import entry, forms, paging
from app.web.flask_app import db, villager

pages = Blueprint("inbox", __name__, url_prefix="/me")
pages.before_request(forms.protect)


@pages.get("/inbox")
@entry.villager
def read_inbox() -> ResponseReturnValue:
    after = paging.decode(request.args.get("cursor"))
    page = queries.page(db(), _me(), after=after)
    return render_template(
        "portal/inbox.html",
        messages=page.messages,
        unread=queries.unread(db(), _me()),
        next=paging.following(page.ends),
        older=after is not None,
        local=clock.local,
    )


@pages.post("/inbox/<int:message_id>/open")
@entry.villager
def open_message(message_id: int) -> ResponseReturnValue:
    message = service.mark_read(db(), _me(), message_id=message_id)
    return redirect(message.link or "/me/inbox", 303)


@pages.post("/inbox/read")
@entry.villager
def mark_all_read() -> ResponseReturnValue:
    service.mark_all_read(db(), _me())
    return redirect("/me/inbox", 303)


@pages.get("/questions")
@entry.villager
def questions() -> ResponseReturnValue:
    asked = audit.questions_of_account(db(), villager().account_id)
    return render_template("portal/questions.html", questions=asked, local=clock.local)


def _me() -> Recipient:
    return Recipient(account_id=villager().account_id)
