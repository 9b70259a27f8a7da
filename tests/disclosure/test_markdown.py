"""From Markdown to a safe page: what stays, what goes, and that nothing brings it down."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.disclosure import markdown

ALLOWED = re.compile(
    r"</?(?:a|blockquote|br|code|del|em|h2|h3|h4|hr|li|ol|p|pre|s|strong|table|tbody|td|th|thead"
    r"|tr|ul)(?: (?:href|rel|start|align|title)=\"[^\"<>]*\")*>"
)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<style>p{}</style>",
        "<iframe src='https://evil.example'></iframe>",
        "<p style='x' onclick=alert(1)>好</p>",
        "[点这里](javascript:alert(1))",
        "[点这里](JaVaScRiPt:alert(1))",
        "[点这里](java\tscript:alert(1))",
        "[点这里](&#106;avascript:alert(1))",
        "[点这里](data:text/html,<script>1</script>)",
        "[点这里](vbscript:x)",
        '<https://a.example/"onmouseover=alert(1)//>',
        "![图](https://a.example/x.png)",
        '![图](x "onload=alert(1)")',
        "<div><b>未闭合",
        "[a](http://a.example 'x\" onclick=\"alert(1)')",
        "```html\n<script>alert(1)</script>\n```",
        '```"onclick=alert(1)\nx\n```',
        "<!-- 注释 --><![CDATA[x]]>",
        "|<b onclick=x>a|\n|:-:|\n|<td style=x>|",
        "<math><mtext></mtext></math>",
    ],
)
def test_only_known_tags_and_attributes_come_out(text: str) -> None:
    html = markdown.to_html(text)
    assert "<" not in ALLOWED.sub("", html)
    for address in re.findall(r'href="([^"]*)"', html):
        assert re.match(r"(https?|mailto|tel):|/|#|[^:]*$", address)


@given(st.text(alphabet=st.sampled_from("<>/\"'=a:[]()!`*_|-#&;\n jsonclick"), max_size=120))
def test_no_text_brings_anything_else(text: str) -> None:
    assert "<" not in ALLOWED.sub("", markdown.to_html(text))


def test_text_tables_lists_and_links_stay() -> None:
    html = markdown.to_html(
        "# 收支\n\n## 明细\n\n**合计** ~~100~~\n\n1. 一\n2. 二\n\n- 甲\n\n> 说明\n\n"
        "[网站](https://a.example/b) <tel:08585550101>\n\n"
        "|户数|金额|备注|\n|:-:|--:|:--|\n|12|8,640|无|\n"
    )
    for piece in (
        "<h2>收支</h2>",
        "<h2>明细</h2>",
        "<strong>合计</strong>",
        "<s>100</s>",
        "<li>一</li>",
        "<blockquote>",
        '<a href="https://a.example/b" rel="noopener noreferrer">网站</a>',
        'href="tel:08585550101"',
        '<th align="center">户数</th>',
        '<td align="right">8,640</td>',
        '<td align="left">无</td>',
    ):
        assert piece in html
    assert "style" not in html


def test_the_pages_own_title_is_the_only_first_heading() -> None:
    html = markdown.to_html("# 一\n\n###### 六\n\n`<h1>`")
    assert "<h1>" not in html
    assert "<h2>一</h2>" in html
    assert "<h4>六</h4>" in html
    assert "&lt;h1&gt;" in html


@pytest.mark.parametrize(
    "text",
    [
        "> " * 40_000,
        "- " * 40_000,
        "[" * 50_000,
        "*a " * 30_000,
        "**a_" * 20_000,
        "~~a" * 25_000,
        "[a](" * 20_000,
        "`" * 99_999,
        "<" * 50_000,
        "&" * 90_000,
        "\n".join("  " * depth + "- a" for depth in range(250)),
        "\n".join(">" * depth + "a" for depth in range(400)),
    ],
)
def test_hostile_nesting_takes_seconds_at_most(text: str) -> None:
    began = time.process_time()
    markdown.to_html(text)
    # What grows with the square of the length would take minutes here.
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n", "&nbsp;", "\u200b\u2060", "---", "![图](a.png)", "| |\n|-|\n| |", "> ", "- "],
)
def test_markup_without_words_has_no_text(text: str) -> None:
    assert not markdown.has_text(markdown.to_html(text))


@pytest.mark.parametrize("text", ["好", "0", "|1|\n|-|\n| |", "`a`", "[好](/a)", "&lt;"])
def test_a_single_sign_is_text(text: str) -> None:
    assert markdown.has_text(markdown.to_html(text))
