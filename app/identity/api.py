"""Bearer tokens for programs: `Authorization: Bearer TOKEN` on every call that needs one."""

from __future__ import annotations

from flask import current_app, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from app.identity import service
from app.identity.models import TokenKind
from app.identity.schemas import Attempt, SignIn, TokenOut
from app.web import devices, entry, throttle
from app.web.flask_app import db
from app.web.problems import RESPONSES

api = APIBlueprint(
    "identity_api",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="identity")],
    abp_responses=RESPONSES,
)


@api.post("/tokens", responses={201: TokenOut}, summary="Sign in and get a bearer token")
@entry.public
def create_token(body: SignIn) -> tuple[TokenOut, int]:
    throttle.of(current_app).count_sign_in(request.remote_addr or "", username=body.username)
    token, expires_at = service.sign_in(
        db(),
        Attempt(
            username=body.username,
            password=body.password,
            kind=TokenKind.API,
            address=throttle.subscriber(request.remote_addr or ""),
            device=devices.family(request.user_agent.string),
            code=body.code,
        ),
    )
    return TokenOut(token=token, expires_at=expires_at), 201


@api.delete(
    "/tokens/current",
    responses={204: None},
    security=[{"bearer": []}],
    summary="Take this token back",
)
@entry.staff
def delete_token() -> tuple[str, int]:
    service.sign_out(db(), token=request.headers["Authorization"].partition(" ")[2])
    return "", 204
