"""The Mini Program's calls: signing in by WeChat's code, the telephone WeChat has proved."""

from __future__ import annotations

from flask import current_app, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from app.gateways import choosing
from app.identity.villagers import phones, queries, service
from app.identity.villagers.errors import WayClosed
from app.identity.villagers.models import IdentityKind, SessionKind, Way
from app.identity.villagers.schemas import (
    AccountOut,
    OwnSession,
    PhoneOut,
    SessionOut,
    WeChatCode,
)
from app.web import entry, throttle
from app.web.flask_app import db, villager
from app.web.problems import RESPONSES

api = APIBlueprint(
    "villagers_api",
    __name__,
    url_prefix="/api/v1/villagers",
    abp_tags=[Tag(name="villagers")],
    abp_responses=RESPONSES,
)
TRIES_PER_MINUTE = 20
SIGNED_IN: list[dict[str, list[str]]] = [{"bearer": []}]


@api.post("/sessions", responses={201: SessionOut}, summary="Sign in from the Mini Program")
@entry.public
def create_session(body: WeChatCode) -> tuple[SessionOut, int]:
    """Exchange the code of `wx.login` for a bearer token of 30 days."""
    throttle.of(current_app).count(
        "villager-sign-in", request.remote_addr or "", per_minute=TRIES_PER_MINUTE
    )
    wechat = choosing.wechat_of(current_app.extensions)
    if not wechat.serves_mini_program:
        raise WayClosed
    user = wechat.exchange_mini_code(body.code)
    account_id = service.account_of_wechat(db(), user=user, kind=IdentityKind.MINI)
    token, expires_at = service.begin_session(
        db(), account_id=account_id, kind=SessionKind.MINI, way=Way.MINI
    )
    return SessionOut(token=token, expires_at=expires_at), 201


@api.delete(
    "/sessions/current", responses={204: None}, security=SIGNED_IN, summary="End this session"
)
@entry.villager
def delete_session() -> tuple[str, int]:
    service.end_session(db(), villager=villager())
    return "", 204


@api.post(
    "/phone",
    responses={200: PhoneOut},
    security=SIGNED_IN,
    summary="Prove a telephone number by the Mini Program",
)
@entry.villager
def prove_phone(body: WeChatCode) -> PhoneOut:
    """Exchange the code of `getPhoneNumber`; a number another account had moves to this one."""
    throttle.of(current_app).count(
        "villager-phone", str(villager().account_id), per_minute=TRIES_PER_MINUTE
    )
    wechat = choosing.wechat_of(current_app.extensions)
    if not wechat.serves_mini_program:
        raise WayClosed
    phone = wechat.phone_number(body.code)
    service.prove_phone(db(), account_id=villager().account_id, phone=phone)
    return PhoneOut(phone=phones.masked(phone))


@api.get("/me", responses={200: AccountOut}, security=SIGNED_IN, summary="One's own account")
@entry.villager
def show_account() -> AccountOut:
    own = villager()
    kinds = {one.kind for one in queries.identities(db(), own.account_id)}
    phone = queries.proved_phone(db(), own.account_id)
    return AccountOut(
        wechat=IdentityKind.WECHAT in kinds,
        mini_program=IdentityKind.MINI in kinds,
        phone=phones.masked(phone) if phone else None,
        sessions=[
            OwnSession(
                id=one.id,
                kind=one.kind,
                way=one.way,
                created_at=one.created_at,
                expires_at=one.expires_at,
                current=one.id == own.session_id,
            )
            for one in queries.open_sessions(db(), own.account_id)
        ],
    )


@api.delete("/me", responses={204: None}, security=SIGNED_IN, summary="Delete one's own account")
@entry.villager
def delete_account() -> tuple[str, int]:
    service.delete_account(db(), account_id=villager().account_id)
    return "", 204
