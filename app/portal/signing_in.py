"""Villagers' sign-in: by WeChat inside WeChat, by a code to the telephone everywhere."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.gateways import choosing
from app.identity.villagers import service
from app.identity.villagers.errors import CodeRefused, SnapshotRefused, WayClosed
from app.identity.villagers.models import IdentityKind, SessionKind, Way
from app.kernel.errors import Invalid, SunshineError, TooMany
from app.portal import phone_codes
from app.web import addresses, entry, forms, problems, states, throttle
from app.web.flask_app import VILLAGER_COOKIE, db, visiting_villager

pages = Blueprint("villagers_signing_in", __name__)
pages.before_request(forms.protect)
PURPOSE = "villager"
NEXT = "next"  # where the reader was going, kept with the form's own cookie
HOME = "/me"
TRIES_PER_MINUTE = 20


@pages.get("/sign-in")
@entry.public
def form() -> ResponseReturnValue:
    if NEXT in request.args:
        session[NEXT] = _inside(request.args[NEXT])
    return _page()


def _page(problem: SunshineError | None = None) -> tuple[str, int]:
    """Show the ways that are open here, with what went wrong before."""
    in_wechat = "MicroMessenger" in request.headers.get("User-Agent", "")
    page = render_template(
        "portal/sign_in.html",
        by_wechat=in_wechat and choosing.wechat_of(current_app.extensions).serves_pages,
        by_phone=choosing.sms_of(current_app.extensions).sends,
        problem=problem.sentence if problem else None,
        after=session.get(NEXT, HOME) != HOME,
    )
    return page, problems.status_of(problem) if problem else 200


@pages.get("/sign-in/wechat")
@entry.public
def to_wechat() -> ResponseReturnValue:
    wechat = choosing.wechat_of(current_app.extensions)
    if not wechat.serves_pages:
        return _page(WayClosed())
    back = f"{current_app.config['BASE_URL']}/sign-in/wechat/callback"
    return redirect(wechat.authorize_url(back=back, state=states.issue(PURPOSE)), 302)


@pages.get("/sign-in/wechat/callback")
@entry.traced
@entry.public
def from_wechat() -> ResponseReturnValue:
    """Let in whoever WeChat sent back; a GET that writes, since WeChat redirects."""
    wechat = choosing.wechat_of(current_app.extensions)
    try:
        _count_try()
        state = request.args.get("state", "")
        states.verify(state, purpose=PURPOSE)
        user = wechat.exchange_code(request.args.get("code", "")[:512])
        states.take(db(), state, purpose=PURPOSE)
        account_id = service.account_of_wechat(db(), user=user, kind=IdentityKind.WECHAT)
    except SnapshotRefused as error:
        return render_template("portal/snapshot.html"), problems.status_of(error)
    except SunshineError as error:
        return _page(error)
    return _let_in(account_id, Way.WECHAT)


@pages.post("/sign-in/phone")
@entry.public
def ask_code() -> ResponseReturnValue:
    try:
        _count_try()
        phone_codes.ask(request.form.get("phone", ""), account_id=None)
    except (Invalid, TooMany, WayClosed) as error:
        return _page(error)
    return redirect("/sign-in/code", 303)


@pages.get("/sign-in/code")
@entry.public
def code_form() -> ResponseReturnValue:
    return phone_codes.page("/sign-in/code", back="/sign-in")


@pages.post("/sign-in/code")
@entry.public
def try_code() -> ResponseReturnValue:
    _count_try()
    phone = phone_codes.proved(request.form.get("code", ""), account_id=None)
    if phone is None:  # the page returns, so that the guess stays counted
        return phone_codes.page("/sign-in/code", back="/sign-in", problem=CodeRefused())
    return _let_in(service.account_of_phone(db(), phone=phone), Way.PHONE)


@pages.post("/sign-out")
@entry.public
def sign_out() -> ResponseReturnValue:
    villager = visiting_villager()
    if villager is not None:
        service.end_session(db(), villager=villager)
    return forget(redirect("/", 303))


def forget(response: Response) -> Response:
    """Take the cookie of a session away."""
    response.delete_cookie(VILLAGER_COOKIE, httponly=True, samesite="Lax")
    return response


def _let_in(account_id: int, way: Way) -> Response:
    """Begin a session, end the one there was, and lead on to where the reader was going."""
    before = visiting_villager()
    if before is not None:
        service.end_session(db(), villager=before)
    token, expires_at = service.begin_session(
        db(), account_id=account_id, kind=SessionKind.WEB, way=way
    )
    response = make_response(redirect(session.pop(NEXT, HOME), 303))
    response.set_cookie(
        VILLAGER_COOKIE,
        token,
        expires=expires_at,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def _count_try() -> None:
    throttle.of(current_app).count(
        "villager-sign-in", request.remote_addr or "", per_minute=TRIES_PER_MINUTE
    )


def _inside(text: str) -> str:
    """Keep a villagers' page to go on to; never the sign-in itself, nor the staff's pages."""
    path = addresses.own(text[:300], otherwise=HOME)
    return HOME if path.startswith(("/sign-in", "/sign-out", "/console", "/api")) else path
