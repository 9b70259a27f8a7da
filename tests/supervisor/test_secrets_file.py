"""Secrets are drawn once and closed to others."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app.supervisor.errors import CannotStart
from app.supervisor.secrets_file import SecretsFile


def test_a_secret_is_drawn_once_and_kept(tmp_path: Path) -> None:
    first = SecretsFile(tmp_path).get("secret_key")
    assert SecretsFile(tmp_path).get("secret_key") == first
    assert SecretsFile(tmp_path).get("other") != first


def test_a_file_open_to_others_is_closed_again(tmp_path: Path) -> None:
    SecretsFile(tmp_path).get("secret_key")
    path = tmp_path / "secrets.json"
    path.chmod(0o644)
    SecretsFile(tmp_path).get("secret_key")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(CannotStart, match="restore it from a backup"):
        SecretsFile(tmp_path).get("secret_key")
    assert (tmp_path / "secrets.json").read_text() == "{"
