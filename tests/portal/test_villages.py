"""The village's page, its topics and its notice board."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from app.disclosure import service as disclosure
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.organisations import service as organisations
from app.organisations.models import Kind
from app.organisations.schemas import Details
from app.places import service as places
from tests import factories
from tests.conftest import Served
from tests.factories import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE

PAGE = f"/v/{VILLAGE}"


@pytest.fixture
def county(database: Database) -> Database:
    with database.unit_of_work() as session:
        factories.county(session)
    return database


def test_the_page_has_all_a_villager_came_for(client: FlaskClient, county: Database) -> None:
    with county.unit_of_work() as session:
        factories.office(session)
        for code, name, phone in (
            (VILLAGE, "村务投诉电话", "0858-5550155"),
            (COUNTY, "政务服务便民热线", "12345"),
        ):
            details = Details(name=name, kind=Kind.HOTLINE, division_code=code, phone=phone)
            organisations.register(session, details=details, actor=OPERATOR)
        own = factories.item(session, topic="dibao", title="村低保名单")
        factories.item(session, division_code=TOWNSHIP, topic="employment", title="镇招聘会")
        factories.item(session, division_code=COUNTY, title="县低保标准")
        factories.item(session, division_code=OTHER_VILLAGE, title="太和村的事")
    page = client.get(PAGE).text
    assert "<h1>青杠林村</h1>" in page
    assert "岩脚镇" in page
    tiles = page[page.index('class="tiles"') : page.index("</nav>", page.index('class="tiles"'))]
    assert [name in tiles for name in ("村集体资金", "低保金", "民生项目", "就业创业")] == [
        True
    ] * 4
    assert "县低保标准" in tiles  # the newest of the topic, whoever published it
    assert "镇招聘会" in tiles
    for text in ("村低保名单", "村委会", "tel:08585550101", "tel:08585550155", "tel:12345"):
        assert text in page
    assert "太和村的事" not in page
    assert f'href="/items/{own.id}"' in page
    assert "主办单位：六枝特区人民政府办公室" in page
    assert "ICP" not in page  # not set, so left out


def test_a_page_without_anything_published_says_so_and_has_no_dead_ends(
    client: FlaskClient, county: Database
) -> None:
    assert county is not None
    page = client.get(PAGE).text
    assert "还没有公开内容" in page
    for address in re.findall(r'href="(/[^"#?]*)"', page):
        if not address.startswith("/assets/"):
            assert client.get(address).status_code == 200, address


def test_wechat_and_search_engines_get_the_villages_own_address(
    client: FlaskClient, county: Database
) -> None:
    with county.unit_of_work() as session:
        code = factories.printed(session)[0].code
    for path in (PAGE, f"{PAGE}?from=timeline", f"/d/{code}"):
        page = client.get(path).text
        assert f'rel="canonical" href="https://liuzhi.example.gov.cn{PAGE}"' in page
        assert f'property="og:url" content="https://liuzhi.example.gov.cn{PAGE}"' in page
        assert 'property="og:title" content="青杠林村公开 · 阳光六枝"' in page


def test_a_first_load_takes_three_requests_and_30_kilobytes(
    served: Served, county: Database
) -> None:
    with county.unit_of_work() as session:
        factories.office(session)
        for number in range(40):
            factories.item(session, title=f"关于第{number}批城乡居民最低生活保障金发放情况的公示")
        code = factories.printed(session)[0].code
    client = served.client()
    page = client.get(f"/d/{code}", headers={"Accept-Encoding": "gzip"})
    html = gzip.decompress(page.data).decode()
    loaded = re.findall(r'<(?:link rel="stylesheet"|script|img|iframe|object)[^>]*', html)
    addresses = [re.search(r'(?:href|src)="([^"]+)"', tag) for tag in loaded]
    assert all(address and address[1].startswith("/assets/") for address in addresses)
    assert 1 + len(addresses) <= 3
    weight = len(page.data)
    for address in addresses:
        assert address is not None
        answer = client.get(address[1], headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert b"url(http" not in gzip.decompress(answer.data)
        weight += len(answer.data)
    assert weight <= 30 * 1024


def test_the_feed_leads_on_without_script(client: FlaskClient, county: Database) -> None:
    with county.unit_of_work() as session:
        numbers = [factories.item(session).id for _ in range(45)]
    seen: list[int] = []
    address: str | None = PAGE
    while address:
        page = client.get(address).text
        feed = page[page.index('<ul class="feed">') :]
        seen += [int(found) for found in re.findall(r'href="/items/(\d+)"', feed)]
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1] if following else None
    assert seen == sorted(numbers, reverse=True)


def test_a_topic_page_shows_its_own_items_page_by_page(
    client: FlaskClient, county: Database
) -> None:
    with county.unit_of_work() as session:
        numbers = [factories.item(session, topic="dibao").id for _ in range(22)]
        factories.item(session, topic="employment", title="招聘会")
    first = client.get(f"{PAGE}/topics/dibao").text
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    second = client.get(following[1]).text
    found = re.findall(r'href="/items/(\d+)"', first + second)
    assert [int(number) for number in found] == sorted(numbers, reverse=True)
    assert "招聘会" not in first + second


@pytest.mark.parametrize("path", ["", "/topics/dibao", "/board"])
@pytest.mark.parametrize(
    "code", [COUNTY, TOWNSHIP, factories.GROUP, "520203102999", "x", "5202031022130", "%E6%9D%91"]
)
def test_only_villages_have_a_village_page(
    client: FlaskClient, county: Database, code: str, path: str
) -> None:
    assert county is not None
    assert client.get(f"/v/{code}{path}").status_code == 404


def test_an_unknown_topic_is_not_found(client: FlaskClient, county: Database) -> None:
    assert county is not None
    answer = client.get(f"{PAGE}/topics/none")
    assert answer.status_code == 404
    assert "没有这个栏目" in answer.text


def test_a_merged_villages_address_leads_to_todays(client: FlaskClient, county: Database) -> None:
    with county.unit_of_work() as session:
        places.merge_villages(
            session,
            old_codes=[OTHER_VILLAGE],
            new_code=VILLAGE,
            effective_on=clock.today(),
            actor=OPERATOR,
        )
        places.apply_due_mergers(session)
    for path in ("", "/topics/dibao", "/board"):
        answer = client.get(f"/v/{OTHER_VILLAGE}{path}")
        assert (answer.status_code, answer.location) == (301, f"{PAGE}{path}")


def test_the_board_has_the_villages_newest_items_whole_and_its_symbol(
    client: FlaskClient, county: Database
) -> None:
    with county.unit_of_work() as session:
        item = factories.item(session, title="低保名单")
        withdrawn = factories.item(session, title="撤下的名单")
        disclosure.withdraw_item(session, item_id=withdrawn.id, reason="有误", actor=OPERATOR)
        factories.item(session, division_code=COUNTY, title="县里的事")
        for number in range(4):
            factories.item(session, title=f"第{number}件")
    page = client.get(f"{PAGE}/board").text
    assert item.title in page
    assert "8,640" in page
    assert "<svg" in page
    assert "撤下的名单" not in page
    assert "县里的事" not in page
    assert '<meta name="robots" content="noindex">' in page


def test_text_of_an_office_is_never_markup(client: FlaskClient, county: Database) -> None:
    with county.unit_of_work() as session:
        item = factories.item(session, title='<b>"公示"</b>')
        factories.office(session, name="<i>村委会</i>")
    for path in (PAGE, f"/items/{item.id}", f"{PAGE}/board", f"{PAGE}/topics/dibao"):
        page = client.get(path).text
        assert "<b>&#34;公示" not in page
        assert '<b>"公示' not in page
        assert "<i>村委会" not in page
        assert "&lt;b&gt;" in page
