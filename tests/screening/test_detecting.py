"""Numbers are found however they are written, at the right place, and nothing makes it slow."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.screening.detecting import everything, plain
from app.screening.masking import mask
from app.screening.schemas import PERSONAL, Kind
from tests.screening import strategies

BEFORE = ("村民张三，", "名单：", "（", "联系", "1. ", "|", "账户 ", "")
BEHIND = ("，", "。", "）", "\n金额300元", "|", "，请核对", "")
NUMBERS = {
    Kind.ID_NUMBER: strategies.id_numbers(),
    Kind.BANK_CARD: strategies.cards(),
    Kind.PHONE: strategies.mobiles(),
}
ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("0123456789Xx 　-—.*|\n\t<>&;#０５①张李王患癌残疾村组号路栋室一二三电话卡"),
        st.characters(codec="utf-8"),
    ),
    max_size=200,
)


def _found(text: str) -> list[tuple[Kind, str]]:
    return [(one.kind, text[one.start : one.end]) for one in everything.find(text)]


@pytest.mark.parametrize("kind", list(NUMBERS))
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_number_is_found_whole_with_anything_between_its_digits(
    kind: Kind, data: st.DataObject
) -> None:
    number = data.draw(strategies.hidden(NUMBERS[kind]))
    before = data.draw(st.sampled_from(BEFORE))
    behind = data.draw(st.sampled_from(BEHIND))
    text = before + number + behind
    assert (kind, number) in _found(text)


@settings(max_examples=500, deadline=None)
@given(text=ANY_TEXT)
def test_any_text_is_read_letter_for_letter_and_masked_for_good(text: str) -> None:
    findings = everything.find(text)
    assert len(plain.read(text)) == len(text)
    assert all(0 <= one.start < one.end <= len(text) for one in findings)
    assert all(one.end <= after.start for one, after in pairwise(findings))
    assert not everything.find(mask(text, findings))


@settings(max_examples=200, deadline=None)
@given(
    numbers=st.lists(
        st.one_of(*(strategies.hidden(numbers) for numbers in NUMBERS.values())), max_size=4
    ),
    joint=st.sampled_from(("，", "|", "\n", " ", "；卡号", "、电话")),
)
@example(numbers=["37026700000000\n7\n6222020000000007"], joint="\n")
def test_masked_numbers_side_by_side_read_as_none(numbers: list[str], joint: str) -> None:
    text = joint.join(numbers)
    assert not everything.find(mask(text, everything.find(text)))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("身份证52020319900101001X。", Kind.ID_NUMBER, "52020319900101001X"),
        ("第①13985812345号", Kind.PHONE, "13985812345"),
        ("一三九八五八一二三四五", Kind.PHONE, "一三九八五八一二三四五"),
        ("电话&#49;39&nbsp;8581&#8203;2345", Kind.PHONE, "&#49;39&nbsp;8581&#8203;2345"),
        ("<b>139</b>8581<br>2345", Kind.PHONE, "139</b>8581<br>2345"),
        ("电话：5312345", Kind.PHONE, "5312345"),
        ("＋８６ (0858) 531-2345", Kind.PHONE, "＋８６ (0858) 531-2345"),
        ("+86 858 5312345", Kind.PHONE, "86 858 5312345"),
        ("|520203|19900101|001X|", Kind.ID_NUMBER, "520203|19900101|001X"),
        ("520203499912310017", Kind.ID_NUMBER, ""),
        ("520203490101123", Kind.ID_NUMBER, "520203490101123"),
        ("5.20203E+17", Kind.ID_NUMBER, "5.20203E+17"),
        ("那玉村三组15号", Kind.ADDRESS, "那玉村三组15号"),
        ("平寨镇凉都花园3栋2单元501室", Kind.ADDRESS, "平寨镇凉都花园3栋2单元501室"),
        ("村民欧阳小明因患尿毒症", Kind.HEALTH_NAME, "欧阳小明"),
        ("姓名\t病种\n阿卜杜拉\t肾衰", Kind.HEALTH_NAME, "阿卜杜拉"),
    ],
)
def test_what_people_write_is_found(text: str, kind: Kind, value: str) -> None:
    assert ((kind, value) in _found(text)) is bool(value)


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码91520203MA6DL2X93T、915202035872104419",
        "六特府发〔2026〕12号，2026年第3号公告",
        "区划520203102213，门牌编码7K3M9QXW2R4T0",
        "资金13985812345元，15000.00 3200",
        "合同编号：15020230012",
        "那玉村村委会，岩脚镇人民政府，三组",
        "办公地址：六枝特区平寨镇人民中路12号3楼302室",
        "残疾人两项补贴由民政办主任张三丰解释",
        "学习贯彻会议精神",
        "身份证5202************19，电话138****1234，张*患癌",
        "| 张* | 肢体残疾 |",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert _found(text) == []


HOSTILE = {
    "digits": "1",
    "digits apart": "1 ",
    "invisible": "1\u200b",
    "circled": "①1",
    "tags": "<a",
    "entities": "&#",
    "names": "张三癌",
    "hanzi numbers": "一",
    "doors": "村12",
    "doors apart": "村 1 ",
    "parentheses": "(0 ",
    "id numbers begun": "5202031990010112",
    "rows": "|张三|癌\n",
    "labels": "电话",
}


def _steps(act: Callable[[], object]) -> int:
    """Count the lines of this project's own that an act runs through."""
    steps = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal steps
        if "screening" not in frame.f_code.co_filename:
            return None
        steps += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("name", list(HOSTILE))
def test_twice_the_text_is_at_most_little_more_than_twice_the_work(name: str) -> None:
    piece = HOSTILE[name]
    once = piece * (2_000 // len(piece))
    everything.find(once)  # tables that are sought on first use
    small, big = (_steps(lambda text=text: everything.find(text)) for text in (once, once * 4))  # type: ignore[misc]
    assert big <= 5 * small + 500


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hundred_kilobytes_of_hostile_text_are_read_through(name: str) -> None:
    piece = HOSTILE[name]
    text = piece * (100_000 // len(piece))  # the run's own time limit catches a runaway pattern
    assert all(one.kind in PERSONAL for one in everything.find(text))
