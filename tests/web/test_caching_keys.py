"""What the public cache tells apart, and what it does not: parameters, the preference, visitors."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.kernel.db import Database
from app.web import caching
from app.web.flask_app import SESSION_COOKIE
from tests import factories
from tests.conftest import Served
from tests.web.conftest import Counted

PAGE = f"/v/{factories.VILLAGE}"
FEED = f"/api/v1/divisions/{factories.VILLAGE}/items"


def _with_cookie(client: FlaskClient, path: str, cookie: str) -> TestResponse:
    bare = client.application.test_client(use_cookies=False)
    return bare.get(path, environ_overrides={"HTTP_COOKIE": cookie})


def _is_elder(answer: TestResponse) -> bool:
    return 'value="normal"' in answer.text  # the button that leads back


@pytest.mark.usefixtures("county")
def test_unknown_parameters_share_a_body_and_leave_no_trace_in_it(
    served: Served, counted: Counted
) -> None:
    client = served.client()
    first = client.get(f"{PAGE}?from=singlemessage&phone=13812345678")
    second = client.get(f"{PAGE}?utm=2")
    third = client.get(PAGE)
    assert len(counted) == 1
    assert first.data == second.data == third.data
    assert "13812345678" not in third.text
    assert "singlemessage" not in third.text


@pytest.mark.usefixtures("county")
def test_known_parameters_have_bodies_of_their_own(served: Served) -> None:
    client = served.client()
    dibao = client.get(f"{FEED}?topic=dibao&limit=1").get_json()
    funds = client.get(f"{FEED}?topic=village_collective_fund").get_json()
    assert [len(feed["items"]) for feed in (dibao, funds)] == [1, 0]
    follow = client.get(f"{FEED}?topic=dibao&limit=1&cursor={dibao['next_cursor']}").get_json()
    assert follow["items"][0]["id"] != dibao["items"][0]["id"]


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("limit=1&limit=2", "limit=2&limit=1"),
        ("topic=dibao&topic=employment", "topic=employment&topic=dibao"),
        ("limit=2", "limit=2&limit=1"),
        ("topic=dibao", "topic="),
        ("limit=1", "limit=%31%20"),
    ],
)
def test_no_spelling_of_parameters_gets_anothers_answer(
    served: Served, one: str, other: str
) -> None:
    client = served.client()
    expected = {}
    for query in (one, other):
        served.bodies.drop("division:")
        expected[query] = client.get(f"{FEED}?{query}").data
    for order in ((one, other), (other, one)):
        served.bodies.drop("division:")
        for query in order:
            assert client.get(f"{FEED}?{query}").data == expected[query]


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("query", ["topic=%ff", "&".join(f"a{n}=1" for n in range(30))])
def test_a_query_no_browser_sends_is_not_kept(served: Served, query: str) -> None:
    served.client().get(f"{FEED}?{query}")
    assert len(served.bodies) == 0


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize(
    "cookie",
    [
        "mode=elder",
        "xmode=elder",
        'mode="elder"',
        "mode=elder; mode=normal",
        "mode=normal; mode=elder",
        "mode=elders",
        "mode = elder",
        " mode=elder;",
        "theme=1;mode=elder",
        "MODE=elder",
        "mode=normal",
        "",
    ],
)
def test_the_key_reads_the_preference_exactly_as_the_page_does(served: Served, cookie: str) -> None:
    client = served.client()
    fresh = _with_cookie(client, PAGE, cookie)
    assert _is_elder(fresh) == caching.prefers_elder({"HTTP_COOKIE": cookie})
    served.bodies.drop("division:")
    plain, elder = client.get(PAGE), _with_cookie(client, PAGE, "mode=elder")
    assert not _is_elder(plain)
    assert _is_elder(elder)
    assert _with_cookie(client, PAGE, cookie).data == fresh.data


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("spelling", [f"{SESSION_COOKIE}=x", f"a=1; {SESSION_COOKIE}="])
def test_a_session_goes_past_every_cache(served: Served, counted: Counted, spelling: str) -> None:
    client = served.client()
    client.get(PAGE)
    answers = [_with_cookie(client, PAGE, spelling) for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer.headers
        assert "X-Accel-Expires" not in answer.headers
    assert len(counted) == 3
    assert len(served.bodies) == 1


@pytest.mark.usefixtures("county")
def test_a_token_that_does_not_hold_is_refused_even_where_the_page_is_kept(served: Served) -> None:
    client = served.client()
    client.get(PAGE)
    assert client.get(PAGE, headers=factories.bearer("wrong")).status_code == 401


def test_the_way_back_keeps_known_parameters_and_nothing_else(served: Served) -> None:
    with served.app.test_request_context("/v/1?cursor=AbC&topic=%E6%9D%91&wx=9"):
        assert caching.here() == "/v/1?cursor=AbC&topic=%E6%9D%91"
    with served.app.test_request_context("/d/1/report", method="POST"):
        assert caching.here() == "/"


def test_an_address_longer_than_any_of_ours_is_not_kept(served: Served, county: Database) -> None:
    del county
    client = served.client()
    assert client.get(f"{PAGE}?cursor=&topic={'x' * 400}").status_code == 200
    assert len(served.bodies) == 0
