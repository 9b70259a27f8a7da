"""What is true of accounts without anyone's doing: equal work for nobody, and forgetting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import service
from app.identity.models import StaffToken
from app.identity.service import passwords
from app.kernel import clock
from tests import factories


def test_the_hash_checked_for_nobody_costs_what_a_real_one_costs() -> None:
    assert not PasswordHasher().check_needs_rehash(passwords.NOBODY)


def test_tokens_that_no_longer_work_are_forgotten_after_a_day(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.county(session)
    token = factories.staff_token(session)
    service.forget_expired(session)
    assert session.scalars(select(StaffToken)).all()
    service.sign_out(session, token=token)
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    service.forget_expired(session)
    assert not session.scalars(select(StaffToken)).all()
