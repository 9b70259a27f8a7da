"""Signing in, in two steps where the account asks for it, and out."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.identity import queries, service
from app.identity.errors import CodeRefused, SignInPaused, SignInRefused
from app.identity.schemas import Attempt
from app.identity.service import second_factor
from app.kernel.access import Actor
from app.kernel.errors import SunshineError
from app.web import devices, entry, forms, problems, silent, throttle
from app.web.flask_app import SESSION_COOKIE, actor, db, undo

pages = Blueprint("console_signing_in", __name__, url_prefix="/console")
pages.before_request(forms.protect)
HOME = "/console/"
STEPS = {
    "code": "/console/sign-in/code",
    "password": "/console/account/password",
    "enrol": "/console/account/second-factor",
}
"""Where what is still missing is made good."""


@pages.get("/sign-in")
@entry.public
def form() -> ResponseReturnValue:
    return render_template("console/sign_in.html", wrong=False, username="")


@pages.post("/sign-in")
@entry.public
def sign_in() -> ResponseReturnValue:
    username = request.form.get("username", "").strip()
    throttle.of(current_app).count_sign_in(request.remote_addr or "", username=username)
    attempt = Attempt(
        username=username,
        password=request.form.get("password", ""),
        address=throttle.subscriber(request.remote_addr or ""),
        device=devices.family(request.user_agent.string),
    )
    try:
        token, expires_at = service.sign_in(db(), attempt)
    except SignInRefused as refusal:
        undo(refusal)
        return render_template("console/sign_in.html", wrong=True, username=username), 401
    return let_in(token, expires_at)


def let_in(token: str, expires_at: datetime, *, onward: str = "") -> Response:
    """Hand the browser its session, and lead on to what is still missing or was asked for."""
    someone = queries.actor_for_token(db(), token)
    response = make_response(redirect(_step_of(someone) or onward or _asked_for(), 303))
    response.set_cookie(
        SESSION_COOKIE,
        token,
        expires=expires_at,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def _step_of(someone: Actor | None) -> str:
    return step(someone.pending, onward=_asked_for()) if someone and someone.pending else ""


def step(pending: str, *, onward: str) -> str:
    """Give the address where what is missing is made good, and which leads onward from there."""
    return f"{STEPS[pending]}?next={quote(onward)}"


def _asked_for() -> str:
    return forms.way_on(request.args.get("next", ""), home=HOME)


@pages.get("/sign-in/code")
@entry.unfinished_staff
def code_form() -> ResponseReturnValue:
    return _code_page()


def _code_page(fault: SunshineError | None = None) -> ResponseReturnValue:
    page = render_template("console/code.html", fault=fault)
    return page, problems.status_of(fault) if fault else 200


@pages.post("/sign-in/code")
@entry.unfinished_staff
def show_code() -> ResponseReturnValue:
    throttle.of(current_app).count_code(actor().staff_id)
    try:
        second_factor.show(db(), code=request.form.get("code", ""), actor=actor())
    except (CodeRefused, SignInPaused) as refusal:
        undo(refusal)
        return _code_page(refusal)
    someone = queries.actor_for_token(db(), request.cookies.get(SESSION_COOKIE, ""))
    response = make_response(redirect(_step_of(someone) or _asked_for(), 303))
    if silent.in_wechat() and queries.wechat_binding(db(), actor().staff_id or 0):
        silent.mark(response)
    return response


@pages.post("/sign-out")
@entry.public
def sign_out() -> ResponseReturnValue:
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        service.sign_out(db(), token=token)
    response = make_response(redirect("/console/sign-in", 303))
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax")
    silent.unmark(response)  # or the next page read in WeChat would sign in again
    return response


@pages.app_errorhandler(entry.SignInUnfinished)
def go_on(refusal: entry.SignInUnfinished) -> ResponseReturnValue:
    """Lead whoever has not finished signing in to the step that is missing."""
    someone: Actor | None = g.actor
    if request.path.startswith("/api/") or someone is None:
        return problems.refuse(refusal)
    return redirect(step(someone.pending, onward=forms.way_on(request.path, home=HOME)), 303)
