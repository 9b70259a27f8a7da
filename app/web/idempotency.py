"""The header `Idempotency-Key`: a program may repeat a request without repeating the act."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, current_app, request

from app.kernel import idempotency
from app.kernel.errors import Invalid
from app.web.flask_app import actor, db

View = TypeVar("View", bound=Callable[..., Any])
LONGEST = 64


class BadKey(Invalid):
    code = "bad_idempotency_key"
    sentence = "Idempotency-Key 应当是 1 到 64 个可见的英文字符。"


def keyed(view: View) -> View:
    """Answer a request that carries a known key as it was answered the first time."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(*args, **kwargs)
        if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
            raise BadKey
        name = actor().name
        asked = f"{request.method} {request.path}\n".encode() + request.get_data()
        earlier = idempotency.begin(db(), actor_name=name, key=key, request=asked)
        if earlier is not None:
            return Response(earlier.body, earlier.status, mimetype="application/json")
        response = current_app.make_response(view(*args, **kwargs))
        answer = idempotency.Answer(response.status_code, response.get_data(as_text=True))
        idempotency.keep(db(), actor_name=name, key=key, answer=answer)
        return response

    return run  # type: ignore[return-value]  # wraps keeps the signature
