"""The demo county's items: enough of them, over a year, and nobody real."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from app.demo.content import DATA, DemoItem, fill, read_items

TODAY = date(2026, 11, 20)
VILLAGE, TOWNSHIP, COUNTY = "520203102213", "520203102", "520203"
TILES = ("village_collective_fund", "dibao", "livelihood_project", "employment")
PHONE_LIKE = re.compile(r"(?<![\d,.])(?:\+?86)?1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")


@pytest.fixture(scope="module")
def items() -> list[DemoItem]:
    return list(read_items(TODAY))


def test_every_place_and_every_tile_has_enough_to_read(items: list[DemoItem]) -> None:
    standing = [item for item in items if item.withdrawn is None]
    assert len(standing) >= 60
    places = Counter(item.division for item in standing)
    assert min(places[code] for code in (VILLAGE, TOWNSHIP, COUNTY)) >= 12
    shown = Counter(item.topic for item in standing if item.division in (VILLAGE, TOWNSHIP, COUNTY))
    assert min(shown[topic] for topic in TILES) >= 5
    assert len(shown) > len(TILES)


def test_items_are_dated_over_a_year_and_none_to_come(items: list[DemoItem]) -> None:
    days = [item.published_at.date() for item in items]
    assert days == sorted(days)
    assert TODAY - timedelta(days=400) <= days[0] <= TODAY - timedelta(days=300)
    assert TODAY - timedelta(days=45) <= days[-1] <= TODAY


def test_a_correction_and_a_withdrawal_can_be_seen(items: list[DemoItem]) -> None:
    assert any(item.correction for item in items)
    assert any(item.withdrawn for item in items)


def test_no_telephone_of_anyone_real_is_named(items: list[DemoItem]) -> None:
    texts = [f"{item.title}\n{item.body}\n{item.original_body or ''}" for item in items]
    texts += [
        file.read_text("utf-8") for file in DATA.glob("*.csv") if "divisions" not in file.name
    ]
    found = {number for text in texts for number in PHONE_LIKE.findall(text)}
    assert {number for number in found if not re.fullmatch(r"0858-555\d{4}", number)} == set()
    assert any("0858-555" in text for text in texts)


def test_no_placeholder_is_left(items: list[DemoItem]) -> None:
    for item in items:
        assert not re.search(r"\{[a-z]", item.title + item.body + (item.original_body or "")), item


@pytest.mark.parametrize(
    ("text", "day", "written"),
    [
        ("{date}", date(2026, 1, 5), "2026年1月5日"),
        ("{date+30}", date(2026, 1, 5), "2026年2月4日"),
        ("{month}", date(2026, 1, 5), "2025年12月"),
        ("{quarter}", date(2026, 1, 5), "2025年第四季度"),
        ("{quarter}", date(2026, 4, 5), "2026年第一季度"),
        ("{year}", date(2026, 1, 5), "2026"),
    ],
)
def test_dates_are_written_as_seen_from_the_day(text: str, day: date, written: str) -> None:
    assert fill(text, day) == written
