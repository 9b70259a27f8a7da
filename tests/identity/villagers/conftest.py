"""Villagers who sign in, a clock that stands still, and the statements that were sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.gateways.sms.memory import InMemorySms
from app.gateways.wechat.protocol import SignedInUser
from app.identity.villagers import service
from app.identity.villagers.models import IdentityKind, PhoneCode
from app.kernel import clock

PHONE, OTHER_PHONE = "13800001234", "13900005678"
ADDRESS = "203.0.113.7"


class Moment:
    """The time; `pass_by` lets it go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

    def pass_by(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """Stop the clock."""
    moment = Moment()
    monkeypatch.setattr(clock, "now", lambda: moment.now)
    return moment


@pytest.fixture
def sms() -> InMemorySms:
    """Give a provider that keeps what it was sent."""
    return InMemorySms()


Ask = Callable[..., tuple[str, str]]


@pytest.fixture
def ask(session: Session, sms: InMemorySms) -> Ask:
    """Ask for a code and have it sent: (challenge, code)."""

    def asked(phone: str = PHONE, *, account_id: int | None = None) -> tuple[str, str]:
        challenge = service.request_code(
            session, phone=phone, address=ADDRESS, account_id=account_id
        )
        newest = select(PhoneCode.id).order_by(PhoneCode.id.desc()).limit(1)
        service.send_code(session, challenge_id=session.scalars(newest).one(), sms=sms)
        return challenge.token, sms.sent[-1].code

    return asked


def by_wechat(session: Session, openid: str = "o-1", unionid: str | None = None) -> int:
    """Give the account of who signs in on WeChat's page."""
    user = SignedInUser(openid, unionid)
    return service.account_of_wechat(session, user=user, kind=IdentityKind.WECHAT)


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Note every statement this session sends meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)
