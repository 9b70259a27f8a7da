"""Randomness: fair, and only a digest of a token is ever kept."""

from __future__ import annotations

import secrets
from collections import Counter

import pytest

from app.kernel import ids

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_words_have_the_length_and_the_number_asked_for() -> None:
    words = ids.draw_symbols(ALPHABET, length=12, count=500)
    assert len(set(words)) == 500
    assert {len(word) for word in words} == {12}
    assert set("".join(words)) <= set(ALPHABET)


def test_nothing_asked_for_is_nothing_drawn() -> None:
    assert ids.draw_symbols(ALPHABET, length=12, count=0) == []


def test_every_symbol_is_equally_likely_over_all_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    every_byte = bytes(range(256))
    monkeypatch.setattr(
        secrets, "token_bytes", lambda number: (every_byte * (number // 256 + 1))[:number]
    )
    # 248 of the 256 bytes are a whole multiple of the 31 symbols: 8 times each.
    word = ids.draw_symbols(ALPHABET, length=248)[0]
    assert set(Counter(word).values()) == {8}


def test_bytes_thrown_away_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([b"\xff" * 100, b"\x00" * 100])
    monkeypatch.setattr(secrets, "token_bytes", lambda number: next(draws)[:number])
    assert ids.draw_symbols(ALPHABET, length=5) == ["00000"]


def test_tokens_differ_and_carry_256_bits() -> None:
    first, second = ids.token(), ids.token()
    assert first != second
    assert len(first) == 43


def test_a_digest_says_nothing_of_the_token_and_is_always_the_same() -> None:
    token = ids.token()
    digest = ids.token_digest(token)
    assert digest == ids.token_digest(token)
    assert len(digest) == 64
    assert token not in digest
