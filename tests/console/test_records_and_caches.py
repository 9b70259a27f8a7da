"""A cadre and an anonymous reader take turns through the caches and never see the other's page."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from app.doorplates import codes
from app.doorplates import service as doorplates
from app.identity import service as identity
from app.identity.models import TokenKind
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web.flask_app import SESSION_COOKIE
from tests import factories
from tests.conftest import Served
from tests.factories import PASSWORD, VILLAGE
from tests.households import opened
from tests.households.opened import Home
from tests.portal.test_query_counts import counted

BUTTON = "打开住户信息"


@pytest.fixture
def home(database: Database) -> Home:
    with database.unit_of_work() as session:
        factories.county(session)
        factories.item(session)
        return opened.home(session)


@pytest.fixture
def cadre(served: Served, database: Database, home: Home) -> FlaskClient:
    del home
    with database.unit_of_work() as session:
        staff = identity.create_staff(
            session, username="wei", password=PASSWORD, role="cadre", division_code=VILLAGE
        )
        token, _ends = identity.hand_out(session, staff=staff, kind=TokenKind.SESSION)
    client = served.client()
    client.set_cookie(SESSION_COOKIE, token)
    return client


def _page(client: FlaskClient, path: str, encoding: str) -> str:
    answer = client.get(path, headers={"Accept-Encoding": encoding})
    assert answer.status_code == 200
    body: bytes = answer.data
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return body.decode()


@pytest.mark.parametrize("encoding", ["", "gzip"])
@pytest.mark.parametrize("first", ["cadre", "anyone"])
def test_taking_turns_at_a_plate_nobody_sees_the_others_page(
    served: Served, cadre: FlaskClient, home: Home, first: str, encoding: str
) -> None:
    path, anyone = f"/d/{home.plate.code}", served.client()
    turns = [cadre, anyone] if first == "cadre" else [anyone, cadre]
    for _turn in range(3):
        for client in turns:
            page = _page(client, path, encoding)
            assert (BUTTON in page) is (client is cadre)
    # What is kept is anyone's page, and it came out of the cache.
    assert served.scans == [home.plate.code] * 6


def test_the_cadres_page_is_kept_nowhere_and_anyones_is(
    served: Served, cadre: FlaskClient, home: Home
) -> None:
    path = f"/d/{home.plate.code}"
    own = cadre.get(path)
    assert own.headers["Cache-Control"] == "private, no-store"
    assert "X-Accel-Expires" not in own.headers
    assert "ETag" not in own.headers
    assert served.client().get(path).headers["Cache-Control"] == "no-cache"


def test_a_cadre_who_has_anyones_page_is_not_told_that_it_is_unchanged(
    served: Served, cadre: FlaskClient, home: Home
) -> None:
    path = f"/d/{home.plate.code}"
    tag = served.client().get(path).headers["ETag"]
    assert cadre.get(path, headers={"If-None-Match": tag}).status_code == 200
    served.client().get(path)
    assert BUTTON not in served.client().get(path, headers={"If-None-Match": "x"}).text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_record_is_asked_for_anew_by_everyone(
    served: Served, cadre: FlaskClient, home: Home, method: str
) -> None:
    path = f"/console/plates/{home.plate.code}/household"
    assert cadre.open(path, method=method).status_code == 200
    for _again in range(2):
        answer = served.client().open(path, method=method)
        assert answer.status_code == 401
        assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("as_cadre", [False, True])
def test_a_scan_reads_and_shows_the_same_with_and_without_a_household(
    served: Served, cadre: FlaskClient, database: Database, home: Home, as_cadre: bool
) -> None:
    with database.unit_of_work() as session:
        empty = factories.printed(session)[0].code
        doorplates.install(session, code=empty, actor=OPERATOR)
    client = cadre if as_cadre else served.client()
    asked, pages = [], []
    for code in (home.plate.code, empty):
        with counted(database) as statements:
            page = _page(client, f"/d/{code}", "")
        asked.append(statements)
        pages.append(page.replace(code, "CODE").replace(codes.in_groups(code), "CODE"))
    assert pages[0] == pages[1]
    assert asked[0] == asked[1]
    assert not [one for one in asked[0] if "households" in one or "persons" in one]
