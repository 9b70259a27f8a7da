"""The county's page, the one preference, and the way back."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.kernel.db import Database
from app.web import paging
from tests import factories


@pytest.fixture
def county(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)


@pytest.mark.usefixtures("county")
def test_the_county_shows_its_own_items_and_the_way_to_every_village(
    client: FlaskClient, database: Database
) -> None:
    with database.unit_of_work() as session:
        factories.item(session, division_code=factories.COUNTY, title="全县低保标准")
        factories.item(session, title="青杠林村低保名单")
    page = client.get("/").text
    assert "全县低保标准" in page
    assert "青杠林村低保名单" not in page
    for code in (factories.VILLAGE, factories.OTHER_VILLAGE):
        assert f'href="/v/{code}"' in page


def test_a_county_that_was_never_imported_says_so(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 404
    assert "还没有导入区划" in answer.text


@pytest.mark.usefixtures("county")
def test_older_items_are_a_page_further(client: FlaskClient, database: Database) -> None:
    with database.unit_of_work() as session:
        items = [factories.item(session, division_code=factories.COUNTY) for _ in range(21)]
    page = client.get("/").text
    last = items[1]
    address = f"/?cursor={paging.encode(last.published_at, last.id)}"
    assert f'href="{address}"' in page
    older = client.get(address).text
    assert f'href="/items/{items[0].id}"' in older
    assert f'href="/items/{items[20].id}"' not in older


@pytest.mark.usefixtures("county")
def test_a_cursor_that_was_tampered_with_leads_back_kindly(client: FlaskClient) -> None:
    answer = client.get("/?cursor=nonsense")
    assert answer.status_code == 422
    assert "请回到第一页" in answer.text
    assert "nonsense" not in answer.text.replace("/?cursor=nonsense", "")


@pytest.mark.usefixtures("county")
def test_the_elder_mode_is_remembered_and_left_again(client: FlaskClient) -> None:
    chosen = client.post("/preferences", data={"mode": "elder", "next": "/"})
    assert (chosen.status_code, chosen.location) == (303, "/")
    cookie = chosen.headers["Set-Cookie"]
    for part in ("mode=elder", "HttpOnly", "SameSite=Lax", "Max-Age=31536000"):
        assert part in cookie
    assert 'class="elder"' in client.get("/").text
    client.post("/preferences", data={"mode": "normal", "next": "/"})
    assert 'class="elder"' not in client.get("/").text


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/v/520203102213?cursor=AbC", "/v/520203102213?cursor=AbC"),
        ("", "/"),
        ("v/1", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/evil.example"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/%2f%2fevil.example", "/%2f%2fevil.example"),
        ("/\n/evil.example", "/"),
        ("/\t/evil.example", "/"),
        (" //evil.example", "/"),
        ("//[evil", "/"),
        ("/ok\r\nSet-Cookie: a=1", "/okSet-Cookie:%20a=1"),
    ],
)
def test_the_way_back_never_leaves_the_site(client: FlaskClient, asked: str, led_to: str) -> None:
    answer = client.post("/preferences", data={"mode": "elder", "next": asked})
    assert (answer.status_code, answer.location) == (303, led_to)
    assert len(answer.headers.getlist("Set-Cookie")) == 1


@pytest.mark.usefixtures("county")
def test_no_page_gives_an_anonymous_reader_a_cookie(
    client: FlaskClient, database: Database
) -> None:
    with database.unit_of_work() as session:
        item_id = factories.item(session).id
        code = factories.printed(session)[0].code
    for path in (
        "/",
        f"/v/{factories.VILLAGE}",
        f"/v/{factories.VILLAGE}/topics/dibao",
        f"/v/{factories.VILLAGE}/board",
        f"/items/{item_id}",
        f"/d/{code}",
        f"/d/{code}/report",
        "/api/v1/topics",
        "/nowhere",
    ):
        assert "Set-Cookie" not in client.get(path).headers
    assert "Set-Cookie" not in client.post(f"/d/{code}/report", data={"kind": "damaged"}).headers


def test_search_engines_stay_off_doors_staff_and_data(client: FlaskClient) -> None:
    rules = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /d/", "Disallow: /console/", "Disallow: /api/"} <= set(rules)
