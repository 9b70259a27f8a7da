"""The Mini Program's calls, against a twin of WeChat and, at the end, the simulator over HTTP."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.gateways import choosing
from app.gateways.wechat.memory import InMemoryWeChat
from app.gateways.wechat.protocol import SignedInUser
from app.identity.villagers import queries
from app.web.flask_app import SunshineApp
from tests.factories import bearer
from tests.identity.villagers.conftest import PHONE
from tests.wechat_simulator import MINI, World, serving
from tests.wechat_simulator.__main__ import settings as leading_to

SESSIONS, ME, PHONE_CALL = (
    "/api/v1/villagers/sessions",
    "/api/v1/villagers/me",
    "/api/v1/villagers/phone",
)


@pytest.fixture
def wechat(app: SunshineApp) -> InMemoryWeChat:
    """Give the application a twin of WeChat."""
    wechat = InMemoryWeChat()
    app.extensions["wechat"] = wechat
    return wechat


def _sign_in(client: FlaskClient, wechat: InMemoryWeChat, openid: str = "o-mini") -> dict[str, str]:
    wechat.users["c"] = SignedInUser(openid)
    return bearer(client.post(SESSIONS, json={"code": "c"}).get_json()["token"])


def _code(answer: TestResponse) -> str:
    return str(answer.get_json()["code"])


def test_a_code_of_the_mini_program_gives_a_token(
    client: FlaskClient, wechat: InMemoryWeChat
) -> None:
    shown = client.get(ME, headers=_sign_in(client, wechat)).get_json()
    assert (shown["mini_program"], shown["wechat"], shown["phone"]) == (True, False, None)
    assert [one["current"] for one in shown["sessions"]] == [True]


def test_a_code_that_wechat_does_not_know_asks_to_sign_in_again(
    client: FlaskClient, wechat: InMemoryWeChat
) -> None:
    answer = client.post(SESSIONS, json={"code": "unknown"})
    assert (answer.status_code, _code(answer)) == (401, "wechat_sign_in_again")
    assert wechat.calls == ["exchange_mini_code"]


def test_a_telephone_that_wechat_has_proved_is_the_accounts_own(
    app: SunshineApp, client: FlaskClient, wechat: InMemoryWeChat
) -> None:
    own = _sign_in(client, wechat)
    wechat.phones["p"] = PHONE
    answer = client.post(PHONE_CALL, json={"code": "p"}, headers=own)
    assert answer.get_json()["phone"] == "138****1234"
    with app.database.reading() as session:
        found = queries.villager_for_token(session, own["Authorization"].partition(" ")[2])
        assert found is not None
        assert queries.proved_phone(session, found.account_id) == PHONE
    again = client.post(PHONE_CALL, json={"code": "p"}, headers=own)
    assert (again.status_code, _code(again)) == (422, "wechat_phone_code_refused")


def test_the_token_of_a_session_that_ended_is_nobodys(
    client: FlaskClient, wechat: InMemoryWeChat
) -> None:
    own = _sign_in(client, wechat)
    assert client.delete(f"{SESSIONS}/current", headers=own).status_code == 204
    assert client.get(ME, headers=own).status_code == 401


def test_an_account_is_deleted_with_all_its_sessions(
    client: FlaskClient, wechat: InMemoryWeChat
) -> None:
    own, also = _sign_in(client, wechat), _sign_in(client, wechat)
    assert client.delete(ME, headers=own).status_code == 204
    assert client.get(ME, headers=also).status_code == 401


def test_without_a_mini_program_the_way_is_closed(
    client: FlaskClient, wechat: InMemoryWeChat
) -> None:
    own = _sign_in(client, wechat)
    wechat.serves_mini_program = False
    for path, headers in ((SESSIONS, {}), (PHONE_CALL, own)):
        answer = client.post(path, json={"code": "c"}, headers=headers)
        assert (answer.status_code, _code(answer)) == (409, "way_closed")


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": "x" * 513}, {"code": "x", "a": 1}])
def test_what_does_not_fit_is_refused_by_field(
    client: FlaskClient, wechat: InMemoryWeChat, body: dict[str, object]
) -> None:
    assert client.post(SESSIONS, json=body).status_code == 422
    assert wechat.calls == []


def test_a_cookie_is_no_token(client: FlaskClient, wechat: InMemoryWeChat) -> None:
    token = _sign_in(client, wechat)["Authorization"].partition(" ")[2]
    client.set_cookie("sunshine_session_villager", token)
    assert client.get(ME).status_code == 401


def test_over_http_a_mini_program_signs_in_and_hands_over_its_number(
    app: SunshineApp, client: FlaskClient
) -> None:
    with serving(World()) as simulator:
        told = {name.lower(): value for name, value in leading_to(simulator.url).items()}
        settings = app.settings.model_copy(update=told)
        app.extensions["wechat"] = choosing.wechat_for(settings, app.database)
        world, person = simulator.world, simulator.world.person("lan")
        code = world.code_for("mini", MINI.app_id, person)
        own = bearer(client.post(SESSIONS, json={"code": code}).get_json()["token"])
        assert client.post(SESSIONS, json={"code": code}).status_code == 401
        number = world.code_for("phone", MINI.app_id, person)
        answer = client.post(PHONE_CALL, json={"code": number}, headers=own)
        assert answer.get_json()["phone"] == "138****1234"
