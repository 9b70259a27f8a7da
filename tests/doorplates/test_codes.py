"""Codes: every slip of the hand is caught, every honest reading is found."""

from __future__ import annotations

import time
from collections import Counter
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.doorplates import codes

CODE = "7K3M9QXW2R4T0"
bodies = st.text(codes.ALPHABET, min_size=12, max_size=12)
whole = bodies.map(lambda body: body + codes.check_character(body))


def test_the_example_of_the_rule_has_check_character_0() -> None:
    assert codes.check_character("7K3M9QXW2R4T") == "0"
    assert codes.is_valid(CODE)


def test_drawn_codes_are_valid_and_all_different() -> None:
    drawn = codes.draw(5_000)
    assert len(set(drawn)) == 5_000
    assert all(codes.is_valid(code) for code in drawn)


@settings(deadline=None)
@given(whole)
def test_every_single_wrong_symbol_is_caught(code: str) -> None:
    for place, right in enumerate(code):
        for wrong in codes.ALPHABET:
            assert codes.is_valid(code[:place] + wrong + code[place + 1 :]) is (wrong == right)


@settings(deadline=None)
@given(whole)
def test_every_swap_of_neighbours_is_caught(code: str) -> None:
    for place, (left, right) in enumerate(pairwise(code)):
        swapped = code[:place] + right + left + code[place + 2 :]
        assert codes.is_valid(swapped) is (left == right)


@pytest.mark.parametrize(
    "text", ["", CODE[:-1], CODE + "0", CODE.lower(), CODE + "\n", "７" + CODE[1:]]
)
def test_what_is_not_exactly_a_code_is_not_valid(text: str) -> None:
    assert not codes.is_valid(text)


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        " 7k3m 9qxw\t2r4t 0 ",
        "7K3M-9QXW-2R4T-0",
        "７Ｋ３Ｍ９ＱＸＷ２Ｒ４Ｔ０",
        "７ｋ３ｍ　９ｑｘｗ　２ｒ４ｔ　０",
        "7K3M9QXWZR4TO",
        "7k3m9qxwzr4to",
    ],
)
def test_a_code_typed_by_hand_is_read(typed: str) -> None:
    assert codes.read_by_hand(typed) == CODE


@settings(deadline=None)
@given(whole, st.data())
def test_look_alikes_lead_back_to_the_one_code(code: str, data: st.DataObject) -> None:
    like = {"0": "0Oo", "1": "1Ii", "2": "2Zz", "5": "5Ss"}
    typed = "".join(data.draw(st.sampled_from(like.get(symbol, symbol))) for symbol in code)
    assert codes.read_by_hand(typed) == code


def test_a_small_l_is_read_as_whichever_passes_the_check() -> None:
    body = "1L" + "A" * 10
    code = body + codes.check_character(body)
    assert codes.read_by_hand("1l" + code[2:]) == code
    assert codes.read_by_hand("lL" + code[2:]) == code


def test_two_readings_that_both_pass_are_no_reading() -> None:
    readings = Counter(
        codes.check_character("".join(first) + "A" * 6) for first in product("L1", repeat=6)
    )
    assert max(readings.values()) > 1  # 64 readings share 31 check characters
    for check, number in readings.items():
        found = codes.read_by_hand("l" * 6 + "A" * 6 + check)
        assert (found is not None) is (number == 1)
    assert codes.read_by_hand("l" * 7 + "A" * 6) is None


@settings(deadline=None)
@given(st.text(max_size=40))
def test_garbage_is_never_a_reason_to_fail(text: str) -> None:
    reading = codes.read_by_hand(text)
    assert reading is None or codes.is_valid(reading)


@pytest.mark.parametrize("symbol", ["\ud800", "ß", "ŉ", "ﬁ", "ı", "ſ", "\0", "李", "²", "Ⅷ", "ﷺ"])
def test_odd_symbols_are_never_a_reason_to_fail(symbol: str) -> None:
    assert codes.read_by_hand(symbol * 13) in {None, "5" * 13, "1" * 13}


@pytest.mark.parametrize("text", ["ﷺ" * 1_000_000, "7" * 10_000_000, " " * 10_000_000])
def test_a_very_long_text_costs_next_to_nothing(text: str) -> None:
    began = time.perf_counter()
    assert codes.read_by_hand(text) is None
    assert time.perf_counter() - began < 0.2


def test_a_code_is_written_in_groups_of_four() -> None:
    assert codes.in_groups(CODE) == "7K3M 9QXW 2R4T 0"
