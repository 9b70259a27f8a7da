"""Staff at work with a phone: issuing, printing, installing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.doorplates.models import Batch
from tests.browser import pages
from tests.browser.conftest import NewContext, sign_in
from tests.browser.running import Platform
from tests.browser.stage import Staged

pytestmark = pytest.mark.usefixtures("staged")
StaffPage = Callable[[str], Page]


def _upload(page: Page, rows: str) -> None:
    page.get_by_label("或者上传门牌清单（CSV）").set_input_files(
        {"name": "doors.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )


def _batches(platform: Platform) -> int:
    with platform.database.reading() as session:
        return session.scalars(select(func.count()).select_from(Batch)).one()


def test_bad_rows_are_named_by_their_lines_and_nothing_is_issued(
    staff_page: StaffPage, platform: Platform
) -> None:
    page = staff_page("clerk")
    page.goto("/console/doorplates")
    before = _batches(platform)
    _upload(page, pages.BAD_ROWS)
    page.get_by_role("button", name="发号").click()
    fault = page.get_by_role("alert").inner_text()
    assert "第 3 行" in fault
    assert "第 4 行" in fault
    assert _batches(platform) == before


def test_a_batch_is_issued_drawn_downloaded_and_its_plates_open_the_village(
    staff_page: StaffPage, tmp_path: Path
) -> None:
    page = staff_page("clerk")
    page.goto("/console/doorplates")
    _upload(page, "group,house_number,label\n大寨组,801号,\n小寨组,802号,王家院子\n")
    page.get_by_role("button", name="发号").click()
    page.get_by_role("button", name="开始画").click()
    page.get_by_role("link", name="下载 PDF").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    pdf = tmp_path / "plates.pdf"
    download.value.save_as(pdf)
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil()
    addresses = [found.text for found in zxingcpp.read_barcodes(picture)]
    assert len(addresses) == 2
    for address in addresses:
        page.goto(urlsplit(address).path)
        assert page.get_by_role("heading", level=1).inner_text() == "青杠林村"


def test_the_progress_bar_moves_while_a_file_is_drawn(
    staff_page: StaffPage, staged: Staged
) -> None:
    page = staff_page("clerk")
    page.goto(f"/console/doorplates/{staged.batch}")
    bar = page.get_by_role("progressbar")
    assert (bar.get_attribute("value"), bar.get_attribute("max")) == ("10", "24")
    assert page.get_by_text("10 / 24").is_visible()


def test_an_installer_scans_confirms_the_door_and_it_is_installed(
    staff_page: StaffPage, platform: Platform
) -> None:
    page = staff_page("installer")
    code = platform.facts["plates"][-2]
    page.goto(f"/d/{code}")
    page.get_by_role("link", name="门牌安装登记").click()
    page.get_by_role("button", name="就是这一户，登记已安装").click()
    assert page.get_by_role("status").get_by_text("已登记安装").is_visible()
    page.goto(f"/d/{code}")
    assert page.get_by_text("还没有登记安装").count() == 0


def test_a_passer_by_is_not_offered_to_register_an_installation(
    browser_page: Page, staged: Staged
) -> None:
    browser_page.goto(f"/d/{staged.plates['printed']}")
    assert browser_page.get_by_role("link", name="门牌安装登记").count() == 0


def test_a_double_click_issues_one_batch(staff_page: StaffPage, platform: Platform) -> None:
    page = staff_page("clerk")
    page.goto("/console/doorplates")
    before = _batches(platform)
    page.get_by_label("数量").fill("3")
    page.get_by_role("button", name="发号").dblclick()
    page.wait_for_url("**/console/doorplates/*")
    assert _batches(platform) == before + 1


def test_going_back_and_submitting_again_issues_no_second_batch(
    staff_page: StaffPage, platform: Platform
) -> None:
    page = staff_page("clerk")
    page.goto("/console/doorplates")
    page.get_by_label("数量").fill("4")
    page.get_by_role("button", name="发号").click()
    page.wait_for_url("**/console/doorplates/*")
    issued, before = page.url, _batches(platform)
    page.go_back()
    page.get_by_label("数量").fill("4")
    page.get_by_role("button", name="发号").click()
    page.wait_for_url("**/console/doorplates/*")
    assert (page.url, _batches(platform)) == (issued, before)


def test_after_signing_out_the_workplace_is_closed(
    new_context: NewContext, platform: Platform
) -> None:
    context = new_context()
    page = context.new_page()
    sign_in(page, platform, "clerk")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()
    answer = page.goto("/console/doorplates")
    assert answer is not None
    assert answer.status == 401
    assert "sunshine_session" not in {one["name"] for one in context.cookies()}
