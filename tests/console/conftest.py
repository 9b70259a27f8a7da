"""Browsers of staff: signed in, with the forms' secret read from the page as a browser does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.doorplates.schemas import PlateView
from app.identity import service as identity
from app.identity.models import StaffGrant, TokenKind
from app.kernel.db import Database
from app.web.flask_app import SESSION_COOKIE, SunshineApp
from tests import factories
from tests.factories import COUNTY, PASSWORD, VILLAGE
from tests.households import opened
from tests.households.opened import Home


class Browser:
    """A visitor who fills in the forms of the pages it was shown."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def secret(self) -> str:
        """Read the forms' secret from the sign-in page, which everyone may open."""
        return hidden(self.get("/console/sign-in"), "csrf_token")

    def send(self, path: str, **fields: object) -> TestResponse:
        """Send a form of this site."""
        return self.client.post(
            path,
            data={"csrf_token": self.secret(), **fields},
            headers={"Referer": "https://localhost/console/"},
            base_url="https://localhost",
        )

    def sign_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        """Sign in."""
        return self.send("/console/sign-in", username=username, password=password)


def shown(page: TestResponse) -> str:
    """Read what a page says, without its marks and blanks."""
    return "".join(re.sub(r"<[^>]*>", "", page.text).split())


def hidden(page: TestResponse, name: str) -> str:
    """Read a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


def guessed_columns(page: TestResponse) -> dict[str, str]:
    """Read what a roster's columns were guessed to hold, as the form of its page sends it."""
    chosen = {}
    for name, options in re.findall(r'name="(column-\d+)">(.*?)</select>', page.text, re.S):
        found = re.search(r'value="([^"]*)" selected', options)
        chosen[name] = found[1] if found else ""
    return chosen


Enter = Callable[..., Browser]


@pytest.fixture
def county(database: Database) -> Database:
    """Give a database with the county in it."""
    with database.unit_of_work() as session:
        factories.county(session)
    return database


@pytest.fixture
def enter(app: SunshineApp, county: Database) -> Enter:
    """`enter(role, division_code)`: a browser whose owner has signed in, with a code just shown."""

    def make(
        role: str = "admin", division_code: str = COUNTY, *, username: str = "", proved: bool = True
    ) -> Browser:
        with county.unit_of_work() as session:
            staff = identity.create_staff(
                session,
                username=username or f"{role}-{division_code}",
                password=PASSWORD,
                role=role,
                division_code=division_code,
            )
            token, _ends = identity.hand_out(
                session, staff=staff, kind=TokenKind.SESSION, proved=proved
            )
        browser = Browser(app.test_client())
        browser.client.set_cookie("sunshine_session", token)
        return browser

    return make


@pytest.fixture
def visitor(app: SunshineApp, county: Database) -> Browser:
    """Give a browser nobody has signed in with."""
    del county
    return Browser(app.test_client())


@pytest.fixture
def plate(county: Database) -> PlateView:
    """Give a printed plate of the first group."""
    with county.unit_of_work() as session:
        return factories.printed(session)[0]


@pytest.fixture
def home(county: Database) -> Home:
    with county.unit_of_work() as session:
        return opened.home(session)


@pytest.fixture
def cadre(app: SunshineApp, county: Database) -> Callable[..., Browser]:
    """`cadre(role, place, grants=, username=)`: a browser of someone who signed in with a code."""

    def make(
        role: str = "cadre",
        place: str = VILLAGE,
        *,
        grants: tuple[str, ...] = (),
        username: str = "",
    ) -> Browser:
        with county.unit_of_work() as session:
            staff = identity.create_staff(
                session,
                username=username or f"{role}-{place}",
                password=PASSWORD,
                role=role,
                division_code=place,
            )
            for permission in grants:
                session.add(
                    StaffGrant(staff_id=staff.id, permission=permission, division_prefix=place)
                )
            token, _ends = identity.hand_out(session, staff=staff, kind=TokenKind.SESSION)
        browser = Browser(app.test_client())
        browser.client.set_cookie(SESSION_COOKIE, token)
        return browser

    return make
