"""Amounts as people write them, in fen and in nothing else."""

from __future__ import annotations

import pytest

from app.kernel import money
from app.kernel.money import AmountRefused


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1,234.50", 123450),
        ("1234.5", 123450),
        ("0.01", 1),
        ("0.1", 10),
        ("8", 800),
        ("１，２３４．５０", 123450),
        ("￥1,234.50", 123450),
        ("¥ 12", 1200),
        ("1 234元", 123400),
        ("1,234,567.89元", 123456789),
        ("  300.00  ", 30000),
        ("99999999.99", 9_999_999_999),
    ],
)
def test_amounts_are_read_to_the_fen(written: str, fen: int) -> None:
    assert money.parse(written) == fen


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "金额请写成元"),
        ("元", "金额请写成元"),
        ("一百", "金额请写成元"),
        ("12a", "金额请写成元"),
        ("1.2.3", "金额请写成元"),
        ("1e3", "金额请写成元"),
        ("١٢", "金额请写成元"),
        (".5", "金额请写成元"),
        ("0", "大于 0"),
        ("0.00", "大于 0"),
        ("-5", "更正"),
        ("－5", "更正"),
        ("(5)", "更正"),
        ("1.2万", "不用万"),
        ("1.234", "最多写到分"),
        ("12,34", "三位一隔"),
        ("1,23.00", "三位一隔"),
        (",123", "三位一隔"),
        ("100000000", "太大"),
        ("9" * 5000, "太大"),
    ],
)
def test_what_is_no_amount_is_refused_with_what_to_write(written: str, told: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        money.parse(written)
    assert told in refused.value.sentence


@pytest.mark.parametrize(
    ("fen", "written"),
    [(123450, "1,234.50"), (1, "0.01"), (0, "0.00"), (-123450, "−1,234.50"), (-1, "−0.01")],
)
def test_amounts_are_written_with_two_decimals(fen: int, written: str) -> None:
    assert money.show(fen) == written
    assert money.parse_balance(written) == fen


def test_a_balance_may_be_nothing_or_owed() -> None:
    assert [money.parse_balance(text) for text in ("0", "0.00元", "-12.5", "３")] == [
        0,
        0,
        -1250,
        300,
    ]
