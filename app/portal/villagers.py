"""A villager's own account: ways to sign in, sessions, the telephone, leaving."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from app.gateways import choosing
from app.identity.villagers import phones, queries, service
from app.identity.villagers.errors import CodeRefused, WayClosed
from app.identity.villagers.models import IdentityKind, VillagerSession
from app.kernel import clock
from app.kernel.errors import Invalid, SunshineError, TooMany
from app.portal import phone_codes, shapes, signing_in
from app.web import entry, forms, problems, throttle
from app.web.flask_app import db, villager

pages = Blueprint("villagers", __name__, url_prefix="/me")
pages.before_request(forms.protect)
TRIES_PER_MINUTE = 20
WAYS = {"wechat": "微信登录", "mini": "小程序登录", "phone": "手机验证码登录"}


@pages.get("/", strict_slashes=False)
@entry.villager
def account() -> ResponseReturnValue:
    own = villager()
    phone = queries.proved_phone(db(), own.account_id)
    kinds = {one.kind for one in queries.identities(db(), own.account_id)}
    return render_template(
        "portal/me.html",
        phone=phones.masked(phone) if phone else None,
        by_wechat=IdentityKind.WECHAT in kinds,
        by_mini=IdentityKind.MINI in kinds,
        may_prove=choosing.sms_of(current_app.extensions).sends,
        sessions=[
            _session(one, current=one.id == own.session_id)
            for one in queries.open_sessions(db(), own.account_id)
        ],
    )


def _session(one: VillagerSession, *, current: bool) -> dict[str, Any]:
    begun = clock.local(one.created_at)
    return {
        "id": one.id,
        "way": WAYS[one.way],
        "begun": f"{shapes.day(one.created_at)} {begun:%H:%M}",
        "until": shapes.day(one.expires_at),
        "current": current,
    }


@pages.post("/sessions/<int:session_id>/end")
@entry.villager
def end_session(session_id: int) -> ResponseReturnValue:
    service.end_session(db(), villager=villager(), session_id=session_id)
    return redirect("/me#sessions", 303)


@pages.post("/sessions/end-others")
@entry.villager
def end_other_sessions() -> ResponseReturnValue:
    service.end_other_sessions(db(), villager=villager())
    return redirect("/me#sessions", 303)


@pages.get("/phone")
@entry.villager
def phone_form() -> ResponseReturnValue:
    return _phone_page()


def _phone_page(problem: SunshineError | None = None) -> tuple[str, int]:
    phone = queries.proved_phone(db(), villager().account_id)
    page = render_template(
        "portal/me_phone.html",
        phone=phones.masked(phone) if phone else None,
        problem=problem.sentence if problem else None,
    )
    return page, problems.status_of(problem) if problem else 200


@pages.post("/phone")
@entry.villager
def ask_code() -> ResponseReturnValue:
    try:
        _count_try()
        phone_codes.ask(request.form.get("phone", ""), account_id=villager().account_id)
    except (Invalid, TooMany, WayClosed) as error:
        return _phone_page(error)
    return redirect("/me/phone/code", 303)


@pages.get("/phone/code")
@entry.villager
def code_form() -> ResponseReturnValue:
    return phone_codes.page("/me/phone/code", back="/me/phone")


@pages.post("/phone/code")
@entry.villager
def try_code() -> ResponseReturnValue:
    _count_try()
    account_id = villager().account_id
    phone = phone_codes.proved(request.form.get("code", ""), account_id=account_id)
    if phone is None:  # the page returns, so that the guess stays counted
        return phone_codes.page("/me/phone/code", back="/me/phone", problem=CodeRefused())
    service.prove_phone(db(), account_id=account_id, phone=phone)
    return redirect(session.pop(signing_in.NEXT, signing_in.HOME), 303)


@pages.get("/delete")
@entry.villager
def delete_form() -> ResponseReturnValue:
    return render_template("portal/me_delete.html")


@pages.post("/delete")
@entry.villager
def delete() -> ResponseReturnValue:
    service.delete_account(db(), account_id=villager().account_id)
    return signing_in.forget(redirect("/", 303))


def _count_try() -> None:
    throttle.of(current_app).count(
        "villager-phone", str(villager().account_id), per_minute=TRIES_PER_MINUTE
    )
