"""A member of staff's own account: password, second factor, sessions; and showing a code again."""

from __future__ import annotations

from flask import Blueprint, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.doorplates import symbol
from app.gateways import choosing
from app.identity import queries, service
from app.identity.errors import SessionNotFound
from app.identity.service import passwords, second_factor
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.errors import SunshineError
from app.web import entry, forms, problems, silent, throttle
from app.web.flask_app import actor, db, undo

pages = Blueprint("console_security", __name__, url_prefix="/console")
pages.before_request(forms.protect)
HOME = "/console/account"
ENROL = "/console/account/second-factor"
STEP_UP = ("csrf_token", "step_up_code", "step_up_to", "step_up_again")  # this page's own fields


@pages.get("/account")
@entry.staff
def show() -> ResponseReturnValue:
    me = actor().staff_id or 0
    staff = queries.get(db(), me)
    return render_template(
        "console/account.html",
        staff=staff,
        enrolled_at=clock.local(staff.totp_enrolled_at) if staff.totp_enrolled_at else None,
        codes_left=queries.recovery_codes_left(db(), me),
        wechat=queries.wechat_binding(db(), me),
        in_wechat=silent.in_wechat(),
        wechat_open=choosing.wechat_of(current_app.extensions).serves_pages,
        sessions=[
            {
                "id": one.id,
                "device": one.device or "命令行令牌",
                "program": one.kind == "api",
                "began_at": clock.local(one.created_at),
                "seen_at": clock.local(one.seen_at),
                "own": one.id == actor().session_id,
            }
            for one in queries.sessions_of(db(), me)
        ],
    )


@pages.post("/account/sessions/<int:session_id>/end")
@entry.staff
def end_session(session_id: int) -> ResponseReturnValue:
    if session_id == actor().session_id:
        raise SessionNotFound("这是您现在用的登录，请点右上角“退出”。")
    service.revoke_session(db(), session_id=session_id, actor=actor())
    return redirect(HOME, 303)


@pages.post("/account/sessions/end-others")
@entry.staff
def end_other_sessions() -> ResponseReturnValue:
    service.revoke_others(db(), actor=actor())
    return redirect(HOME, 303)


@pages.get("/account/password")
@entry.unfinished_staff
def password_form() -> ResponseReturnValue:
    _after_the_code()
    return _password_page()


def _after_the_code() -> None:
    """Let nobody past who has a second factor and has not shown it."""
    if actor().pending == "code":
        raise entry.SignInUnfinished


def _password_page(fault: SunshineError | None = None) -> ResponseReturnValue:
    page = render_template(
        "console/password.html",
        fault=fault,
        wanted=actor().pending == "password",
        least=passwords.LENGTH,
        username=actor().name,
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/account/password")
@entry.unfinished_staff
def change_password() -> ResponseReturnValue:
    _after_the_code()
    try:
        service.change_password(
            db(),
            current=request.form.get("current", ""),
            new=request.form.get("new", ""),
            again=request.form.get("again", ""),
            actor=actor(),
        )
    except SunshineError as fault:
        undo(fault)
        return _password_page(fault)
    return redirect(_onward(), 303)


def _onward() -> str:
    return forms.way_on(request.args.get("next", ""), home=HOME)


@pages.get("/account/second-factor")
@entry.unfinished_staff
def enrolment() -> ResponseReturnValue:
    _may_enrol()
    return _enrolment_page()


def _may_enrol() -> None:
    """Let the first enrolment through; another one wants a code of the one before."""
    _after_the_code()
    if actor().pending == "password":
        raise entry.SignInUnfinished
    staff = queries.get(db(), actor().staff_id or 0)
    if staff.totp_enrolled_at is not None and not actor().has_proved(within=entry.FRESH):
        raise entry.StepUpWanted


def _enrolment_page(fault: SunshineError | None = None) -> ResponseReturnValue:
    secret = second_factor.draft(db(), actor=actor())
    address = second_factor.address(
        secret, username=actor().name, issuer=current_app.config["SITE_NAME"]
    )
    page = render_template(
        "console/second_factor.html",
        fault=fault,
        symbol=symbol.svg(address, title="用动态验证码应用扫的二维码"),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        wanted=actor().pending == "enrol",
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/account/second-factor")
@entry.unfinished_staff
def enrol() -> ResponseReturnValue:
    _may_enrol()
    try:
        codes = second_factor.enrol(
            db(),
            code=request.form.get("code", "").replace(" ", ""),
            actor=actor(),
            anew=actor().has_proved(within=entry.FRESH),
        )
    except SunshineError as fault:
        undo(fault)
        return _enrolment_page(fault)
    return _codes_page(codes, enrolled=True)


def _codes_page(codes: list[str], *, enrolled: bool = False) -> ResponseReturnValue:
    return render_template(
        "console/recovery_codes.html", codes=codes, enrolled=enrolled, onward=_onward()
    )


@pages.post("/account/recovery-codes")
@entry.proved_staff
def renew_recovery_codes() -> ResponseReturnValue:
    staff = queries.get(db(), actor().staff_id or 0)
    return _codes_page(second_factor.renew_recovery_codes(db(), staff))


@pages.app_errorhandler(entry.StepUpWanted)
def ask_for_code(refusal: entry.StepUpWanted) -> ResponseReturnValue:
    """Ask for a code, and keep what was typed: it is sent on together with the code."""
    someone: Actor | None = g.actor
    if request.path.startswith("/api/") or someone is None:
        return problems.refuse(refusal)
    again = request.method == "POST"
    asked = request.path if again else request.full_path.rstrip("?")
    return _step_up_page(to=forms.way_on(asked, home=HOME), again=again)


def _step_up_page(
    *, to: str, again: bool, fault: SunshineError | None = None
) -> ResponseReturnValue:
    typed = [
        (name, value)
        for name, values in request.form.lists()
        if again and name not in STEP_UP
        for value in values
    ]
    page = render_template(
        "console/step_up.html",
        to=to,
        again=again,
        typed=typed,
        fault=fault,
        has_files=bool(request.files),
    )
    return page, problems.status_of(fault) if fault else 401


@pages.post("/step-up")
@entry.staff
def step_up() -> ResponseReturnValue:
    """Take a code and lead on; a form that waited for it is sent once more by the browser (307)."""
    to = forms.way_on(request.form.get("step_up_to", ""), home=HOME)
    again = request.form.get("step_up_again") == "yes"
    throttle.of(current_app).count_code(actor().staff_id)
    try:
        second_factor.show(db(), code=request.form.get("step_up_code", ""), actor=actor())
    except SunshineError as fault:
        undo(fault)
        return _step_up_page(to=to, again=again, fault=fault)
    return redirect(to, 307 if again else 303)
