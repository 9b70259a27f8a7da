"""The county, and a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.kernel import clock
from tests import factories


class Moment:
    """The time; `pass_by` lets it go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 4, 0, 10, tzinfo=UTC)

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
def county(session: Session) -> Session:
    """Give a session with the county in it."""
    factories.county(session)
    return session
