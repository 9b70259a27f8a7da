"""The editorial desk as JSON: a person's programs do what the person may, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.kernel.db import Database
from tests import factories
from tests.factories import COUNTY, TOWNSHIP, VILLAGE

ROLES = ("publisher", "first_reviewer", "second_reviewer", "final_reviewer")


@pytest.fixture
def tokens(database: Database) -> dict[str, str]:
    """Make a small county, and give a token for each role of the desk."""
    with database.unit_of_work() as session:
        factories.county(session)
        return {
            role: factories.staff_token(session, role=role, division_code=TOWNSHIP)
            for role in ROLES
        }


def _create(client: FlaskClient, token: str, **changed: Any) -> TestResponse:
    body = {
        "division_code": VILLAGE,
        "topic": "dibao",
        "title": "低保公示",
        "body_markdown": "共 **12** 户。<script>1</script>",
    }
    return client.post("/api/v1/drafts", json=body | changed, headers=factories.bearer(token))


def _post(client: FlaskClient, path: str, token: str, **body: Any) -> TestResponse:
    return client.post(f"/api/v1/drafts/{path}", json=body, headers=factories.bearer(token))


def test_a_draft_goes_from_a_program_to_the_public(
    client: FlaskClient, tokens: dict[str, str]
) -> None:
    draft = _create(client, tokens["publisher"]).get_json()
    draft = _post(
        client, f"{draft['id']}/submission", tokens["publisher"], version=draft["version"]
    ).get_json()
    for role in ROLES[1:]:
        answer = _post(
            client,
            f"{draft['id']}/reviews",
            tokens[role],
            version=draft["version"],
            verdict="pass",
        )
        assert answer.status_code == 200
        draft = answer.get_json()
    assert draft["state"] == "published"
    read = client.get(f"/api/v1/items/{draft['item_id']}").get_json()
    assert "<strong>12</strong>" in read["body_html"]
    assert "<script" not in read["body_html"]
    listed = client.get("/api/v1/drafts", headers=factories.bearer(tokens["publisher"]))
    assert [one["id"] for one in listed.get_json()["drafts"]] == [draft["id"]]


def test_nobody_writes_without_a_token_or_beyond_the_grant(
    client: FlaskClient, tokens: dict[str, str]
) -> None:
    assert client.post("/api/v1/drafts", json={}).status_code == 401
    publisher = tokens["publisher"]
    assert _create(client, publisher, division_code="520203103201").status_code == 403
    assert _create(client, publisher, division_code=COUNTY).status_code == 403
    assert _create(client, tokens["first_reviewer"]).status_code == 403


@pytest.mark.parametrize(
    "changed",
    [
        {"division_code": "520203102213 "},
        {"division_code": "52020310221301"},
        {"division_code": "520203102999"},
        {"topic": "none"},
        {"title": ""},
        {"title": "长" * 121},
        {"body_markdown": "长" * 100_001},
        {"organisation_id": 0},
        {"corrects_id": 10**12},
        {"publish_at": "2026-01-01T00:00:00"},
        {"state": "published"},
        {"title": "a\x00b"},
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    client: FlaskClient, tokens: dict[str, str], changed: dict[str, Any]
) -> None:
    answer = _create(client, tokens["publisher"], **changed)
    assert answer.status_code in (404, 422)
    assert answer.content_type == "application/problem+json"


def test_what_has_no_words_is_refused_when_it_is_handed_in(
    client: FlaskClient, tokens: dict[str, str]
) -> None:
    draft = _create(client, tokens["publisher"], body_markdown="![](x)").get_json()
    answer = _post(client, f"{draft['id']}/submission", tokens["publisher"], version=1)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "nothing_to_read")


def test_a_repeated_request_with_a_key_begins_one_draft(
    client: FlaskClient, tokens: dict[str, str]
) -> None:
    body = {"division_code": VILLAGE, "topic": "dibao", "title": "公示", "body_markdown": "12 户"}
    headers = {**factories.bearer(tokens["publisher"]), "Idempotency-Key": "a-1"}
    first, second = (client.post("/api/v1/drafts", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.get_json()) == (second.status_code, second.get_json())
    other = client.post("/api/v1/drafts", json=body | {"title": "别的"}, headers=headers)
    assert other.status_code == 409


def test_an_old_version_is_not_saved_over(client: FlaskClient, tokens: dict[str, str]) -> None:
    draft = _create(client, tokens["publisher"]).get_json()
    body = {"division_code": VILLAGE, "topic": "dibao", "title": "新", "body_markdown": "12 户"}
    headers = factories.bearer(tokens["publisher"])
    address = f"/api/v1/drafts/{draft['id']}"
    assert client.put(address, json=body | {"version": 1}, headers=headers).status_code == 200
    again = client.put(address, json=body | {"version": 1}, headers=headers)
    assert (again.status_code, again.get_json()["code"]) == (409, "draft_changed")
