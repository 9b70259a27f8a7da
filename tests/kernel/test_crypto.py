"""Sealed values open at their own place, under their own key, and nowhere else."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import crypto, key_file
from app.kernel.crypto import AES, KEYS, SM4, Place, Ring, Unreadable
from app.kernel.db import Database
from app.kernel.key_file import KeyFile, KeyInUse, KeysMissing

NAME = Place("persons", 7, "name")


def _ring(path: Path) -> Ring:
    return KeyFile(path).ring()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a key file."""
    path = tmp_path / "keys.json"
    assert key_file.create(path)
    return path


@pytest.mark.parametrize("algorithm", [AES, SM4])
def test_what_was_sealed_opens_again(tmp_path: Path, algorithm: str) -> None:
    key_file.create(tmp_path / "keys.json", algorithm=algorithm)
    ring = _ring(tmp_path / "keys.json")
    sealed = ring.seal("张三𠮷·买买提", NAME)
    assert "张".encode() not in sealed
    assert ring.open(sealed, NAME) == "张三𠮷·买买提"


@given(value=st.text(max_size=200), row=st.integers(0, 2**62))
def test_every_text_survives(value: str, row: int) -> None:
    ring = Ring(
        {
            "data": {
                "current": "d1",
                "keys": {"d1": {"algorithm": AES, "secret": "A" * 43 + "="}},
            },
            "index": {
                "current": "i1",
                "keys": {"i1": {"algorithm": AES, "secret": "B" * 43 + "="}},
            },
            "root": {"secret": "C" * 43 + "="},
        }
    )
    place = Place("persons", row, "name")
    fit = value.encode("utf-8", "ignore").decode()
    assert ring.open(ring.seal(fit, place), place) == fit


def test_two_seals_of_one_value_differ(path: Path) -> None:
    ring = _ring(path)
    assert ring.seal("13800001234", NAME) != ring.seal("13800001234", NAME)


@pytest.mark.parametrize(
    "place",
    [Place("persons", 8, "name"), Place("persons", 7, "phone"), Place("households", 7, "name")],
)
def test_a_value_moved_to_another_place_does_not_open(path: Path, place: Place) -> None:
    ring = _ring(path)
    sealed = ring.seal("张三", NAME)
    with pytest.raises(Unreadable):
        ring.open(sealed, place)


@pytest.mark.parametrize("spoil", [0, 1, 5, -1])
def test_a_changed_byte_does_not_open(path: Path, spoil: int) -> None:
    ring = _ring(path)
    sealed = bytearray(ring.seal("张三", NAME))
    sealed[spoil] ^= 1
    with pytest.raises(Unreadable):
        ring.open(bytes(sealed), NAME)


def test_nothing_at_all_does_not_open(path: Path) -> None:
    with pytest.raises(Unreadable):
        _ring(path).open(b"", NAME)


def test_old_values_open_after_a_key_was_added_and_new_ones_carry_it(path: Path) -> None:
    keys = KeyFile(path)
    before = keys.ring().seal("张三", NAME)
    assert key_file.add(path, "data", algorithm=SM4) == "d2"
    ring = keys.reread()
    assert ring.open(before, NAME) == "张三"
    assert crypto.key_of(ring.seal("张三", NAME)) == "d2"


def test_a_process_that_read_the_keys_before_opens_what_another_seals_after(path: Path) -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing", keys=KeyFile(path))
    early: KeyFile = database.info[KEYS]
    early.ring()
    key_file.add(path, "data")
    sealed = _ring(path).seal("张三", NAME)
    with database.reading() as session:
        assert crypto.open_value(session, sealed, NAME) == "张三"


def test_the_current_key_is_not_forgotten_and_another_is(path: Path) -> None:
    key_file.add(path, "data")
    with pytest.raises(KeyInUse):
        key_file.forget(path, "data", "d2")
    key_file.forget(path, "data", "d1")
    assert not _ring(path).knows("d1")


def test_an_index_is_the_same_for_the_same_value_and_field_alone(path: Path) -> None:
    ring = _ring(path)
    assert ring.index("phone", "13800001234") == ring.index("phone", "13800001234")
    assert ring.index("phone", "13800001234") != ring.index("id_number", "13800001234")
    assert ring.index("phone", "13800001234") != ring.index("phone", "13800001235")


def test_while_index_keys_change_both_are_named_the_current_one_first(path: Path) -> None:
    before = _ring(path).index("phone", "13800001234")
    key_file.add(path, "index")
    ring = _ring(path)
    assert ring.index_keys() == ("i2", "i1")
    assert ring.index("phone", "13800001234") != before
    assert ring.index("phone", "13800001234", key="i1") == before


def test_derived_secrets_differ_by_purpose_and_stay(path: Path) -> None:
    assert _ring(path).derive("audit-head") == _ring(path).derive("audit-head")
    assert _ring(path).derive("audit-head") != _ring(path).derive("visit-pack")


def test_the_key_file_is_its_owners_alone_and_is_never_made_anew(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = json.loads(path.read_text())
    assert not key_file.create(path)
    assert json.loads(path.read_text()) == before


def test_without_a_key_file_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="keys_missing"):
        KeyFile(tmp_path / "none.json").ring()
