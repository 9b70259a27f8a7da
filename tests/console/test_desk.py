"""Lists of the editorial desk: narrowed, sorted, in pages, as a file; forms and their secret."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.disclosure import service
from app.disclosure.models import Item
from app.kernel import access, clock
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


@pytest.fixture
def ended(database: Database, publisher: FlaskClient) -> FlaskClient:
    """End three items, each in its own way, beside the one that stands."""
    with database.unit_of_work() as session:
        withdrawn, expired, replaced = (
            factories.item(session, title=title) for title in ("撤下的", "期满的", "被代替的")
        )
        newer = factories.item(session, title="代替它的")
        service.withdraw_item(
            session, item_id=withdrawn.id, reason="=名单有误", actor=access.OPERATOR
        )
        over = session.get_one(Item, expired.id)
        over.expires_on = clock.today() - timedelta(days=1)
        session.get_one(Item, replaced.id).superseded_by_id = newer.id
        session.flush()
        service.expire_due(session)
    return publisher


def _titles(answer: TestResponse) -> set[str]:
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]
    return {row[1] for row in rows}


def test_what_has_ended_is_a_list_of_its_own_with_how_and_why(ended: FlaskClient) -> None:
    page = ended.get("/console/items/ended").text
    assert "撤下的" in page
    assert "=名单有误" in page
    assert "已被代替" in page
    assert "HYPERLINK" not in page
    assert _titles(ended.get("/console/items/ended?format=csv")) == {
        "撤下的",
        "期满的",
        "被代替的",
    }
    assert "'=名单有误" in ended.get("/console/items/ended?format=csv").text


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("state=withdrawn", {"撤下的"}),
        ("state=expired", {"期满的"}),
        ("state=superseded", {"被代替的"}),
        ("state=standing", {"撤下的", "期满的", "被代替的"}),
        ("q=期满&sort=title", {"期满的"}),
        ("place=520203999", set()),
    ],
)
def test_what_has_ended_is_narrowed(ended: FlaskClient, query: str, titles: set[str]) -> None:
    assert _titles(ended.get(f"/console/items/ended?{query}&format=csv")) == titles
