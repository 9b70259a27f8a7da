"""Cadres in their browsers, and what the ledger says of them afterwards."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit.models import LedgerLine
from app.households.models.register import Person
from app.kernel import scope
from app.kernel.db import Database
from tests.console.conftest import Browser, shown
from tests.factories import VILLAGE
from tests.households.opened import Home

Cadre = Callable[..., Browser]


def open_record(browser: Browser, home: Home, **form: str) -> str:
    """State a purpose at the plate: the address of the record."""
    path, form = f"/console/plates/{home.plate.code}/household", {"purpose": "visit", **form}
    answer = browser.send(path, **form)
    assert answer.status_code == 303, shown(answer)
    return answer.headers["Location"]


def acts(database: Database) -> list[tuple[str, str]]:
    """Give what the ledger holds: (act, outcome), oldest first."""
    query = select(LedgerLine.act, LedgerLine.outcome).order_by(LedgerLine.id)
    with database.unit_of_work() as session:
        return [(row.act, row.outcome) for row in session.execute(query)]


def head_of(database: Database, home: Home) -> int:
    """Give the number of a household's head."""
    with database.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        query = select(Person.id).where(Person.household_id == home.household.id, Person.is_head)
        return session.scalars(query).one()


def is_private(page: TestResponse) -> bool:
    """Tell whether nothing on the way may keep this page."""
    return page.headers["Cache-Control"] == "private, no-store"
