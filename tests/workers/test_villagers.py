"""What follows for villagers' accounts, done twice as once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.gateways import choosing
from app.gateways.sms.errors import SmsMisconfigured
from app.gateways.sms.memory import InMemorySms
from app.gateways.sms.protocol import Sms
from app.identity.villagers import service
from app.identity.villagers.models import Account, PhoneCode
from app.kernel import clock, deployment
from app.kernel.db import Database
from app.kernel.settings import Settings
from app.notices.models import InboxMessage
from workers.tasks import villagers

PHONE = "13800001234"


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[bool]:
    """Choose the gateway anew, and note whether it was chosen for a demonstration."""
    asked: list[bool] = []

    def sms_for(_settings: Settings, *, demo: bool) -> Sms:
        asked.append(demo)
        return InMemorySms() if demo else choosing.sms_for(settings)

    villagers._sms.cache_clear()
    monkeypatch.setattr(villagers, "choosing", type("Choosing", (), {"sms_for": sms_for}))
    return asked


def _challenge(session: Session) -> int:
    service.request_code(session, phone=PHONE, address="203.0.113.7")
    return session.scalars(select(PhoneCode.id)).one()


def test_a_demonstration_sends_codes_without_a_provider(
    session: Session, shared_database: Database, chosen: list[bool]
) -> None:
    deployment.mark_demonstration(session)
    number = _challenge(session)
    for _ in range(2):
        villagers.send_code(session, shared_database, challenge_id=number)
    assert session.get_one(PhoneCode, number).provider_id == "memory-1"
    assert chosen == [True]


def test_without_a_provider_the_job_fails_and_says_why(
    session: Session, shared_database: Database, chosen: list[bool]
) -> None:
    number = _challenge(session)
    with pytest.raises(SmsMisconfigured):
        villagers.send_code(session, shared_database, challenge_id=number)
    assert chosen == [False]


def test_who_lost_a_number_is_told_once(session: Session, shared_database: Database) -> None:
    account = Account(created_at=clock.now())
    session.add(account)
    session.flush()
    for _ in range(2):
        villagers.tell_phone_moved(session, shared_database, account_id=account.id, identity_id=7)
    message = session.scalars(select(InboxMessage)).one()
    assert message.account_id == account.id
    villagers.follow_deletion(session, shared_database, account_id=account.id)
    assert session.scalar(select(func.count()).select_from(InboxMessage)) == 0
