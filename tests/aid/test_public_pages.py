"""The list on its item's page, its sums on the village's, its rows nowhere else."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.disclosure import service as disclosure
from app.disclosure.models import Item
from app.disclosure.schemas import CorrectionIn
from app.disclosure.service import ending
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web.assets import Assets
from app.web.flask_app import SESSION_COOKIE
from tests import factories
from tests.aid.conftest import UNIQUE, Public, Publish
from tests.conftest import Served
from tests.factories import TOWNSHIP, VILLAGE


def test_the_items_page_shows_rows_sums_and_the_days_that_are_left(
    client: FlaskClient, public: Public
) -> None:
    page = client.get(f"/items/{public.item_id}").text
    for text in (*UNIQUE, "农村低保", "3 户", "6 人", "1,236.90 元", "异议期还剩 8 天", "我有异议"):
        assert text in page
    last = clock.today() + timedelta(days=7)
    assert f"到 {last.month}月{last.day}日" in page


def test_the_items_page_is_noindex_and_names_nobody_in_its_head(
    client: FlaskClient, public: Public
) -> None:
    head = client.get(f"/items/{public.item_id}").text.split("</head>")[0]
    assert '<meta name="robots" content="noindex">' in head
    assert not any(name in head for name in UNIQUE)


LEAKS = (
    f"/v/{VILLAGE}",
    f"/v/{VILLAGE}/topics/dibao",
    f"/v/{VILLAGE}/board",
    "/",
    "/robots.txt",
    "/api/v1/topics",
    f"/api/v1/divisions/{VILLAGE}/items",
    f"/api/v1/divisions/{VILLAGE}/items?limit=100",
    "/api/v1/items/{item}",
    "/items/{item}/objection",
    "/items/{item}/objection/thanks",
    "/openapi.json",
)


@pytest.mark.parametrize("address", LEAKS)
def test_no_row_stands_anywhere_but_on_the_items_page(
    client: FlaskClient, public: Public, address: str
) -> None:
    answer = client.get(address.format(item=public.item_id))
    assert not any(name in answer.get_data(as_text=True) for name in UNIQUE)


@pytest.mark.parametrize(
    "address",
    ["/console/items?format=csv", "/console/drafts?format=csv", "/console/aid?format=csv"],
)
def test_no_row_stands_in_a_file_that_staff_take_with_them(
    client: FlaskClient, database: Database, public: Public, address: str
) -> None:
    del public
    with database.unit_of_work() as session:
        token = factories.staff_session(session, role="publisher", division_code=TOWNSHIP[:6])
    client.set_cookie(SESSION_COOKIE, token)
    answer = client.get(address)
    assert answer.status_code == 200
    assert not any(name in answer.text for name in UNIQUE)


def test_programs_learn_of_the_sums_alone(client: FlaskClient, public: Public) -> None:
    assert client.get(f"/api/v1/items/{public.item_id}").json["aid_list"] == {  # type: ignore[index]
        "kind": "dibao",
        "period": clock.today().strftime("%Y-%m"),
        "households": 3,
        "members": 6,
        "total_fen": 123690,
    }


def test_no_cache_keeps_rows_beside_that_of_the_items_page(served: Served, public: Public) -> None:
    client = served.client()
    for address in (f"/v/{VILLAGE}", f"/items/{public.item_id}", f"/v/{VILLAGE}/board"):
        client.get(address)
    kept = [client.get(one).text for one in (f"/v/{VILLAGE}", f"/v/{VILLAGE}/board")]
    assert not any(name in page for name in UNIQUE for page in kept)


def test_after_its_last_day_the_list_is_gone_whoever_asks(
    client: FlaskClient, database: Database, public: Public
) -> None:
    with database.unit_of_work() as session:
        item = session.get_one(Item, public.item_id)
        item.expires_on = clock.today() - timedelta(days=1)
    for address in ("", "/objection", "/objection/thanks"):
        answer = client.get(f"/items/{public.item_id}{address}")
        assert answer.status_code == 410
        assert not any(name in answer.text for name in UNIQUE)
    assert client.get(f"/api/v1/items/{public.item_id}").status_code == 410
    assert "正在公示的名单" not in client.get(f"/v/{VILLAGE}").text


def test_a_withdrawn_list_is_gone_at_once_from_every_cache(
    served: Served, database: Database, public: Public
) -> None:
    client = served.client()
    assert UNIQUE[0] in client.get(f"/items/{public.item_id}").text
    with database.unit_of_work() as session:
        item = session.get_one(Item, public.item_id)
        ending.take_back(session, item, reason="有误")
    served.bodies.drop(f"division:{VILLAGE}")
    answer = client.get(f"/items/{public.item_id}")
    assert answer.status_code == 410
    assert UNIQUE[0] not in answer.text


def test_a_list_that_was_replaced_shows_its_rows_no_more(
    client: FlaskClient, database: Database, public: Public
) -> None:
    with database.unit_of_work() as session:
        other = factories.item(session)
        session.get_one(Item, public.item_id).superseded_by_id = other.id
    page = client.get(f"/items/{public.item_id}")
    assert page.status_code == 200
    assert not any(name in page.text for name in UNIQUE)
    assert client.get(f"/items/{public.item_id}/objection").status_code == 404


def test_a_correction_leaves_the_rows_out_of_the_text_before(
    client: FlaskClient, database: Database, public: Public
) -> None:
    with database.unit_of_work() as session:
        wanted = CorrectionIn(title="低保名单公示", body_markdown="名单如下。", note="改字")
        disclosure.correct_item(session, item_id=public.item_id, wanted=wanted, actor=OPERATOR)
    assert UNIQUE[0] in client.get(f"/items/{public.item_id}").text
    page = client.get(f"/items/{public.item_id}/revisions/1")
    assert page.status_code == 200
    assert not any(name in page.text for name in UNIQUE)


def test_the_villages_page_tells_of_the_list_by_sums_and_days(
    client: FlaskClient, public: Public
) -> None:
    page = client.get(f"/v/{VILLAGE}").text
    assert "正在公示的名单" in page
    assert f'href="/items/{public.item_id}">农村低保 ' in page
    assert "3 户，1,236.90 元" in page
    assert "异议期还剩 8 天" in page


def test_village_and_list_stay_within_their_weight(served: Served, publish: Publish) -> None:
    public = publish(80)
    assets: Assets = served.app.extensions["assets"]
    beside = sum(body.weight - 3000 for body in assets.by_address().values())
    for address in (f"/v/{VILLAGE}", f"/items/{public.item_id}"):
        page = served.client().get(address, headers={"Accept-Encoding": "gzip"})
        assert len(page.data) + beside <= 30 * 1024, address
        assert len(re.findall("<script", gzip.decompress(page.data).decode())) == 1
