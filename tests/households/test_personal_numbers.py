"""Numbers that people bear are found in a text, however they are written."""

from __future__ import annotations

from datetime import date

import pytest

from app.households import personal_numbers
from tests.factories import GROUP, VILLAGE
from tests.households.rosters.people import ENDS_IN_X, id_number

NUMBER = id_number(date(1953, 4, 27))
SPACED = f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}"
WIDE = str.maketrans("0123456789X- ", "０１２３４５６７８９Ｘ－　")


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        ENDS_IN_X,
        ENDS_IN_X.lower(),
        SPACED,
        SPACED.replace(" ", "-"),
        SPACED.replace(" ", "—"),
        SPACED.translate(WIDE),
        " ".join(NUMBER),
        f"户{NUMBER}号",
        f"1-{ENDS_IN_X}-2",
        "520203530427711",
        "520203 530427 711",
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "１３８　１２３４　５６７８",
        "138\u200b12345678",
        "+8613812345678",
        "0086-138-1234-5678",
        "3-13812345678",
        "老屋基（13812345678）",
    ],
)
def test_a_number_of_a_person_is_found_in_any_writing(text: str) -> None:
    assert personal_numbers.stand_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "N-9",
        "大寨组",
        GROUP,
        f"{VILLAGE}001",
        "520203100201001",
        f"{GROUP}0012",
        "13-2026-00012",
        "2026-0530-12-00012",
        "0858-5312345",
        "138123456789",
        NUMBER[:17],
        NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10),
        "520203531327711",
        "990203530427711",
        id_number(date(2999, 1, 1)),
    ],
)
def test_what_an_office_numbers_households_by_is_none(text: str) -> None:
    assert not personal_numbers.stand_in(text)
