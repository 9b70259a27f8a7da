"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.identity import service
from app.identity.errors import SignInRefused
from app.identity.models import TokenKind
from app.web import entry, forms, throttle
from app.web.flask_app import SESSION_COOKIE, db

pages = Blueprint("console_signing_in", __name__, url_prefix="/console")
pages.before_request(forms.protect)
HOME = "/console/"


@pages.get("/sign-in")
@entry.public
def form() -> ResponseReturnValue:
    return render_template("console/sign_in.html", wrong=False, username="")


@pages.post("/sign-in")
@entry.public
def sign_in() -> ResponseReturnValue:
    throttle.of(current_app).count_sign_in(
        request.remote_addr or "", username=request.form.get("username", "").strip()
    )
    try:
        token, expires_at = service.sign_in(
            db(),
            username=request.form.get("username", "").strip(),
            password=request.form.get("password", ""),
            kind=TokenKind.SESSION,
        )
    except SignInRefused:
        page = render_template(
            "console/sign_in.html", wrong=True, username=request.form.get("username", "")
        )
        return page, 401
    response = make_response(redirect(_way_on(request.args.get("next", "")), 303))
    response.set_cookie(
        SESSION_COOKIE,
        token,
        expires=expires_at,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


@pages.post("/sign-out")
@entry.public
def sign_out() -> ResponseReturnValue:
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        service.sign_out(db(), token=token)
    response = make_response(redirect("/console/sign-in", 303))
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax")
    return response


def _way_on(text: str) -> str:
    """Lead on to the page of this site that was asked for, or to where the day begins."""
    try:
        parts = urlsplit(text.replace("\\", "/"))
    except ValueError:
        return HOME
    inside = not parts.scheme and not parts.netloc and parts.path.startswith(("/console/", "/d/"))
    return parts.path if inside else HOME
