"""Kept libraries of others lie here as they were published."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "app/static/vendor"


def test_each_library_is_the_one_its_table_names_and_has_its_licence() -> None:
    text = (VENDOR / "README.md").read_text("utf-8")
    told = dict(re.findall(r"^\| ([\w-]+) \|.*\| ([0-9a-f]{64}) \|$", text, re.MULTILINE))
    assert set(told) == {folder.name for folder in VENDOR.iterdir() if folder.is_dir()}
    for name, wanted in told.items():
        [script] = (VENDOR / name).glob("*.js")
        assert hashlib.sha256(script.read_bytes()).hexdigest() == wanted
        assert (VENDOR / name / "LICENSE").stat().st_size > 500
