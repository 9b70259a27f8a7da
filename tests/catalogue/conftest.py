"""The twenty-fifth of November 2026, when the tests of the clock take place."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from app.kernel import clock
from tests import factories

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.fixture
def county(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Give a session with the county in it, on that day."""
    at = datetime(2026, 11, 25, 9, tzinfo=clock.SHANGHAI)
    monkeypatch.setattr(clock, "now", lambda: at)
    factories.county(session)
    return session
