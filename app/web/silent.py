"""Signing in silently inside WeChat: for browsers of staff who have bound theirs."""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app, g, request
from werkzeug.wrappers import Response

from app.web.flask_app import SESSION_COOKIE

MARK_COOKIE = f"{SESSION_COOKIE}_bound"  # says nothing but that this browser may be asked
MARKED_FOR = 90 * 24 * 3600  # seconds
WAY = "/console/sign-in/wechat"


def way_in() -> str | None:
    """Give the address that signs this browser in and leads back here; None for all others."""
    asked = g.get("actor") is None and MARK_COOKIE in request.cookies and in_wechat()
    return f"{WAY}?next={quote(request.path)}" if asked else None


def in_wechat() -> bool:
    """Tell whether the page is read inside WeChat."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")


def mark(response: Response) -> None:
    """Remember that this browser's owner has bound WeChat."""
    response.set_cookie(
        MARK_COOKIE,
        "yes",
        max_age=MARKED_FOR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def unmark(response: Response) -> None:
    """Ask this browser no more, so that a sign-in that failed is not tried for ever."""
    response.delete_cookie(MARK_COOKIE, httponly=True, samesite="Lax")
