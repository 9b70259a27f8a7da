"""Lists of the editorial desk: narrowed, sorted, in pages, as a file; forms and their secret."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.kernel.db import Database
from app.web.flask_app import SESSION_COOKIE
from tests import factories
from tests.factories import TOWNSHIP, VILLAGE


@pytest.fixture
def publisher(client: FlaskClient, database: Database) -> FlaskClient:
    """Sign a publisher of the township in."""
    with database.unit_of_work() as session:
        factories.county(session)
        factories.item(session, title="=HYPERLINK(1)")
        token = factories.staff_session(session, role="publisher", division_code=TOWNSHIP)
    client.set_cookie(SESSION_COOKIE, token)
    return client


def test_a_list_is_narrowed_by_words_and_state(publisher: FlaskClient) -> None:
    assert "HYPERLINK" in publisher.get("/console/items?state=standing&sort=title").text
    assert "没有找到这样的内容" in publisher.get("/console/items?q=没有").text
    assert "没有找到这样的内容" in publisher.get("/console/items?state=expired").text


def test_a_file_of_a_list_holds_no_formula(publisher: FlaskClient) -> None:
    answer = publisher.get("/console/items?format=csv")
    assert answer.content_type.startswith("text/csv")
    assert "'=HYPERLINK(1)" in answer.text


@pytest.mark.parametrize("query", ["page=0", "page=9999", "page=x", "sort=none", "q=%00"])
def test_odd_addresses_of_a_list_are_answered(publisher: FlaskClient, query: str) -> None:
    assert publisher.get(f"/console/items?{query}").status_code == 200
    assert publisher.get(f"/console/drafts?{query}").status_code == 200


def test_a_form_without_this_sites_secret_writes_nothing(publisher: FlaskClient) -> None:
    body = {"division_code": VILLAGE, "topic": "dibao", "title": "甲", "body_markdown": "乙"}
    assert publisher.post("/console/drafts/", data=body).status_code == 409
    assert "还没有稿件" in publisher.get("/console/drafts").text
