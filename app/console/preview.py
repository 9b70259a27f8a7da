"""A text as the phone will show it, before anybody else sees it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.disclosure import markdown
from app.disclosure.schemas import BODY, TITLE
from app.identity import roles
from app.kernel.errors import Invalid
from app.web import entry, forms

pages = Blueprint("console_preview", __name__, url_prefix="/console/preview")
pages.before_request(forms.protect)


@pages.post("")
@entry.permission(roles.PUBLISH, roles.REVIEW_FIRST, roles.REVIEW_SECOND, roles.REVIEW_FINAL)
def show_preview() -> ResponseReturnValue:
    """Draw the field that `preview` names; `bare` leaves out the page around the phone."""
    text = request.form.get(request.form.get("preview", "text"), "")
    if len(text) > BODY:
        raise Invalid("正文太长，最多 10 万字，请分成几条公开。")
    inner = render_template(
        "console/preview_phone.html",
        html=markdown.to_html(text),
        title=request.form.get("title", "")[:TITLE],
    )
    if request.form.get("bare"):
        return inner
    return render_template("console/preview.html", inner=inner)
