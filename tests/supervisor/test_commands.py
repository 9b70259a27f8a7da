"""The programs of a whole platform."""

from __future__ import annotations

import subprocess
import sys

from app.kernel.settings import Settings
from app.supervisor import commands


def test_a_platform_has_web_relay_scheduler_sealer_and_as_many_workers_as_asked_for() -> None:
    found = commands.of_platform(Settings(worker_processes=2), demo=True)
    assert list(found.children) == [
        *("web", "relay", "worker-1", "worker-2", "scheduler", "sealer")
    ]
    assert found.prepare[-2:] == ("prepare", "--demo")
    assert commands.of_platform(Settings(), demo=False).prepare[-1] == "--no-demo"


def test_granian_knows_every_option_of_the_web_command() -> None:
    web = commands.of_platform(Settings(port=8123), demo=False).children["web"]
    known = subprocess.run(
        [sys.executable, "-m", "granian", "--help"], check=True, capture_output=True, text=True
    ).stdout
    assert [part for part in web if part.startswith("--") and part not in known] == []
    assert web[web.index("--port") + 1] == "8123"
