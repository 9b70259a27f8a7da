"""The access token of an application: one for all processes, sealed in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gateways.models import GatewayToken
from app.kernel import clock, crypto
from app.kernel.crypto import Place
from app.kernel.db import Database
from app.kernel.turns import take_turn

EARLY = timedelta(minutes=5)  # WeChat keeps the old one good for so long after it gave a new one
FORCED_A_DAY, FORCED_APART = 20, timedelta(seconds=30)


@dataclass(frozen=True)
class Fetched:
    """A token as WeChat gave it; it lasts `seconds`."""

    token: str
    seconds: int


Fetch = Callable[[bool], Fetched]
"""Asks WeChat for a token; True asks for a new one by force."""


class ForcedTooOften(Exception):
    """A token that WeChat does not take must not be renewed by force yet."""


class TokenShelf:
    """Keeps tokens; of several processes that need a new one, one fetches it and the rest wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def token(self, app_id: str, fetch: Fetch, *, refused: str | None = None) -> str:
        """Give a token that is good, but not the one WeChat has just `refused`.

        Raises `ForcedTooOften`, and what `fetch` raises.
        """
        with self._database.reading() as session:
            kept = _good(session, _row(session, app_id), refused)
        return kept or self._renew(app_id, fetch, refused=refused)

    def _renew(self, app_id: str, fetch: Fetch, *, refused: str | None) -> str:
        with self._database.unit_of_work() as session:
            take_turn(session, f"wechat-token:{app_id}")
            row = _row(session, app_id) or _new_row(session, app_id)
            kept = _good(session, row, refused)
            if kept is not None:  # another process was here first
                return kept
            fetched = fetch(False)
            if fetched.token == refused:
                _count_force(row)
                fetched = fetch(True)
            row.token_sealed = crypto.seal_value(session, fetched.token, _place(row))
            row.expires_at = clock.now() + timedelta(seconds=fetched.seconds)
            return fetched.token


def _row(session: Session, app_id: str) -> GatewayToken | None:
    query = select(GatewayToken).where(GatewayToken.app_id == app_id)
    return session.scalars(query).one_or_none()


def _new_row(session: Session, app_id: str) -> GatewayToken:
    row = GatewayToken(app_id=app_id, expires_at=clock.now(), forced=0)
    session.add(row)
    session.flush()
    return row


def _place(row: GatewayToken) -> Place:
    return Place("gateway_tokens", row.id, "token_sealed")


def _good(session: Session, row: GatewayToken | None, refused: str | None) -> str | None:
    if row is None or row.expires_at - EARLY <= clock.now():
        return None
    token = crypto.open_value(session, row.token_sealed, _place(row))
    return None if token == refused else token


def _count_force(row: GatewayToken) -> None:
    """Count a renewal by force; raises `ForcedTooOften` beyond what WeChat allows."""
    moment, today = clock.now(), clock.today()
    used = row.forced if row.forced_on == today else 0
    lately = row.forced_at is not None and moment - row.forced_at < FORCED_APART
    if lately or used >= FORCED_A_DAY:
        raise ForcedTooOften
    row.forced_at, row.forced_on, row.forced = moment, today, used + 1
