"""Writing in the editor: by typing, by buttons, by pasting from Word, with a look at the phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.web.flask_app import SECURITY_HEADERS
from tests.browser import measuring
from tests.browser.conftest import NewContext
from tests.browser.editor_page import ADDRESS, open_editor, paste

pytestmark = pytest.mark.usefixtures("staged")
StaffPage = Callable[[str], Page]

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word"><head><style>p.MsoNormal {margin:0}</style></head>
<body lang=ZH-CN><!--StartFragment-->
<p class=MsoNormal><b><span style='font-size:16pt'>2026年10月<br>收支明细<o:p></o:p></span></b>
</p>
<table class=MsoTableGrid border=1><tr><td colspan=2><p class=MsoNormal>单位：元</p></td></tr>
<tr><td><p class=MsoNormal>项目<o:p></o:p></p></td><td><p class=MsoNormal>金额</p></td></tr>
<tr><td rowspan=2><p class=MsoNormal>修路|一期</p></td><td><p class=MsoNormal>1,200*2</p></td></tr>
<tr><td><p class=MsoNormal>300&nbsp;</p><p class=MsoNormal>（预付）</p></td></tr></table>
<p class=MsoListParagraph><span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;</span></span>先报</p>
<p class=MsoListParagraph><span style='mso-list:Ignore'>2.<span>&nbsp;&nbsp;</span></span>后批</p>
<p class=MsoListParagraph><span style='mso-list:Ignore'>·</span>水费</p>
<p class=MsoNormal><a href="https://example.gov.cn/a(1)">县政府</a># 1</p>
<img src="http://127.0.0.1:9/spy.png"><script>document.title = "ran"</script>
<!--EndFragment--></body></html>"""
READ = r"""**2026年10月**\
**收支明细**

单位：元

| 项目 | 金额 |
| --- | --- |
| 修路\|一期 | 1,200\*2 |
| 修路\|一期 | 300 （预付） |

1. 先报
1. 后批
- 水费

[县政府](https://example.gov.cn/a%281%29)# 1"""


def test_what_is_typed_and_saved_is_the_text_itself(staff_page: StaffPage) -> None:
    page = staff_page("publisher")
    open_editor(page, "\n先有一行")
    field = page.get_by_label("正文")
    assert field.input_value() == "\n先有一行"
    field.fill("改成这样")
    with page.expect_request("**/console/items-of-tests") as sent:
        page.get_by_role("button", name="保存").click()
    assert "body_markdown=%E6%94%B9%E6%88%90%E8%BF%99%E6%A0%B7" in (sent.value.post_data or "")


def test_the_buttons_work_by_keyboard_alone_and_can_be_taken_back(staff_page: StaffPage) -> None:
    page = staff_page("publisher")
    said = open_editor(page)
    field = page.get_by_label("正文")
    page.get_by_label("标题", exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="标题", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.type("收支")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    assert field.input_value() == "## 收支"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="表格")).to_be_focused()
    page.keyboard.press("Space")
    expect(field).to_be_focused()
    assert field.input_value().startswith("## 收支\n\n| 项目 | 金额（元） |\n| --- | --- |")
    page.keyboard.press("Control+z")
    assert field.input_value() == "## 收支"
    page.keyboard.press("Control+a")
    page.keyboard.type("已审核")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    assert field.input_value() == "**已审核**"
    assert said == []


def test_a_heading_is_set_at_the_beginning_of_its_line_and_taken_off_again(
    staff_page: StaffPage,
) -> None:
    page = staff_page("publisher")
    open_editor(page)
    field = page.get_by_label("正文")
    field.fill("第一行\n第二 行")
    page.get_by_role("button", name="小标题").click()
    assert field.input_value() == "第一行\n### 第二 行"
    page.get_by_role("button", name="标题", exact=True).click()
    assert field.input_value() == "第一行\n## 第二 行"
    page.get_by_role("button", name="标题", exact=True).click()
    assert field.input_value() == "第一行\n第二 行"


def test_what_is_pasted_from_word_keeps_its_table_and_runs_nothing(
    staff_page: StaffPage,
) -> None:
    page = staff_page("publisher")
    said = open_editor(page)
    field = page.get_by_label("正文")
    paste(page, WORD)
    assert field.input_value() == READ
    assert page.title() == "稿件"
    assert said == []
    page.keyboard.press("Control+z")
    assert field.input_value() == ""


def test_plain_text_is_pasted_as_the_browser_does(staff_page: StaffPage) -> None:
    page = staff_page("publisher")
    open_editor(page)
    paste(page, "<p>只有一段<span>文字</span></p>")
    # A made-up paste does nothing by itself: what matters is that the editor left it alone.
    assert page.get_by_label("正文").input_value() == ""


def test_the_preview_shows_the_table_as_a_phone_does(staff_page: StaffPage) -> None:
    page = staff_page("publisher")
    said = open_editor(page)
    paste(page, WORD)
    page.get_by_role("button", name="预览手机上的样子").click()
    frame = page.frame_locator("iframe[title='手机上的样子']")
    expect(frame.get_by_role("heading", name="10月收支")).to_be_visible()
    expect(frame.get_by_role("cell", name="修路|一期").first).to_be_visible()
    assert frame.locator("html").evaluate("() => window.innerWidth") <= 360
    padding = frame.locator("td").first.evaluate("cell => getComputedStyle(cell).paddingLeft")
    assert padding != "1px"  # the villagers' stylesheet has arrived
    assert said == []
    expect(page.get_by_role("button", name="保存")).to_be_enabled()


def test_without_scripts_the_text_can_be_written_and_the_preview_opens_in_a_page_of_its_own(
    new_context: NewContext, signed_in_states: Callable[[str], object]
) -> None:
    context = new_context(storage_state=signed_in_states("publisher"), java_script_enabled=False)
    page = context.new_page()
    open_editor(page)
    page.get_by_label("正文").fill("| a | b |\n| - | - |\n| 修路 | 100 |")
    with context.expect_page() as opened:
        page.get_by_role("button", name="预览手机上的样子").click()
    preview = opened.value
    frame = preview.frame_locator("iframe[title='手机上的样子']")
    expect(frame.get_by_role("cell", name="修路")).to_be_visible()


def test_axe_finds_nothing_and_everything_fits_a_phone(staff_page: StaffPage) -> None:
    page = staff_page("publisher")
    open_editor(page, "## 收支")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert {width: measuring.overflow(page, width=width) for width in (320, 360, 1280)} == {
        320: 0,
        360: 0,
        1280: 0,
    }
    page.set_viewport_size({"width": 360, "height": 780})
    targets = measuring.sizes(page)["targets"]
    assert [one for one in targets if min(one["width"], one["height"]) < 43.99] == []


def test_the_test_page_has_the_policy_of_every_page(staff_page: StaffPage) -> None:
    page = staff_page("publisher")
    open_editor(page)
    answer = page.goto(ADDRESS)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert policy == SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
