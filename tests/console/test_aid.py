"""Aid lists at the workplace: from the file to the draft, lists of them, objections answered."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from app.aid.models import AidList, AidUpload
from app.aid.service import objections
from app.disclosure.models import Draft
from app.kernel import clock
from app.kernel.db import Database
from app.web.flask_app import SESSION_COOKIE, SunshineApp
from tests import factories
from tests.aid import sheets
from tests.aid.conftest import Public, public, publish
from tests.aid.sheets import HEAD, ROWS
from tests.console.conftest import Browser, Enter, shown
from tests.factories import COUNTY, OTHER_VILLAGE, VILLAGE

__all__ = ["public", "publish"]
LISTS = "/console/aid"


@pytest.fixture
def publisher(enter: Enter) -> Browser:
    """Sign the county's publisher in."""
    return enter("publisher", COUNTY)


def _send(browser: Browser, content: bytes, **changed: object) -> str:
    """Upload a file; gives where it leads."""
    facts = {"kind": "dibao", "division_code": VILLAGE, "period": f"{clock.today():%Y-%m}"}
    answer = browser.send(
        f"{LISTS}/uploads", **{**facts, **changed}, list=(BytesIO(content), "名单.xlsx")
    )
    assert answer.status_code == 303, answer.text
    return answer.location


def _guessed(page: str) -> dict[str, str]:
    chosen = {}
    for name, options in re.findall(r'name="(column-\d+)">(.*?)</select>', page, re.S):
        found = re.search(r'value="([^"]*)" selected', options)
        chosen[name] = found[1] if found else ""
    return chosen


def test_a_file_with_a_hidden_id_column_is_stopped_left_out_and_becomes_a_draft(
    publisher: Browser, county: Database
) -> None:
    address = _send(publisher, sheets.with_hidden_id())
    page = publisher.get(address)
    assert "不能公开，已排除" in page.text
    assert 'name="column-5"' not in page.text
    columns = _guessed(page.text)
    stopped = publisher.send(f"{address}/mapping", **columns)
    assert stopped.status_code == 422
    assert "F列（隐藏）“身份证号”：身份证号" in shown(stopped)
    assert HEAD[6:14] not in stopped.text
    on = publisher.send(f"{address}/mapping", **columns, leave_out="yes")
    assert on.status_code == 303
    plan = publisher.get(on.location)
    for text in ("3 户", "6 人", "2,473.80 元", "陶银花", "没有公开的列", "身份证号"):
        assert text in plan.text
    made = publisher.send(f"{address}/list", topic="dibao")
    draft = publisher.get(made.location)
    for text in ("青杠林村", "农村低保名单公示", "陶银花", "1,236.90", "没有发现身份证号"):
        assert text in draft.text
    with county.reading() as session:
        assert session.scalars(select(AidUpload)).all() == []
        written = session.scalars(select(Draft)).one()
        assert written.expires_on is not None
        assert written.aid_list_id is not None


def test_a_forged_column_is_refused(publisher: Browser) -> None:
    address = _send(publisher, sheets.with_hidden_id())
    columns = _guessed(publisher.get(address).text)
    forged = publisher.send(
        f"{address}/mapping", **{**columns, "column-5": "place"}, leave_out="yes"
    )
    assert forged.status_code == 403
    assert "不能选进名单" in forged.text


def test_findings_stand_in_the_cells_of_the_drafts_table(publisher: Browser) -> None:
    address = _send(publisher, sheets.book([(1, f"大寨组{HEAD}", *ROWS[0][2:]), ROWS[1]]))
    publisher.send(f"{address}/mapping", **_guessed(publisher.get(address).text))
    made = publisher.send(f"{address}/list", topic="dibao")
    page = publisher.get(made.location).text
    table = page[page.index('class="aid-rows"') :]
    assert f'<mark class="blocks">{HEAD}<b class="number">1</b></mark>' in table
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    publisher.send(f"{made.location}/masking", version=version[1])
    masked = publisher.get(made.location).text
    assert HEAD[6:14] not in masked
    assert "没有发现身份证号" in masked


def test_lines_that_are_not_taken_say_why(publisher: Browser) -> None:
    address = _send(publisher, sheets.book([*ROWS, (4, "一组", "", 1, 5)]))
    publisher.send(f"{address}/mapping", **_guessed(publisher.get(address).text))
    page = publisher.get(address).text
    assert "不含没有加入的 1 行" in page
    assert "姓名没有填" in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"kind": ""}, "请选择名单的种类"),
        ({"period": "今年"}, "例如 2026-11"),
        ({"period": "2199-01"}, "不能是以后的"),
    ],
)
def test_what_is_wrong_with_an_upload_is_said_and_what_was_chosen_stays(
    publisher: Browser, changed: dict[str, str], told: str
) -> None:
    facts = {"kind": "dibao", "division_code": VILLAGE, "period": "2026-01", **changed}
    answer = publisher.send(f"{LISTS}/uploads", **facts, list=(BytesIO(sheets.book()), "名单.xlsx"))
    assert answer.status_code == 422
    assert told in answer.text
    assert re.search(f'<option value="{VILLAGE}" selected>', answer.text)


def test_a_file_that_is_no_list_is_refused(publisher: Browser) -> None:
    answer = publisher.send(
        f"{LISTS}/uploads",
        kind="dibao",
        division_code=VILLAGE,
        period="2026-01",
        list=(BytesIO(b"%PDF-1.7"), "x.pdf"),
    )
    assert answer.status_code == 422


def test_nobody_goes_on_with_a_colleagues_file(publisher: Browser, enter: Enter) -> None:
    address = _send(publisher, sheets.book())
    colleague = enter("publisher", VILLAGE)
    stranger = enter("publisher", OTHER_VILLAGE)
    assert colleague.get(address).status_code == 404
    assert stranger.get(address).status_code == 403
    assert publisher.send(f"{address}/discard").status_code == 303
    assert publisher.get(address).status_code == 404


def test_lists_are_sorted_filtered_and_exported_without_rows(
    publisher: Browser, enter: Enter, county: Database
) -> None:
    for period in ("2026-01", "2026-02"):
        address = _send(publisher, sheets.book(), period=period)
        publisher.send(f"{address}/mapping", **_guessed(publisher.get(address).text))
        publisher.send(f"{address}/list", topic="dibao")
    page = publisher.get(f"{LISTS}?sort=period").text
    assert page.index("2026年2月") < page.index("2026年1月")
    assert "撰稿中" in page
    assert "还没有名单" not in page
    assert "2026年2月" not in publisher.get(f"{LISTS}?period=2026-01").text
    assert "没有找到这样的名单" in publisher.get(f"{LISTS}?kind=tekun").text
    file = publisher.get(f"{LISTS}?format=csv&kind=dibao").text
    assert "2,473.80" in file
    assert "陶银花" not in file
    assert "还没有名单" in enter("publisher", OTHER_VILLAGE).get(LISTS).text
    with county.reading() as session:
        assert len(session.scalars(select(AidList)).all()) == 2


def test_an_objection_is_listed_answered_and_exported_without_its_words(
    app: SunshineApp, database: Database, public: Public
) -> None:
    with database.unit_of_work() as session:
        number = objections.object_to(session, public.list_id, text="两台车也领低保？").id
        token = factories.staff_session(session, role="publisher", division_code=COUNTY)
    browser = Browser(app.test_client())
    browser.client.set_cookie(SESSION_COOKIE, token)
    where = f"{LISTS}/objections"
    assert "农村低保" in browser.get(f"{where}?state=open&sort=newest").text
    file = browser.get(f"{where}?format=csv").text
    assert "等答复" in file
    assert "两台车" not in file
    assert "1 条异议等答复" in browser.get(LISTS).text
    assert "两台车也领低保？" in browser.get(f"{where}/{number}").text
    refused = browser.send(f"{where}/{number}/answer", answer="打 13812345678 问")
    assert refused.status_code == 422
    assert "打 13812345678 问" in refused.text
    assert browser.send(f"{where}/{number}/setting-aside", reason="x").status_code == 422
    assert browser.send(f"{where}/{number}/answer", answer="已入户核查。").status_code == 303
    assert browser.send(f"{where}/{number}/answer", answer="再答。").status_code == 409
    assert "没有这样的异议" in browser.get(f"{where}?state=open").text
    assert "已入户核查。" in browser.get(f"/items/{public.item_id}").text
