"""One supervisor per data folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.supervisor import lock
from app.supervisor.errors import CannotStart


def test_the_second_is_told_who_is_first(tmp_path: Path) -> None:
    with (
        lock.hold(tmp_path),
        pytest.raises(CannotStart, match=f"process {os.getpid()}"),
        lock.hold(tmp_path),
    ):
        pass


def test_a_stale_lock_file_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "supervisor.lock").write_text("1\n")
    with lock.hold(tmp_path):
        assert (tmp_path / "supervisor.lock").read_text() == f"{os.getpid()}\n"
