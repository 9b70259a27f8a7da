"""Bearer tokens: got with a password, shown on every call, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.identity import roles, service
from app.identity.models import StaffGrant
from app.kernel import clock
from app.kernel.db import Database
from tests import factories
from tests.factories import COUNTY, PASSWORD, VILLAGE, bearer

TOKENS = "/api/v1/tokens"
BATCHES = "/api/v1/doorplates/batches"
WANTED = {"division_code": VILLAGE, "count": 1}


@pytest.fixture
def li(database: Database) -> str:
    """Give the name of somebody who issues plates and needs no second factor."""
    with database.unit_of_work() as session:
        factories.county(session)
        staff = service.create_staff(
            session, username="li", password=PASSWORD, role="installer", division_code=COUNTY
        )
        session.add(StaffGrant(staff_id=staff.id, permission=roles.ISSUE, division_prefix=COUNTY))
    return "li"


def _ask(client: FlaskClient, *, username: str = "li", password: str = PASSWORD) -> TestResponse:
    return client.post(TOKENS, json={"username": username, "password": password})


def _token(client: FlaskClient) -> str:
    answer = _ask(client)
    assert answer.status_code == 201
    assert answer.json is not None
    return str(answer.json["token"])


def test_a_token_opens_what_its_owner_may_do(client: FlaskClient, li: str) -> None:
    del li
    assert client.post(BATCHES, json=WANTED).status_code == 401
    answer = client.post(BATCHES, json=WANTED, headers=bearer(_token(client)))
    assert answer.status_code == 201


def test_an_answer_with_a_token_is_kept_by_no_cache(client: FlaskClient, li: str) -> None:
    del li
    answer = _ask(client)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("username", "password"), [("li", "wrong password"), ("nobody", PASSWORD), ("\0", PASSWORD)]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    client: FlaskClient, li: str, username: str, password: str
) -> None:
    del li
    answer = _ask(client, username=username, password=password)
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "sign_in_refused"
    assert answer.json["detail"] == "用户名或密码不对。"
    assert password not in answer.text


@pytest.mark.parametrize(
    "body", [{}, {"username": "li"}, {"username": "li", "password": "x" * 201}, [], "x"]
)
def test_a_sign_in_that_is_none_names_the_fields_and_no_value(
    client: FlaskClient, li: str, body: object
) -> None:
    del li
    answer = client.post(TOKENS, json=body)
    assert answer.status_code == 422
    assert "xxx" not in answer.text


def test_an_account_rests_after_five_wrong_passwords_wherever_they_come_from(
    client: FlaskClient, li: str
) -> None:
    del li
    answers = [_ask(client, password="wrong password").status_code for _time in range(6)]
    assert answers == [401] * 5 + [429]
    refused = _ask(client)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    elsewhere = client.post(
        TOKENS,
        json={"username": "li", "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": "198.51.100.7"},
    )
    assert elsewhere.status_code == 429


def test_a_token_taken_back_is_refused(client: FlaskClient, li: str) -> None:
    del li
    headers = bearer(_token(client))
    assert client.delete(f"{TOKENS}/current", headers=headers).status_code == 204
    assert client.post(BATCHES, json=WANTED, headers=headers).status_code == 401
    assert client.delete(f"{TOKENS}/current", headers=headers).status_code == 401
    assert client.delete(f"{TOKENS}/current").status_code == 401


def test_a_token_ends_after_thirty_days(
    client: FlaskClient, li: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del li
    headers = bearer(_token(client))
    later = clock.now() + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.post(BATCHES, json=WANTED, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "shown", ["Bearer", "Bearer x", "Basic bGk6eA==", "Bearer \xff", "Token x"]
)
def test_a_bad_token_is_refused_also_where_none_is_needed(
    client: FlaskClient, li: str, shown: str
) -> None:
    del li
    answer = client.get(f"/api/v1/divisions/{VILLAGE}", headers={"Authorization": shown})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_cookie_is_no_token_for_programs(client: FlaskClient, li: str) -> None:
    del li
    client.set_cookie("sunshine_session", _token(client))
    assert client.post(BATCHES, json=WANTED).status_code == 401
