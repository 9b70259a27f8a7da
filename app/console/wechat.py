"""WeChat for staff: bound by somebody who has just shown a code, then signing in silently."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.console.signing_in import HOME, let_in
from app.gateways import choosing
from app.gateways.wechat.protocol import SignedInUser
from app.identity.errors import NoSuchWechat
from app.identity.service import wechat
from app.kernel.errors import Conflict, SunshineError, Unauthenticated
from app.web import devices, entry, forms, problems, silent, states, throttle
from app.web.flask_app import actor, db, undo

pages = Blueprint("console_wechat", __name__, url_prefix="/console")
pages.before_request(forms.protect)
ACCOUNT = "/console/account"
NEXT = "staff_next"  # where the reader was going, kept with the form's own cookie
SIGN_IN, BIND = "staff", "staff-binding"
TRIES_PER_MINUTE = 20


def _to_wechat(back: str, purpose: str) -> ResponseReturnValue:
    gateway = choosing.wechat_of(current_app.extensions)
    if not gateway.serves_pages:
        raise NoSuchWechat("这个平台还没有开通微信登录，请用密码登录。")
    state = states.issue(purpose)
    return redirect(
        gateway.authorize_url(back=f"{current_app.config['BASE_URL']}{back}", state=state), 302
    )


def _who_came_back(purpose: str) -> SignedInUser:
    """Find out whom WeChat sent back to the browser that was sent there."""
    throttle.of(current_app).count(
        "staff-wechat", request.remote_addr or "", per_minute=TRIES_PER_MINUTE
    )
    state = request.args.get("state", "")
    states.verify(state, purpose=purpose)
    gateway = choosing.wechat_of(current_app.extensions)
    user = gateway.exchange_code(request.args.get("code", "")[:512])
    states.take(db(), state, purpose=purpose)
    return user


@pages.get("/sign-in/wechat")
@entry.public
def to_sign_in() -> ResponseReturnValue:
    onward = forms.way_on(request.args.get("next", ""), home=HOME)
    session[NEXT] = onward
    try:
        return _to_wechat("/console/sign-in/wechat/back", SIGN_IN)
    except NoSuchWechat:
        return _away(onward)


def _away(onward: str) -> Response:
    """Lead on without WeChat, and ask it no more.

    A scanned plate shows what everyone sees; a page of the workplace asks for the password.
    """
    response: Response = make_response(redirect(onward, 302))
    silent.unmark(response)
    return response


@pages.get("/sign-in/wechat/back")
@entry.traced
@entry.public
def from_sign_in() -> ResponseReturnValue:
    """Let in whoever has bound this WeChat; a GET that writes, since WeChat redirects."""
    onward = forms.way_on(session.pop(NEXT, ""), home=HOME)
    try:
        user = _who_came_back(SIGN_IN)
        token, expires_at = wechat.sign_in(
            db(), user=user, device=devices.family(request.user_agent.string)
        )
    except SunshineError as refusal:  # whatever it is: who scanned a plate came for its page
        undo(refusal)
        return _away(onward)
    response = let_in(token, expires_at, onward=onward)
    silent.mark(response)
    return response


@pages.app_errorhandler(Unauthenticated)
def ask_wechat(refusal: Unauthenticated) -> ResponseReturnValue:
    """Ask WeChat first who reads a page of the workplace, where the browser is marked."""
    way = silent.way_in() if request.path.startswith("/console/") else None
    if way is None or request.method != "GET" or "/sign-in" in request.path:
        return problems.refuse(refusal)
    return redirect(way, 302)


@pages.get("/account/wechat")
@entry.proved_staff
def to_bind() -> ResponseReturnValue:
    if not silent.in_wechat():
        raise Conflict("请在微信里打开“账号安全”，再点绑定。")
    return _to_wechat("/console/account/wechat/back", BIND)


@pages.get("/account/wechat/back")
@entry.traced
@entry.staff
def from_binding() -> ResponseReturnValue:
    """Bind the WeChat of whoever came back; the state is of a browser that showed a code."""
    wechat.bind(db(), user=_who_came_back(BIND), actor=actor())
    response = make_response(redirect(ACCOUNT, 302))
    silent.mark(response)
    return response


@pages.post("/account/wechat/unbind")
@entry.staff
def unbind() -> ResponseReturnValue:
    wechat.unbind(db(), staff_id=actor().staff_id or 0)
    response = make_response(redirect(ACCOUNT, 303))
    silent.unmark(response)
    return response
