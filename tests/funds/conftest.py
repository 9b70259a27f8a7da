"""A county, and a way to ask its ledgers in plain SQL."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import factories
from tests.funds.plain_sql import Run


@pytest.fixture
def run(session: Session) -> Run:
    """`run(sql, **values)`: run it in a savepoint of its own and tell how many rows it met."""
    factories.county(session)

    def make(sql: str, **values: object) -> int:
        session.flush()
        with session.begin_nested():
            found = session.execute(text(sql), values)
            return int(found.rowcount)  # type: ignore[attr-defined]  # of what writes

    return make
