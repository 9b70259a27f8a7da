"""The two forms of a code: ask for it, type it; to sign in, or to prove a number when signed in.

The challenge is kept in the browser's signed cookie, so that it stands in no address.
"""

from __future__ import annotations

from flask import current_app, render_template, request, session

from app.gateways import choosing
from app.identity.villagers import phones, service
from app.identity.villagers.errors import CodeRefused, WayClosed
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.web import problems
from app.web.flask_app import db

CHALLENGE = "challenge"


def ask(phone: str, *, account_id: int | None) -> None:
    """Have a code sent; raises `BadPhone`, `WayClosed`, `CodeTooSoon`, `CodesUsedUp`."""
    if not choosing.sms_of(current_app.extensions).sends:
        raise WayClosed
    challenge = service.request_code(
        db(), phone=phone, address=request.remote_addr or "", account_id=account_id
    )
    session[CHALLENGE] = {
        "token": challenge.token,
        "shown": phones.masked(phones.normalise(phone)),
        "again_at": int(clock.now().timestamp()) + challenge.pause,
    }


def page(action: str, *, back: str, problem: SunshineError | None = None) -> tuple[str, int]:
    """Show where the code went, when another may be asked for, and a field for it."""
    asked = session.get(CHALLENGE)
    if asked is None:
        problem = problem or CodeRefused("请先填手机号，获取验证码。")
    shown = render_template(
        "portal/phone_code.html",
        action=action,
        back=back,
        phone=asked["shown"] if asked else None,
        pause=max(0, asked["again_at"] - int(clock.now().timestamp())) if asked else 0,
        problem=problem.sentence if problem else None,
    )
    return shown, problems.status_of(problem) if problem else 200


def proved(code: str, *, account_id: int | None) -> str | None:
    """Give the number a typed code proves (11 digits), or None; a right code ends the challenge."""
    asked = session.get(CHALLENGE) or {"token": ""}
    phone = service.check_code(db(), challenge=asked["token"], code=code, account_id=account_id)
    if phone is not None:
        session.pop(CHALLENGE)
    return phone
