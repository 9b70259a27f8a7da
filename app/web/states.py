"""The `state` of a sign-in by another site: signed, of one browser, for ten minutes, used once.

Without it, anyone could make a browser come back signed in as somebody else (RFC 6749, 10.12).
WeChat takes letters and digits alone, 128 at most.
"""

from __future__ import annotations

import hmac
import secrets

from flask import current_app, session
from sqlalchemy.orm import Session

from app.kernel import clock, idempotency, ids
from app.kernel.errors import Conflict

SECONDS = 600
BROWSER = "browser"  # what the signed cookie knows a browser by
NONCE, TIME, MAC = 32, 8, 32  # hexadecimal digits


class StateRefused(Conflict):
    code = "sign_in_state_refused"
    sentence = "这次登录等得太久，或者是从别处打开的。请回到登录页，再点一次登录。"


def issue(purpose: str) -> str:
    """Draw a state for this browser and one purpose, such as `villager` or `staff`."""
    if BROWSER not in session:
        session[BROWSER] = ids.token()
    drawn = f"{secrets.token_hex(NONCE // 2)}{int(clock.now().timestamp()):0{TIME}x}"
    return drawn + _mac(drawn, purpose)


def verify(state: str, *, purpose: str) -> None:
    """Check that this browser was given the state lately; raises `StateRefused`.

    Asks nobody, so that no transaction stands open while the other site is asked afterwards.
    """
    drawn, mac = state[: NONCE + TIME], state[NONCE + TIME :]
    fits = BROWSER in session and state.isascii() and hmac.compare_digest(mac, _mac(drawn, purpose))
    if not fits:
        raise StateRefused
    age = int(clock.now().timestamp()) - int(drawn[NONCE:], 16)
    if not 0 <= age <= SECONDS:
        raise StateRefused


def take(db: Session, state: str, *, purpose: str) -> None:
    """Use up a verified state; raises `StateRefused` for one that was used before."""
    verify(state, purpose=purpose)
    if not idempotency.spend(db, purpose=f"state:{purpose}", token=state[:NONCE]):
        raise StateRefused


def _mac(drawn: str, purpose: str) -> str:
    key = f"sign-in-state|{current_app.config['SECRET_KEY']}".encode()
    text = f"{purpose}|{session[BROWSER]}|{drawn}".encode()
    return hmac.new(key, text, "sha256").hexdigest()[:MAC]
