"""What stands on the screen until it is revealed."""

from __future__ import annotations

import pytest

from app.households import masking


@pytest.mark.parametrize(
    ("value", "shown"),
    [("张三", "张*"), ("欧阳春生", "欧***"), ("买买提·吐尔逊江", "买***"), ("李", "李*")],
)
def test_a_name_keeps_its_first_character(value: str, shown: str) -> None:
    assert masking.name(value) == shown


def test_a_phone_keeps_seven_digits_and_a_short_one_two() -> None:
    assert masking.phone("13812341234") == "138****1234"
    assert masking.phone("5550101") == "****01"


def test_an_id_number_keeps_six_characters() -> None:
    assert masking.id_number("520203197005010012") == "5202************12"


def test_a_birth_date_keeps_the_year() -> None:
    assert masking.birth_date("1970-05-01") == "1970年"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("青杠林村大寨组12号", "青杠林村大寨组***"),
        ("岩脚镇青杠林村一组三十二号附1号", "岩脚镇青杠林村一组***"),
        ("对门寨老水井边", "对门寨***"),
    ],
)
def test_an_address_keeps_the_way_and_not_the_house(value: str, shown: str) -> None:
    assert masking.address(value) == shown


def test_nothing_stays_nothing() -> None:
    assert masking.mask("phone", None) is None


def test_an_email_keeps_its_first_character_and_its_domain() -> None:
    assert masking.mask("email", "zhao.dashan@example.cn") == "z***@example.cn"
    assert masking.mask("second_phone", "13812345678") == "138****5678"
