"""Relay, worker and scheduler start only with what they need."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.workers.conftest import ROOT


@pytest.mark.parametrize(
    ("module", "missing"),
    [
        ("workers.main", "DATABASE_URL"),
        ("workers.relay", "DATABASE_URL"),
        ("workers.cron", "DATABASE_URL"),
        ("workers.relay", "REDIS_URL"),
    ],
)
def test_a_missing_address_is_named_and_ends_the_start(module: str, missing: str) -> None:
    given = {"DATABASE_URL": "postgresql://a@127.0.0.1:1/a", "REDIS_URL": "redis://127.0.0.1:1"}
    environment = {**os.environ, **given, missing: ""}
    done = subprocess.run(
        [sys.executable, "-m", module], env=environment, cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.decode().endswith(f"{missing} must be set\n")
