"""What happens when a plate is scanned, or its code is typed by hand."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser import measuring
from tests.browser.conftest import NewContext
from tests.browser.running import Platform
from tests.browser.stage import Staged


def test_a_scan_needs_three_requests_and_thirty_kilobytes_at_most(
    new_context: NewContext, staged: Staged
) -> None:
    context = new_context()
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    asked: dict[str, str] = {}
    received: dict[str, float] = {}
    cdp.on(
        "Network.requestWillBeSent",
        lambda sent: asked.update({sent["requestId"]: sent["request"]["url"]}),
    )
    cdp.on(
        "Network.loadingFinished",
        lambda done: received.update({done["requestId"]: done["encodedDataLength"]}),
    )
    page.goto(f"/d/{staged.plates['installed']}", wait_until="networkidle")
    over_the_wire = [one for one, url in asked.items() if not url.startswith("data:")]
    assert 1 <= len(over_the_wire) <= 3
    assert 0 < sum(received[one] for one in over_the_wire) <= 30 * 1024


def test_the_address_bar_shows_the_village_so_that_no_door_is_shared(
    browser_page: Page, staged: Staged, platform: Platform
) -> None:
    browser_page.goto(f"/d/{staged.plates['installed']}")
    assert browser_page.url == f"{platform.base_url}/v/{staged.village}"


def test_back_after_a_scan_leads_to_where_one_came_from(browser_page: Page, staged: Staged) -> None:
    browser_page.goto(f"/v/{staged.village}/topics/dibao")
    browser_page.goto(f"/d/{staged.plates['installed']}")
    browser_page.locator(".feed a").first.click()
    browser_page.wait_for_url("**/items/*")
    browser_page.go_back()
    assert browser_page.url.endswith(f"/v/{staged.village}")
    browser_page.go_back()
    assert browser_page.url.endswith("/topics/dibao")


def test_the_page_is_complete_without_scripts(new_context: NewContext, staged: Staged) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"/d/{staged.plates['installed']}")
    assert page.locator(".tile").count() == 4
    assert page.locator(".feed li").count() == 20
    assert page.get_by_role("link", name="拨打 12345").first.is_visible()
    assert not page.get_by_role("button", name="朗读").is_visible()
    page.get_by_role("button", name="关怀模式").click()
    assert page.get_by_role("button", name="标准模式").is_visible()


def test_a_code_typed_in_lower_case_with_spaces_opens_the_village(
    browser_page: Page, staged: Staged
) -> None:
    code = staged.plates["installed"].lower()
    browser_page.goto("/")
    browser_page.get_by_label("输入门牌编码").fill(f" {code[:4]} {code[4:8]} {code[8:]}")
    browser_page.get_by_role("button", name="打开").click()
    assert browser_page.get_by_role("heading", level=1).inner_text() == "青杠林村"
    assert browser_page.url.endswith(f"/v/{staged.village}")


def test_a_wrong_code_says_what_to_do_and_lets_one_type_it(
    browser_page: Page, staged: Staged
) -> None:
    answer = browser_page.goto("/d/7K3M9QXW2R4T1")
    assert answer is not None
    assert answer.status == 404
    assert browser_page.get_by_text("再扫一次").first.is_visible()
    browser_page.get_by_label("输入门牌编码").fill(staged.plates["installed"])
    browser_page.get_by_role("button", name="打开").click()
    assert browser_page.get_by_role("heading", level=1).inner_text() == "青杠林村"


def test_anyone_reports_a_damaged_plate_from_its_page(browser_page: Page, staged: Staged) -> None:
    browser_page.goto(f"/d/{staged.plates['printed']}")
    browser_page.get_by_role("link", name="门牌破损或装错了").click()
    browser_page.get_by_label("破损或看不清").check()
    browser_page.get_by_role("button", name="提交").click()
    assert browser_page.get_by_role("status").get_by_text("谢谢，已经记下").is_visible()


def test_a_reader_has_no_cookie_until_the_elder_mode_is_chosen(
    new_context: NewContext, staged: Staged
) -> None:
    context = new_context()
    page = context.new_page()
    page.goto(f"/d/{staged.plates['installed']}")
    page.locator(".feed a").first.click()
    page.goto("/")
    assert context.cookies() == []
    page.get_by_role("button", name="关怀模式").click()
    page.wait_for_load_state()
    assert [(one["name"], one["value"]) for one in context.cookies()] == [("mode", "elder")]
    page.get_by_role("button", name="标准模式").click()
    page.wait_for_load_state()
    assert context.cookies() == []


def test_the_elder_mode_takes_one_tap_and_stays_from_page_to_page(
    browser_page: Page, staged: Staged
) -> None:
    browser_page.goto(f"/d/{staged.plates['installed']}")
    browser_page.get_by_role("button", name="关怀模式").click()
    browser_page.get_by_role("button", name="标准模式").wait_for()
    for path in (f"/v/{staged.village}", f"/items/{staged.items['table']}", "/"):
        browser_page.goto(path)
        texts = measuring.sizes(browser_page)["texts"]
        assert min(text["size"] for text in texts) >= 24


def test_the_next_page_asks_the_network_only_for_itself(
    new_context: NewContext, staged: Staged
) -> None:
    context = new_context()
    page = context.new_page()
    page.goto(f"/v/{staged.village}", wait_until="networkidle")
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    from_memory: set[str] = set()
    answered: dict[str, dict[str, Any]] = {}
    cdp.on("Network.requestServedFromCache", lambda one: from_memory.add(one["requestId"]))
    cdp.on("Network.responseReceived", lambda one: answered.update({one["requestId"]: one}))
    page.goto(f"/v/{staged.village}/topics/dibao", wait_until="networkidle")
    fetched = [
        one["type"]
        for name, one in answered.items()
        if name not in from_memory
        and not one["response"].get("fromDiskCache")
        and not one["response"]["url"].startswith("data:")
    ]
    assert fetched == ["Document"]
