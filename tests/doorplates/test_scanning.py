"""The written table of what each state shows a scanner, and what a wrong code meets."""

from __future__ import annotations

import pytest
import redis
from flask.testing import FlaskClient

from app.doorplates import codes, service
from app.doorplates.schemas import PlateView
from app.doorplates.states import SCANNER_NOTES, State
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from app.web.throttle import Throttle
from tests import factories
from tests.conftest import Served
from tests.factories import VILLAGE

API = "/api/v1/doorplates"
STATUS = {
    State.DRAFT: 404,
    State.PRINTED: 200,
    State.INSTALLED: 200,
    State.DAMAGED: 200,
    State.REVOKED: 410,
    State.REPLACED: 200,
}


def _wrong(number: int) -> str:
    """Give a text that no reading turns into a code."""
    return f"U{number:012d}"


def _plate(database: Database, state: State) -> PlateView:
    with database.unit_of_work() as session:
        if state is State.DRAFT:
            return factories.issued(session)[0]
        view = factories.printed(session)[0]
        if state is State.INSTALLED:
            service.install(session, code=view.code, actor=OPERATOR)
        elif state is State.DAMAGED:
            service.report_damage(session, code=view.code, reason="风吹落", actor=OPERATOR)
        elif state is State.REVOKED:
            service.revoke(session, code=view.code, reason="风吹落", actor=OPERATOR)
        elif state is State.REPLACED:
            service.replace(session, code=view.code, reason="风吹落", actor=OPERATOR)
        return view


@pytest.mark.parametrize("state", list(State))
def test_each_state_shows_a_scanner_what_the_table_says(
    client: FlaskClient, committed: Database, state: State
) -> None:
    view = _plate(committed, state)
    page, answer = client.get(f"/d/{view.code}"), client.get(f"{API}/{view.code}")
    assert (page.status_code, answer.status_code) == (STATUS[state], STATUS[state])
    if STATUS[state] == 200:
        assert "青杠林村" in page.text
        assert answer.json is not None
        assert (answer.json["state"], answer.json["note"]) == (state, SCANNER_NOTES[state])
        for other, note in SCANNER_NOTES.items():
            if note is not None:
                assert (note in page.text) is (other is state)


def test_a_revoked_plate_says_so_and_leads_on_to_the_village(
    client: FlaskClient, committed: Database
) -> None:
    page = client.get(f"/d/{_plate(committed, State.REVOKED).code}")
    assert "已经停用" in page.text
    assert f'href="/v/{VILLAGE}"' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/d/{}", "/d/{}/report", API + "/{}"])
def test_a_draft_cannot_be_told_from_a_code_never_drawn(
    served: Served, committed: Database, path: str
) -> None:
    draft, unknown = _plate(committed, State.DRAFT).code, codes.draw(1)[0]
    visitor = served.client()
    one, other = visitor.get(path.format(draft)), visitor.get(path.format(unknown))
    assert one.status_code == other.status_code == 404
    assert one.data.replace(draft.encode(), b"CODE") == other.data.replace(
        unknown.encode(), b"CODE"
    )
    assert dict(one.headers) == dict(other.headers)


def test_a_plate_that_is_drawn_answers_and_one_that_is_revoked_stops(
    served: Served, committed: Database
) -> None:
    view = _plate(committed, State.DRAFT)
    visitor = served.client()
    assert visitor.get(f"/d/{view.code}").status_code == 404
    with committed.unit_of_work() as session:
        service.mark_printed(session, plate_ids=[view.id], actor_name="clerk")
    assert visitor.get(f"/d/{view.code}").status_code == 200
    with committed.unit_of_work() as session:
        service.revoke(session, code=view.code, reason="拆除", actor=OPERATOR)
    served.bodies.drop(f"plate:{view.code}")  # the listener's part, tested with it
    assert visitor.get(f"/d/{view.code}").status_code == 410
    assert visitor.get(f"{API}/{view.code}").status_code == 410


@pytest.mark.parametrize(
    "code", ["x", "7K3M9QXW2R4T1", "%00", "%FF%FE", "a/b/c", "%F0%A0%AE%B7", "x" * 2_000]
)
def test_a_wrong_code_gets_a_friendly_page_that_suggests_to_scan_again(
    client: FlaskClient, committed: Database, code: str
) -> None:
    del committed
    answer = client.get(f"/d/{code}")
    assert answer.status_code == 404
    assert "再扫一次" in answer.text


@pytest.mark.parametrize(
    "typed", ["7k3m9qxw2r4t0", "7K3M 9QXW 2R4T 0", "7K3M9QXWZR4TO", "７Ｋ３Ｍ９ＱＸＷ２Ｒ４Ｔ０"]
)
def test_a_code_typed_by_hand_is_led_to_its_one_address(
    client: FlaskClient, committed: Database, typed: str
) -> None:
    del committed
    for answer in (client.get(f"/d/{typed}"), client.get("/d", query_string={"code": typed})):
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/d/7K3M9QXW2R4T0"


def test_the_thirty_first_miss_of_a_minute_is_too_many_and_a_plate_never_is(
    client: FlaskClient, committed: Database
) -> None:
    view = _plate(committed, State.INSTALLED)
    answers = [client.get(f"/d/{_wrong(number)}").status_code for number in range(30)]
    assert set(answers) == {404}
    refused = client.get(f"/d/{_wrong(31)}")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert client.get(f"{API}/{_wrong(32)}").status_code == 429
    assert client.get(f"/d/{view.code}").status_code == 200
    assert client.get(f"{API}/{view.code}").status_code == 200
    other = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.get(f"/d/{_wrong(33)}", environ_overrides=other).status_code == 404


@pytest.mark.parametrize("path", ["/d/{}", "/d?code={}", "/d/{}/report", API + "/{}"])
def test_every_way_to_try_codes_is_counted(
    client: FlaskClient, committed: Database, path: str
) -> None:
    del committed
    answers = [client.get(path.format(codes.draw(1)[0])) for _number in range(31)]
    if "?" in path:  # a whole code is led to its address first, and counted there
        answers = [client.get(answer.headers["Location"]) for answer in answers]
    assert [answer.status_code for answer in answers] == [404] * 30 + [429]


def test_a_whole_meeting_behind_one_address_scans_freely(
    served: Served, committed: Database
) -> None:
    view = _plate(committed, State.INSTALLED)
    served.live = False  # every scan goes through to the application
    visitor = served.client()
    assert {visitor.get(f"/d/{view.code}").status_code for _villager in range(60)} == {200}


def test_valkey_holds_no_address_and_no_code(
    client: FlaskClient, committed: Database, redis_url: str
) -> None:
    del committed
    address = {"REMOTE_ADDR": "198.51.100.7"}
    client.get(f"/d/{_wrong(1)}", environ_overrides=address)
    with redis.Redis.from_url(redis_url, decode_responses=True) as valkey:
        keys = list(valkey.scan_iter())
        assert len(keys) == 1
        kept = keys[0] + str(valkey.get(keys[0]))
        assert 0 < valkey.ttl(keys[0]) <= 120
    assert "198.51" not in kept
    assert _wrong(1) not in kept


def test_without_valkey_a_wrong_code_is_still_only_not_found(
    app: SunshineApp, committed: Database
) -> None:
    del committed
    app.extensions["throttle"] = Throttle("redis://127.0.0.1:1/0", secret="s", misses_per_minute=1)
    client = app.test_client()
    answers = [client.get(f"/d/{_wrong(number)}").status_code for number in range(3)]
    assert answers == [404, 404, 404]
