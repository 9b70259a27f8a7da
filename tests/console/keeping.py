"""Clerks in their browsers at the register's pages."""

from __future__ import annotations

from sqlalchemy import select

from app.households.models.register import Household, Person
from app.kernel import scope
from app.kernel.db import Database
from tests.console.conftest import Browser
from tests.factories import COUNTY

NAMES = ("赵大山", "钱小花", "赵小明")


def members_of(county: Database, household_id: int) -> list[int]:
    """Number who is in a household today, the head first."""
    with county.unit_of_work() as session:
        scope.open_scope(session, COUNTY)
        query = select(Person.id).where(
            Person.household_id == household_id, Person.left_on.is_(None)
        )
        return list(session.scalars(query.order_by(Person.is_head.desc(), Person.id)))


def send(browser: Browser, home: Household, act: str, **fields: object) -> int:
    """Send a form of a household's page as it stands there now."""
    page = browser.get(f"/console/households/{home.id}").text
    version = page.partition('name="version" value="')[2].partition('"')[0]
    return browser.send(
        f"/console/households/{home.id}/{act}", version=version, **fields
    ).status_code
