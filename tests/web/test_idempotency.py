"""The header `Idempotency-Key`, at the call that issues plates."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.doorplates.models import Batch, Doorplate
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests import factories
from tests.doorplates.conftest import at_once
from tests.factories import TOWNSHIP, VILLAGE, bearer

BATCHES = "/api/v1/doorplates/batches"
REPLACEMENT = "/api/v1/doorplates/7K3M9QXW2R4T0/replacement"


@pytest.fixture
def committed(database: Database) -> Database:
    """Give a database with the county in it."""
    with database.unit_of_work() as session:
        factories.county(session)
    return database


@pytest.fixture
def clerk(committed: Database) -> dict[str, str]:
    """Give the header of a clerk of the township."""
    with committed.unit_of_work() as session:
        return bearer(factories.staff_token(session, role="clerk", division_code=TOWNSHIP))


def _json(answer: TestResponse) -> dict[str, Any]:
    body = answer.get_json(force=True)
    assert isinstance(body, dict)
    return body


def _count(database: Database, table: type[Batch] | type[Doorplate]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_same_key_and_body_is_one_batch_and_one_answer(
    client: FlaskClient, committed: Database, clerk: dict[str, str]
) -> None:
    headers = {**clerk, "Idempotency-Key": "order-1"}
    answers = [
        client.post(BATCHES, json={"division_code": VILLAGE, "count": 2}, headers=headers)
        for _time in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].data == answers[1].data
    assert answers[0].content_type == answers[1].content_type
    assert _count(committed, Batch) == 1


def test_the_same_key_with_another_body_or_address_is_a_conflict(
    client: FlaskClient, committed: Database, clerk: dict[str, str]
) -> None:
    headers = {**clerk, "Idempotency-Key": "order-1"}
    client.post(BATCHES, json={"division_code": VILLAGE, "count": 2}, headers=headers)
    other = client.post(BATCHES, json={"division_code": VILLAGE, "count": 3}, headers=headers)
    elsewhere = client.post(REPLACEMENT, json={"reason": "看不清"}, headers=headers)
    assert [other.status_code, elsewhere.status_code] == [409, 409]
    assert _json(other)["code"] == "idempotency_key_reused"
    assert _count(committed, Batch) == 1


def test_a_request_that_was_refused_may_be_put_right_under_its_key(
    client: FlaskClient, clerk: dict[str, str]
) -> None:
    headers = {**clerk, "Idempotency-Key": "order-1"}
    bad = {"division_code": "520203102999", "count": 2}
    assert client.post(BATCHES, json=bad, headers=headers).status_code == 404
    good = {"division_code": VILLAGE, "count": 2}
    assert client.post(BATCHES, json=good, headers=headers).status_code == 201


def test_the_same_request_twice_at_once_is_one_batch(
    app: SunshineApp, committed: Database, clerk: dict[str, str]
) -> None:
    def post(number: int) -> tuple[int, bytes]:
        headers = {**clerk, "Idempotency-Key": "order-1"}
        wanted = {"division_code": VILLAGE, "count": number}
        answer = app.test_client().post(BATCHES, json=wanted, headers=headers)
        return answer.status_code, answer.data

    first, second = at_once(partial(post, 40), partial(post, 40))
    assert first == second
    assert isinstance(first, tuple)
    assert first[0] == 201
    assert _count(committed, Doorplate) == 40


@pytest.mark.parametrize("key", ["", "x" * 65, "订单"])
def test_a_key_that_cannot_be_kept_is_refused(
    client: FlaskClient, clerk: dict[str, str], key: str
) -> None:
    headers = {**clerk, "Idempotency-Key": key.encode().decode("latin-1")}
    wanted = {"division_code": VILLAGE, "count": 1}
    assert client.post(BATCHES, json=wanted, headers=headers).status_code == 422
