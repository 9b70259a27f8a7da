"""A household of the first village, and cadres who are signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.households.models.register import Household
from app.identity import service as identity
from app.identity.models import TokenKind
from app.kernel.db import Database
from app.web.flask_app import SESSION_COOKIE, SunshineApp
from tests.console.conftest import Browser
from tests.factories import PASSWORD, VILLAGE
from tests.factories import households as made

EnterAs = Callable[..., Browser]


@pytest.fixture
def household(county: Database) -> Household:
    """Give a household of the first village."""
    with county.unit_of_work() as session:
        return made.household(session)


@pytest.fixture
def enter_as(app: SunshineApp, county: Database) -> EnterAs:
    """`enter_as(username)`: a browser whose owner signed in with the second factor."""

    def make(username: str = "cadre", role: str = "cadre", place: str = VILLAGE) -> Browser:
        with county.unit_of_work() as session:
            staff = identity.create_staff(
                session, username=username, password=PASSWORD, role=role, division_code=place
            )
            token, _ends_at = identity.hand_out(session, staff=staff, kind=TokenKind.SESSION)
        browser = Browser(app.test_client())
        browser.client.set_cookie(SESSION_COOKIE, token)
        return browser

    return make
