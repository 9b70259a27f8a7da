"""Forms of staff pages: only this site's own pages may send them."""

from __future__ import annotations

from flask import current_app
from flask_wtf.csrf import CSRFError, CSRFProtect

from app.kernel.errors import Conflict
from app.web import addresses


class FormExpired(Conflict):
    code = "form_expired"
    sentence = "这个页面打开太久了，请返回上一页，刷新后再提交。"


def protect() -> None:
    """Refuse a form that was not written by this site for this browser (`FormExpired`)."""
    guard: CSRFProtect = current_app.extensions["csrf_guard"]
    try:
        guard.protect()
    except CSRFError as error:
        raise FormExpired from error


def way_on(text: str, *, home: str) -> str:
    """Lead on to the page of the workplace or the scanned plate that was asked for, or home."""
    own = addresses.own(text, otherwise=home)
    return own if own.startswith(("/console/", "/d/")) else home
