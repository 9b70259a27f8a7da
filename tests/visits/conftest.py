"""A village with households, and cadres who may log visits there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from app.households.models.register import Household
from app.identity import roles
from app.identity import service as identity
from app.kernel import clock
from app.kernel.access import Actor, Grant
from app.visits.schemas import NeedIn, VisitIn
from tests import factories
from tests.factories import PASSWORD, VILLAGE
from tests.factories import households as made

KEEPER = Actor(name="keeper", grants=(Grant(roles.ACCOUNTS, VILLAGE),))
"""Whoever administers the accounts of the first village."""


def cadre_in(session: Session, username: str, *, division_code: str = VILLAGE) -> Actor:
    """Open a cadre's account and give who acts under it."""
    account = identity.create_staff(
        session, username=username, password=PASSWORD, role="cadre", division_code=division_code
    )
    grants = tuple(Grant(name, division_code) for name in roles.ROLES["cadre"])
    return Actor(name=username, staff_id=account.id, grants=grants, role="cadre")


def written(household: Household, **fields: object) -> VisitIn:
    """Write down a visit of today."""
    content = {
        "client_id": uuid4(),
        "revision": uuid4(),
        "household_id": household.id,
        "purpose": "visit",
        "visited_on": clock.today(),
        "notes": "家里一切都好",
    }
    return VisitIn.model_validate({**content, **fields})


def need(text: str = "屋顶漏水，想修一修", category: str = "housing") -> NeedIn:
    """Write down a need."""
    return NeedIn(category=category, text=text)


@pytest.fixture
def county(session: Session) -> Session:
    """Give a session in which the county stands."""
    factories.county(session)
    return session


@pytest.fixture
def cadre(county: Session) -> Actor:
    """Give a cadre of the first village."""
    return cadre_in(county, "cadre1")


@pytest.fixture
def colleague(county: Session) -> Actor:
    """Give another cadre of the first village."""
    return cadre_in(county, "cadre2")


@pytest.fixture
def household(county: Session) -> Household:
    """Give a household of the first village."""
    return made.household(county)
