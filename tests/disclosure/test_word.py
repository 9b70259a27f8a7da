"""Word documents brought in: what stays, what is said about the rest, what is refused."""

from __future__ import annotations

import re

import pytest

from app.attachments import office
from app.attachments.errors import Damaged, FileRefused, TooBig, Unpacked, WithMacros
from app.disclosure import markdown, word, word_markdown
from tests.attachments import making
from tests.disclosure import documents as docs


def _cells(text: str) -> list[list[str]]:
    """Read the rows of a table as a page shows them."""
    html = markdown.to_html(text)
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.S)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]


def test_headings_lists_bold_and_links_stay() -> None:
    text = word.to_markdown(
        docs.document(
            docs.paragraph("收支明细", style="1")
            + docs.paragraph("第二节", style="2")
            + docs.paragraph("合计 ")
            + docs.paragraph("已审核", bold=True)
            + docs.paragraph("水费", number=1)
            + docs.paragraph("电费", number=1)
            + docs.paragraph("先报", number=2)
            + docs.paragraph("后批", number=2)
            + f'<w:p><w:hyperlink r:id="li">{docs.run("县政府")}</w:hyperlink></w:p>',
            relations=docs.relation("li", "hyperlink", "https://example.gov.cn/a", outside=True),
        )
    )
    assert text.markdown.split("\n\n") == [
        "## 收支明细",
        "### 第二节",
        "合计",
        "**已审核**",
        "- 水费\n- 电费",
        "1. 先报\n2. 后批",
        "[县政府](https://example.gov.cn/a)\n",
    ]
    assert text.notes == []


def test_a_table_stays_a_table() -> None:
    text = word.to_markdown(
        docs.document(
            docs.table(
                docs.cell("项目") + docs.cell("金额"),
                docs.cell("修路|一期") + docs.cell("100*2"),
                docs.cell("") + docs.cell("_合计_"),
            )
        )
    )
    assert _cells(text.markdown) == [["项目", "金额"], ["修路|一期", "100*2"], ["", "_合计_"]]


def test_merged_cells_are_written_into_each_with_a_note() -> None:
    text = word.to_markdown(
        docs.document(
            docs.table(
                docs.cell("村", down="restart") + docs.cell("收入", across=2),
                docs.cell("", down="continue") + docs.cell("十月") + docs.cell("十一月"),
                docs.cell("青杠林") + docs.cell("1") + docs.cell("2"),
            )
        )
    )
    assert _cells(text.markdown) == [
        ["村", "收入", "收入"],
        ["村", "十月", "十一月"],
        ["青杠林", "1", "2"],
    ]
    assert text.notes == [word_markdown.MERGED]


def test_a_title_merged_over_a_table_stands_above_it_and_a_remark_below() -> None:
    text = word.to_markdown(
        docs.document(
            docs.table(
                docs.cell("2026年10月收支", across=2),
                docs.cell("项目") + docs.cell("金额"),
                docs.cell("修路") + docs.cell("100"),
                docs.cell("注：单位为元", across=2),
            )
        )
    )
    title, table, remark = text.markdown.split("\n\n")
    assert (title, remark) == ("2026年10月收支", "注：单位为元\n")
    assert _cells(table) == [["项目", "金额"], ["修路", "100"]]


def test_a_table_in_a_table_becomes_a_line_and_none_of_it_is_lost() -> None:
    inner = docs.table(docs.cell("甲") + docs.cell("1"), docs.cell("乙") + docs.cell("2"))
    text = word.to_markdown(
        docs.document(
            docs.table(
                docs.cell("组") + docs.cell("户"), docs.cell("一组", inner=inner) + docs.cell("2")
            )
        )
    )
    assert _cells(text.markdown)[1] == ["甲，1；乙，2 一组", "2"]
    assert word_markdown.NESTED in text.notes


def test_as_many_tables_come_out_as_went_in() -> None:
    one = docs.table(docs.cell("a") + docs.cell("b"), docs.cell("c") + docs.cell("d"))
    boxed = (
        '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>'
        f"<w:txbxContent>{one}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    added = f'<w:sdt><w:sdtContent>{one}</w:sdtContent></w:sdt><w:ins w:author="张三">{one}</w:ins>'
    moved = f'<w:moveTo w:author="张三">{one}</w:moveTo>'
    text = word.to_markdown(docs.document(one + boxed + added + moved))
    assert markdown.to_html(text.markdown).count("<table>") == 5


def test_tracked_changes_read_as_accepted_and_name_nobody() -> None:
    text = word.to_markdown(
        docs.document(
            f'<w:p>{docs.run("合计")}<w:ins w:author="张三" w:id="1">{docs.run("12")}</w:ins>'
            '<w:del w:author="李四" w:id="2"><w:r><w:delText>13</w:delText></w:r></w:del>'
            f'<w:moveFrom w:author="李四" w:id="3">{docs.run("旧处")}</w:moveFrom>'
            f'<w:moveTo w:author="李四" w:id="4">{docs.run("新处")}</w:moveTo></w:p>'
        )
    )
    assert text.markdown == "合计12新处\n"
    assert [note for note in text.notes if "修订" in note]
    assert not re.search("张三|李四|13|旧处", text.markdown + "".join(text.notes))


def test_comments_stay_behind_with_a_note() -> None:
    comments = (
        f'<w:comments xmlns:w="{docs.WORD}"><w:comment w:id="0" w:author="张三">'
        f"{docs.paragraph('身份证号 520203')}</w:comment></w:comments>"
    )
    text = word.to_markdown(
        docs.document(
            f'<w:p>{docs.run("名单")}<w:r><w:commentReference w:id="0"/></w:r></w:p>',
            relations=docs.relation("co", "comments", "comments.xml"),
            parts={"word/comments.xml": comments.encode()},
        )
    )
    assert text.markdown == "名单\n"
    assert any("批注" in note for note in text.notes)


def test_images_come_along_in_their_order_and_leave_their_places() -> None:
    first, second = making.picture("PNG"), making.picture("PNG", size=(10, 10))
    text = word.to_markdown(
        docs.document(
            docs.image('r:embed="i1"') + docs.paragraph("说明") + docs.image('r:embed="i2"'),
            relations=docs.relation("i1", "image", "media/1.png")
            + docs.relation("i2", "image", "media/2.png"),
            parts={"word/media/1.png": first, "word/media/2.png": second},
        )
    )
    assert text.images == [first, second]
    assert text.markdown == "[图 1](image:1)\n\n说明\n\n[图 2](image:2)\n"
    led = word.with_addresses(text.markdown, ["/files/1/a.png", "/files/2/b.png"])
    assert led == "[图 1](/files/1/a.png)\n\n说明\n\n[图 2](/files/2/b.png)\n"


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/spy.png", "file:///etc/hostname"])
def test_an_image_that_lies_outside_is_not_fetched(target: str) -> None:
    text = word.to_markdown(
        docs.document(
            docs.image('r:link="i1"') + docs.paragraph("说明"),
            relations=docs.relation("i1", "image", target, outside=True),
        )
    )
    assert (text.images, text.markdown) == ([], "说明\n")
    assert any("1 张图片" in note for note in text.notes)


def test_a_picture_that_no_browser_shows_is_left_out_with_a_note() -> None:
    text = word.to_markdown(
        docs.document(
            docs.image('r:embed="i1"') + docs.paragraph("说明"),
            relations=docs.relation("i1", "image", "media/1.emf"),
            parts={"word/media/1.emf": b"EMF"},
        )
    )
    assert (text.images, text.markdown) == ([], "说明\n")
    assert any("1 张图片" in note for note in text.notes)


def test_signs_of_markdown_in_the_text_stay_signs() -> None:
    lines = ["# 不是标题", "1. 不是列表", "- 也不是", "5*3_2 [x] &lt;b&gt;", "> 引", "10~20"]
    text = word.to_markdown(docs.document("".join(docs.paragraph(line) for line in lines)))
    html = markdown.to_html(text.markdown)
    shown = re.findall(r"<p>(.*?)</p>", html)
    assert shown == [
        "# 不是标题",
        "1. 不是列表",
        "- 也不是",
        "5*3_2 [x] &lt;b&gt;",
        "&gt; 引",
        "10~20",
    ]


ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "part",
    [
        ENTITIES.encode() + b"<w:numbering/>",
        b"\xff\xfe" + ENTITIES.encode("utf-16-le"),
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>',
        b'<?xml version="1.0" encoding="cp037"?><d/>',
    ],
)
def test_a_document_that_declares_entities_is_refused(part: bytes) -> None:
    with pytest.raises(word.Declares):
        word.to_markdown(docs.document(docs.paragraph("a"), parts={"word/extra.xml": part}))


def test_a_document_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "MOST_XML", 1024 * 1024)
    monkeypatch.setattr(office, "MOST_UNPACKED", 4 * 1024 * 1024)
    for name, size in (("word/settings.xml", 2), ("word/media/1.bin", 5)):
        bomb = docs.document("", parts={name: b" " * size * 1024 * 1024})
        assert len(bomb) < 20_000
        with pytest.raises(Unpacked):
            word.to_markdown(bomb)


def test_a_document_of_a_hundred_megabytes_is_refused_before_it_is_opened() -> None:
    with pytest.raises(TooBig) as refusal:
        word.to_markdown(b"PK\x03\x04" + bytes(100 * 1024 * 1024))
    assert "20 MB" in refusal.value.sentence


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", word.NotWord),
        (making.PDF, word.NotWord),
        (making.office("xlsx"), word.NotWord),
        (making.office(main=making.MACROS), WithMacros),
        (making.office(), Damaged),
        (docs.document("<w:p>"), Damaged),
        (docs.document("<w:p>" * 5000 + "</w:p>" * 5000), Damaged),
    ],
)
def test_what_is_no_sound_document_is_refused(content: bytes, refusal: type[FileRefused]) -> None:
    with pytest.raises(FileRefused) as found:
        word.to_markdown(content)
    assert type(found.value) is refusal
