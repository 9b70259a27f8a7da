"""The public cache: what it answers itself, what it never keeps, and what it never mixes up."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.disclosure import service as disclosure
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web import caching, entry
from app.web.bodies import Bodies, Share
from app.web.flask_app import SECURITY_HEADERS, SESSION_COOKIE
from tests import factories
from tests.conftest import Served
from tests.places.clients import HeardEverything
from tests.web.conftest import Counted

PAGE = f"/v/{factories.VILLAGE}"


def _with_cookie(client: FlaskClient, path: str, cookie: str) -> TestResponse:
    bare = client.application.test_client(use_cookies=False)
    return bare.get(path, environ_overrides={"HTTP_COOKIE": cookie})


@pytest.mark.usefixtures("county")
def test_a_hit_is_answered_without_the_application(served: Served, counted: Counted) -> None:
    client = served.client()
    first, second = client.get(PAGE), client.get(PAGE)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.data == second.data
    assert len(counted) == 1


@pytest.mark.usefixtures("county")
def test_every_way_of_answering_carries_the_security_headers(served: Served) -> None:
    client = served.client()
    tag = client.get(PAGE).headers["ETag"]
    for answer in (
        client.get(PAGE),
        client.head(PAGE),
        client.get(PAGE, headers={"Accept-Encoding": "gzip"}),
        client.get(PAGE, headers={"If-None-Match": tag}),
        client.get("/v/520203999999"),
    ):
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers[name] == value
        assert answer.headers["Strict-Transport-Security"]


def test_a_withdrawn_item_carries_the_security_headers_and_is_never_kept(
    served: Served, database: Database, county: list[int]
) -> None:
    with database.unit_of_work() as session:
        disclosure.withdraw_item(session, item_id=county[0], reason="数字有误", actor=OPERATOR)
    answer = served.client().get(f"/items/{county[0]}")
    assert answer.status_code == 410
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Security-Policy"]
    assert len(served.bodies) == 0


@pytest.mark.usefixtures("county")
def test_gzip_and_plain_say_the_same(served: Served, counted: Counted) -> None:
    client = served.client()
    packed = client.get(PAGE, headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(PAGE)
    refused = client.get(PAGE, headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in refused.headers
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert int(plain.headers["Content-Length"]) == len(plain.data)
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert len(counted) == 1


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_who_has_the_page_already_gets_304(served: Served, encoding: str) -> None:
    client = served.client()
    headers = {"Accept-Encoding": encoding}
    first = client.get(PAGE, headers=headers)
    tag = first.headers["ETag"]
    again = client.get(PAGE, headers={**headers, "If-None-Match": f'"other", {tag}'})
    other = client.get(PAGE, headers={**headers, "If-None-Match": '"other"'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "no-cache"
    assert "Content-Type" not in again.headers
    assert other.status_code == 200


@pytest.mark.usefixtures("county")
def test_a_first_visit_that_knows_the_page_gets_304_too(served: Served) -> None:
    tag = served.client().get(PAGE).headers["ETag"]
    served.bodies.drop("division:")
    assert served.client().get(PAGE, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("kept_by", ["GET", "HEAD"])
def test_head_has_the_headers_of_get_and_no_body(served: Served, kept_by: str) -> None:
    client = served.client()
    client.open(PAGE, method=kept_by)
    head, get = client.head(PAGE), client.get(PAGE)
    assert head.data == b""
    assert get.data != b""
    names = ("Content-Length", "Content-Type", "ETag")
    assert [head.headers[name] for name in names] == [get.headers[name] for name in names]


def test_head_of_what_is_not_kept_has_no_body(served: Served) -> None:
    answer = served.client().head("/v/520203999999")
    assert (answer.status_code, answer.data) == (404, b"")


@pytest.mark.usefixtures("county")
def test_a_page_rendered_while_a_change_was_announced_is_sent_but_not_kept(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    render: Any = served.app.view_functions["villages.village"]

    def render_meanwhile(**kwargs: Any) -> Any:
        page = render(**kwargs)
        served.bodies.drop(f"division:{factories.VILLAGE}")
        return page

    entry.public(render_meanwhile)
    monkeypatch.setitem(served.app.view_functions, "villages.village", render_meanwhile)
    assert served.client().get(PAGE).status_code == 200
    assert len(served.bodies) == 0


def test_a_listener_that_fell_silent_by_passes_the_cache(
    served: Served, counted: Counted, database: Database, county: list[int]
) -> None:
    client, path = served.client(), f"/items/{county[0]}"
    client.get(path)
    with database.unit_of_work() as session:
        disclosure.withdraw_item(session, item_id=county[0], reason="数字有误", actor=OPERATOR)
    assert client.get(path).status_code == 200  # the test's listener has told nothing
    served.live = False
    assert client.get(path).status_code == 410
    before = len(served.bodies)
    client.get(PAGE)
    client.get(PAGE)
    assert len(served.bodies) == before
    assert len(counted) == 4


@pytest.mark.usefixtures("county")
def test_nginx_may_keep_a_page_until_the_running_second_ends(served: Served) -> None:
    before = int(time.time())
    answer = served.client().get(PAGE)
    after = int(time.time())
    assert answer.headers["X-Accel-Expires"] in {f"@{before}", f"@{after}"}


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("path", ["/v/520203999999", "/items/999999999", f"{PAGE}?cursor=xx"])
def test_refusals_are_never_kept(served: Served, path: str) -> None:
    answer = served.client().get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert len(served.bodies) == 0


@pytest.mark.usefixtures("county")
def test_a_page_nobody_offered_is_never_kept(served: Served, counted: Counted) -> None:
    client = served.client()
    for _ in range(2):
        assert client.get("/healthz").headers["Cache-Control"] == "private, no-store"
    assert len(counted) == 2
    assert len(served.bodies) == 0


def _small_cache(headers: list[tuple[str, str]], bodies: Bodies) -> caching.PublicCache:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[caching.SHARE] = Share("520203")
        start_response("200 OK", headers)
        return [b"page"]

    return caching.PublicCache(
        application,
        bodies=bodies,
        freshness=HeardEverything(),
        on_scan=lambda _code: None,
        assets={},
    )


def _ask(cache: caching.PublicCache, method: str = "GET") -> list[tuple[str, str]]:
    sent: list[tuple[str, str]] = []

    def start_response(_status: str, headers: list[tuple[str, str]]) -> Any:
        sent.extend(headers)

    list(cache({"REQUEST_METHOD": method, "PATH_INFO": "/p"}, start_response))
    return sent


def test_an_answer_that_sets_a_cookie_is_never_kept() -> None:
    bodies = Bodies(max_bytes=10**6)
    sent = _ask(_small_cache([("set-cookie", "a=1"), ("Cache-Control", "private")], bodies))
    assert ("set-cookie", "a=1") in sent
    assert len(bodies) == 0


def test_what_is_posted_is_never_kept() -> None:
    bodies = Bodies(max_bytes=10**6)
    _ask(_small_cache([], bodies), "POST")
    assert len(bodies) == 0
    _ask(_small_cache([], bodies))
    assert len(bodies) == 1


def test_every_scan_is_counted_however_it_was_answered(served: Served, database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        code = factories.printed(session)[0].code
    client = served.client()
    path = f"/d/{code}"
    tag = client.get(path).headers["ETag"]
    client.get(path)
    client.get(path, headers={"If-None-Match": tag})
    _with_cookie(client, path, f"{SESSION_COOKIE}=x")
    served.live = False
    client.get(path)
    assert served.scans == [code] * 5
    client.head(path)
    client.get(PAGE)
    client.get("/d/000000000000X")
    client.get(f"/api/v1/doorplates/{code}")
    assert served.scans == [code] * 5


def test_a_plates_page_goes_with_its_plate_and_with_its_village(
    served: Served, counted: Counted, database: Database
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        codes = [plate.code for plate in factories.printed(session, number=2)]
    client = served.client()
    for scope, rendered in ((f"plate:{codes[0]}", 3), (f"division:{factories.VILLAGE}", 5)):
        for code in codes:
            client.get(f"/d/{code}")
        served.bodies.drop(scope)
        for code in codes:
            client.get(f"/d/{code}")
        assert len(counted) == rendered
        counted.calls[:] = counted.calls[:rendered]
