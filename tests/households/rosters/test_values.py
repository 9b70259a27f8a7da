"""ID numbers, dates, phones, relations: any writing of a value is that value or is refused."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from app.households.rosters import dates, headings, relations, values
from app.households.rosters.cells import as_text, half_width, plain
from app.households.rosters.values import LOST, Refused
from app.kernel import clock
from tests.households.rosters.people import HEAD, id_number

BORN = st.dates(date(1900, 1, 1), date(2026, 1, 1))
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
IDS = st.builds(
    lambda born, serial: id_number(born, serial=serial),
    BORN,
    st.integers(min_value=1, max_value=999),
)


@given(IDS, st.sampled_from(["plain", "wide", "lower", "quoted", "spaced", "cyrillic", "times"]))
def test_an_id_number_in_any_writing_is_the_same_number(number: str, way: str) -> None:
    written = {
        "plain": number,
        "wide": number.translate(WIDE),
        "lower": number.lower(),
        "quoted": f"'{number}",
        "spaced": f" {number[:6]} {number[6:14]} {number[14:]} ",
        "cyrillic": number.replace("X", "Х"),
        "times": number.replace("X", "×"),
    }[way]
    read = values.id_number(plain(written))
    assert read is not None
    assert (read.number, read.born) == (number, ric.get_birth_date(number))


@given(IDS)
def test_an_id_number_stored_as_a_number_is_never_guessed(number: str) -> None:
    for written in (float(number[:17] + "0"), int(number[:17] + "0"), f"{float(number[:17]):.5E}"):
        with pytest.raises(Refused) as refusal:
            values.id_number(plain(written))
        assert refusal.value.sentence == LOST


@given(IDS, st.integers(min_value=0, max_value=17), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_always_found(number: str, place: int, step: int) -> None:
    digit = 10 if number[place] == "X" else int(number[place])
    changed = f"{number[:place]}{(digit + step) % 10}{number[place + 1 :]}"
    if changed != number:
        with pytest.raises(Refused):
            values.id_number(changed)


@given(st.text(max_size=30))
def test_no_text_breaks_a_reader_and_no_sentence_repeats_it(text: str) -> None:
    sentences = []
    for read in (values.id_number, values.phone, values.name):
        try:
            read(plain(text))
        except Refused as refusal:
            sentences.append(refusal.sentence)
    with contextlib.suppress(ValueError):
        dates.read(plain(text))
    written = half_width(text)
    for sentence in sentences:
        assert sentence.endswith("。")
        assert len(written) < 4 or written not in sentence


@given(BORN, st.integers(min_value=0, max_value=9))
def test_a_date_in_any_writing_is_the_same_day(day: date, way: int) -> None:
    year, month, number = day.year, day.month, day.day
    written: object = [
        day,
        f"{year}.{month}.{number}",
        f"{year}年{month}月{number}日",
        f"{day:%Y%m%d}",
        int(f"{day:%Y%m%d}"),
        f"{year}-{month}-{number}",
        f"{day:%Y/%m/%d} 00:00:00",
        f"{year}．{month:02}．{number:02}".translate(WIDE),
        f" {year} 年 {month} 月 {number} 日生",
        f"{year}、{month}、{number}",
    ][way]
    read = dates.read(plain(written))
    assert read is not None
    assert read.whole == day


@given(st.dates(date(1900, 3, 1), date(2100, 12, 31)), st.booleans())
def test_a_serial_number_is_the_day_excel_shows(day: date, has_time: bool) -> None:
    serial = (day - date(1899, 12, 30)).days
    read = dates.read(plain(serial + 0.5 if has_time else serial))
    assert read is not None
    # Four digits from 1880 to 2100 are a year: so few days after 1905 that nobody means them.
    assert read.whole == day or (1880 <= serial <= 2100 and read.year == serial)


@given(st.integers(min_value=1900, max_value=2026), st.integers(min_value=1, max_value=12))
def test_a_month_agrees_with_its_days_and_is_no_whole_date(year: int, month: int) -> None:
    for written in (f"{year}年{month}月", f"{year}.{month:02}", f"{year}{month:02}"):
        read = dates.read(written)
        assert read is not None
        assert read.whole is None
        assert read.agrees(date(year, month, 28))
        assert not read.agrees(date(year, month, 28) + timedelta(days=31))


@pytest.mark.parametrize("written", ["1980.13.1", "1980-02-30", "80.5.1", "不详", "19801301", "3"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        dates.read(written)


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["{}", "+86{}", "0086 {}", "86-{}", "（{}）", " {} "]),
)
def test_a_mobile_number_in_any_writing_is_eleven_digits(number: str, form: str) -> None:
    spaced = f"{number[:3]} {number[3:7]}-{number[7:]}"
    assert values.phone(plain(form.format(spaced).translate(WIDE))) == number
    assert values.phone(plain(int(number))) == number
    assert values.phone(plain(float(number))) == number


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("1380000", "11 位"),
        ("5550101", "区号"),
        ("13800000000/13900000000", "两个"),
        ("同上", "字符"),
    ],
)
def test_what_is_no_phone_is_refused_with_the_way_to_mend_it(written: str, word: str) -> None:
    with pytest.raises(Refused) as refusal:
        values.phone(written)
    assert word in refusal.value.sentence


@pytest.mark.parametrize("written", ["", "无", "/", "—", "暂无", None])
def test_words_for_nothing_are_nothing(written: str | None) -> None:
    assert values.phone(plain(written)) is None
    assert values.id_number(plain(written)) is None
    assert values.name(plain(written)) == ""


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (HEAD[:17], "17 位"),
        ("520203800501001", "15 位"),
        (HEAD[:10] + "A" + HEAD[11:], "不是数字"),
        (HEAD[:-1] + ("1" if HEAD[-1] != "1" else "2"), "校验"),
        (id_number(date(1980, 5, 1), region="990203"), "地区"),
        (id_number(clock.today() + timedelta(days=40)), "不合情理"),
        (id_number(date(1880, 1, 1)), "不合情理"),
    ],
)
def test_each_fault_of_an_id_number_has_its_own_sentence(number: str, word: str) -> None:
    with pytest.raises(Refused) as refusal:
        values.id_number(number)
    assert word in refusal.value.sentence


def test_a_day_that_does_not_exist_is_refused() -> None:
    begun = "52020319800230991"
    with pytest.raises(Refused) as refusal:
        values.id_number(begun + ric.calc_check_digit(begun + "0"))
    assert "不存在" in refusal.value.sentence


def test_the_code_of_a_dissolved_county_is_good_whatever_the_year_of_birth() -> None:
    read = values.id_number(id_number(date(1950, 1, 1), region="522401"))
    assert read is not None
    assert read.remark == ""


def test_a_county_that_no_table_knows_is_taken_with_a_remark() -> None:
    read = values.id_number(id_number(region="520299"))
    assert read is not None
    assert "县级代码" in read.remark


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("买买提•艾力", "买买提·艾力"),
        ("张　三", "张三"),
        ("欧阳 修", "欧阳修"),
        ("张建国（户主）", "张建国"),
        ("Nancy Wu", "Nancy Wu"),
        ("𬭎生", "𬭎生"),
    ],
)
def test_names_keep_their_letters_and_lose_their_blanks(written: str, name: str) -> None:
    assert values.name(plain(written)) == name


@pytest.mark.parametrize("written", ["张?", "李4", 29342, "赵\ue000"])
def test_what_is_no_name_is_refused(written: object) -> None:
    with pytest.raises(Refused):
        values.name(plain(written))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("户主", "head"), ("本人", "head"), ("妻", "spouse"), ("长女", "daughter"),
        ("二儿子", "son"), ("儿媳", "daughter_in_law"), ("外孙", "grandson"), ("之子", "son"),
        ("其他（侄子）", "other"), ("", ""), ("远房", None),
    ],
)  # fmt: skip
def test_relation_words_become_codes(written: str, code: str | None) -> None:
    assert relations.relation(plain(written)) == code


def test_yes_under_a_heading_of_being_away_is_the_opposite_of_yes_under_one_of_being_home() -> None:
    assert relations.residence("是", heading="是否外出") == "away"
    assert relations.residence("是", heading="是否在家") == "resident"
    assert relations.residence("否", heading="是否常住") == "away"
    assert relations.residence("浙江务工") == "away"
    assert relations.residence("已故") == "gone"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("* 身 份 证 号（18位）", "id_number"), ("公民身份号码", "id_number"),
        ("户主/姓名", "head_name"), ("家庭成员/姓名", "name"), ("联系电话1", "phone"),
        ("基本情况/出生年月", "birth_date"),
        ("低保/有效期", "valid:dibao"), ("是否低保", "tag:dibao"), ("天气", None), ("备注", ""),
    ],
)  # fmt: skip
def test_headings_are_known_in_their_many_forms(heading: str, field: str | None) -> None:
    assert headings.field_of(heading) == field


def test_what_was_chosen_before_goes_before_what_a_heading_says() -> None:
    assert headings.guess(["姓名", "电话", "备注"], {"备注": "phone"}) == {0: "name", 2: "phone"}


@given(st.text(max_size=20))
def test_a_cell_as_text_has_no_blanks_around_it(text: str) -> None:
    assert as_text(plain(text)) == as_text(plain(text)).strip()
