"""Bringing a roster in at the console: from the file to the register, and refusals on the way."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import text, update

from app.households.queries import imports as queries
from app.households.service import importing
from app.identity.models import StaffGrant
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests import factories
from tests.console.conftest import Browser, Enter, guessed_columns, shown
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.households.rosters import workbooks as w
from tests.households.rosters.people import HEAD, SON, WIFE

BAD = ("", "", "张小红", "女", SON[:-1] + ("1" if SON[-1] == "0" else "0"), "19000000003")
MIXED = w.xlsx((w.HEADINGS, *w.FAMILY, BAD, *w.NEIGHBOUR))


class Clerk:
    """A clerk who feeds rosters, and the worker that follows."""

    def __init__(self, browser: Browser, app: SunshineApp) -> None:
        self.browser, self.app = browser, app

    def upload(self, content: bytes, *, village: str = VILLAGE) -> str:
        """Upload a roster; gives the address of its page."""
        answer = self.browser.send(
            "/console/rosters", division=village, roster=(BytesIO(content), "名单.xlsx")
        )
        assert answer.status_code == 303, shown(answer)
        return answer.headers["Location"]

    def map(self, address: str) -> None:
        """Take the columns as they were guessed, and let the worker read."""
        chosen = guessed_columns(self.browser.get(address))
        assert self.browser.send(f"{address}/mapping", **chosen).status_code == 303
        assert "正在核对" in shown(self.browser.get(address))
        importing.read(self.app.database, import_id=_number(address), files_dir=self.files)

    def run(self, address: str) -> None:
        """Start the import, and let the worker do it."""
        assert self.browser.send(f"{address}/start").status_code == 303
        assert "正在导入" in shown(self.browser.get(address))
        importing.run(self.app.database, import_id=_number(address), files_dir=self.files)

    @property
    def files(self) -> Path:
        """Where the sealed files lie."""
        folder: Path = self.app.config["FILES_DIR"]
        return folder


def _number(address: str) -> int:
    return int(address.rsplit("/", 1)[1])


@pytest.fixture
def clerk(enter: Enter, app: SunshineApp) -> Clerk:
    return Clerk(enter("clerk", VILLAGE), app)


def test_a_roster_goes_from_the_file_to_the_register(clerk: Clerk) -> None:
    address = clerk.upload(MIXED)
    clerk.map(address)
    plan = shown(clerk.browser.get(address))
    assert "新增1户1人" in plan
    assert "不导入1户4人" in plan
    assert "校验不对" in plan
    clerk.run(address)
    result = shown(clerk.browser.get(address))
    assert "导入结果" in result
    assert "没有导入的" in result
    assert "已完成" in shown(clerk.browser.get("/console/rosters"))


def test_who_keeps_the_register_for_one_office_sees_no_import(
    clerk: Clerk, county: Database
) -> None:
    address = clerk.upload(MIXED)
    with county.unit_of_work() as session:
        office = factories.office(session)
        session.execute(update(StaffGrant).values(organisation_id=office.id))
    page = clerk.browser.get("/console/rosters")
    assert address not in page.text
    assert f'value="{VILLAGE}"' not in page.text
    assert clerk.browser.get(address).status_code in (403, 404)


def test_no_page_on_the_way_shows_a_value_whole(clerk: Clerk) -> None:
    address = clerk.upload(MIXED)
    pages = [clerk.browser.get(address).text]
    clerk.map(address)
    pages += [clerk.browser.get(f"{address}{way}").text for way in ("", "?outcome=refuse")]
    clerk.run(address)
    pages += [clerk.browser.get(way).text for way in (address, "/console/rosters")]
    for page in pages:
        assert not any(one in page for one in (HEAD, WIFE, "张建国", "19000000001", "19000000003"))
    assert "张**" in pages[0]
    assert "5202************" in pages[1]


def test_the_dry_run_is_filtered_by_what_happens(clerk: Clerk) -> None:
    address = clerk.upload(MIXED)
    clerk.map(address)
    added = shown(clerk.browser.get(f"{address}?outcome=add"))
    assert "王**" in added
    assert "张**" not in added
    assert "没有这一类的住户" in shown(clerk.browser.get(f"{address}?outcome=change"))


def test_a_long_dry_run_comes_in_pages(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.console.rosters.PAGE", 1)
    address = clerk.upload(MIXED)
    clerk.map(address)
    first = clerk.browser.get(address)
    following = re.search(r'href="(\?after=\d+)"', first.text)
    assert following is not None
    second = shown(clerk.browser.get(address + following[1]))
    assert "第2户" in second
    assert "第1户" not in second


def test_what_was_refused_is_taken_home_with_a_line_in_the_ledger(
    clerk: Clerk, county: Database
) -> None:
    address = clerk.upload(MIXED)
    clerk.map(address)
    clerk.run(address)
    answer = clerk.browser.get(f"{address}/refused.xlsx")
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = list(load_workbook(BytesIO(answer.data)).worksheets[0].values)
    assert [row[2] for row in rows[1:]] == ["张建国", "李秀英", "张小明", "张小红"]
    with county.reading() as session:
        acts = session.execute(text("SELECT act FROM access_ledger ORDER BY id")).scalars().all()
    assert acts == ["compare", "import", "export"]


def test_progress_is_told_by_numbers_alone(clerk: Clerk) -> None:
    address = clerk.upload(MIXED)
    told = clerk.browser.get(f"{address}/progress").get_json()
    assert told == {"state": "ready", "drawn": 0, "plates": 0}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "这不是.xlsx或.csv表格"),
        (b"", "表里没有内容"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, "旧格式"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_on_the_page(
    clerk: Clerk, content: bytes, sentence: str
) -> None:
    answer = clerk.browser.send(
        "/console/rosters", division=VILLAGE, roster=(BytesIO(content), "名单.xlsx")
    )
    assert answer.status_code == 422
    assert sentence in shown(answer)


def test_nine_megabytes_come_through_and_twenty_two_do_not(clerk: Clerk) -> None:
    secret = clerk.browser.secret()
    for megabytes, status in ((9, 422), (22, 413)):
        parts = [("csrf_token", "", secret.encode()), ("division", "", VILLAGE.encode())]
        parts.append(("roster", '; filename="a.xlsx"', b"\x00" * (megabytes << 20)))
        body = b"".join(
            f'--part\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode()
            + value
            + b"\r\n"
            for name, more, value in parts
        )
        answer = clerk.browser.client.post(
            "/console/rosters",
            data=body + b"--part--\r\n",
            content_type="multipart/form-data; boundary=part",
            headers={"Referer": "https://localhost/console/"},
            base_url="https://localhost",
        )
        assert answer.status_code == status


def test_a_form_without_village_or_file_says_what_is_missing(clerk: Clerk) -> None:
    assert "请选择名单是哪个村" in shown(clerk.browser.send("/console/rosters"))
    assert "请选择要上传的名单文件" in shown(
        clerk.browser.send("/console/rosters", division=VILLAGE)
    )


def test_a_mapping_that_does_not_say_who_people_are_is_refused_and_kept(clerk: Clerk) -> None:
    address = clerk.upload(MIXED)
    answer = clerk.browser.send(f"{address}/mapping", **{"column-2": "phone"})
    assert answer.status_code == 422
    assert "请指出哪一列是姓名" in shown(answer)


def test_a_header_that_was_not_found_is_named_by_its_row(clerk: Clerk) -> None:
    address = clerk.upload(w.xlsx((("说明",), ("甲", "乙", "丙"), ("张建国", "户主", HEAD))))
    page = clerk.browser.get(address)
    assert "没有找到表头" in shown(page)
    assert HEAD not in page.text
    assert clerk.browser.send(f"{address}/header", sheet="0", header_row="2").status_code == 303
    assert "丙" in shown(clerk.browser.get(address))
    refused = clerk.browser.send(f"{address}/header", sheet="0", header_row="99")
    assert refused.status_code == 422


def test_a_persons_row_that_is_taken_for_the_header_is_shown_masked(clerk: Clerk) -> None:
    named = clerk.upload(MIXED)
    clerk.browser.send(f"{named}/header", sheet="0", header_row="2")
    # Two cells of this row are words that head columns: it is found by itself.
    found = clerk.upload(w.xlsx((("张建国", "户主", HEAD, "低保"), ("李秀英", "妻", WIFE, ""))))
    for address in (named, found):
        page = clerk.browser.get(address)
        assert "张**" in shown(page)
        for value in ("张建国", HEAD, "19000000001", HEAD[:8]):
            assert value not in page.text


@pytest.mark.parametrize("taken", [HEAD, "19000000001", f"户{HEAD}"])
def test_a_household_is_not_numbered_by_what_is_kept_sealed(clerk: Clerk, taken: str) -> None:
    heading = ("户编号", "姓名", "与户主关系", "身份证号")
    address = clerk.upload(w.xlsx((heading, (taken, "张建国", "户主", HEAD))))
    pages = [clerk.browser.get(address).text]
    clerk.map(address)
    pages.append(clerk.browser.get(address).text)
    assert "户编号里写的是身份证号或手机号" in pages[1]
    assert not any(taken in page for page in pages)


def test_from_the_dry_run_one_goes_back_to_the_columns(clerk: Clerk) -> None:
    address = clerk.upload(MIXED)
    clerk.map(address)
    assert clerk.browser.send(f"{address}/columns").status_code == 303
    assert "对应各列" in shown(clerk.browser.get(address))


def test_a_roster_that_is_thrown_away_is_gone_from_the_list(clerk: Clerk) -> None:
    address = clerk.upload(MIXED)
    assert clerk.browser.send(f"{address}/discard").headers["Location"] == "/console/rosters"
    assert "还没有导入过名册" in shown(clerk.browser.get("/console/rosters"))
    assert clerk.browser.get(address).status_code == 422


def test_starting_asks_for_the_second_factor_again(clerk: Clerk, county: Database) -> None:
    address = clerk.upload(MIXED)
    clerk.map(address)
    with county.unit_of_work() as session:
        session.execute(
            text("UPDATE staff_tokens SET proved_at = proved_at - interval '10 minutes'")
        )
    assert clerk.browser.send(f"{address}/start").status_code == 401
    with county.reading() as session:
        assert queries.get(session, _number(address)).state == "planned"


def test_a_clerk_of_another_village_sees_nothing_of_it(clerk: Clerk, enter: Enter) -> None:
    address = clerk.upload(MIXED)
    other = enter("clerk", OTHER_VILLAGE)
    assert other.get(address).status_code == 403
    assert other.send(f"{address}/discard").status_code == 403
    assert "还没有导入过名册" in shown(other.get("/console/rosters"))
    refused = other.send("/console/rosters", division=VILLAGE, roster=(BytesIO(MIXED), "名单.xlsx"))
    assert refused.status_code == 403
