"""Forms of staff pages: only this site's own pages may send them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app
from flask_wtf.csrf import CSRFError, CSRFProtect

from app.kernel.errors import Conflict


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
    """Lead on to the page of this site that was asked for, or home."""
    try:
        parts = urlsplit(text.replace("\\", "/"))
    except ValueError:
        return home
    inside = not parts.scheme and not parts.netloc and parts.path.startswith(("/console/", "/d/"))
    return parts.path if inside else home
