"""The programs a platform is made of, as data."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from app.kernel.settings import Settings

REPOSITORY = Path(__file__).parents[2]  # the folder of wsgi.py, app and workers


@dataclass(frozen=True)
class Commands:
    """`prepare` runs once and must succeed; `children` then run until they are stopped."""

    prepare: tuple[str, ...]
    children: dict[str, tuple[str, ...]]


def of_platform(settings: Settings, *, demo: bool) -> Commands:
    """Name the programs of a whole platform."""
    workers = {
        f"worker-{number}": (sys.executable, "-m", "workers.main")
        for number in range(1, settings.worker_processes + 1)
    }
    prepare = (sys.executable, "-m", "app.cli", "prepare", "--demo" if demo else "--no-demo")
    return Commands(
        prepare=prepare,
        children={
            "web": _web(settings),
            "relay": (sys.executable, "-m", "workers.relay"),
            **workers,
            "scheduler": (sys.executable, "-m", "workers.cron"),
            "sealer": (sys.executable, "-m", "workers.sealer"),
        },
    )


def _web(settings: Settings) -> tuple[str, ...]:
    options = {
        "--interface": "wsgi",
        "--host": settings.host,
        "--port": str(settings.port),
        "--workers": str(settings.web_processes),
        "--blocking-threads": str(settings.web_threads),
        "--respawn-interval": "0.5",
        "--workers-kill-timeout": "5",
        "--log-level": settings.log_level,
    }
    flat = [part for option in options.items() for part in option]
    return (
        *(sys.executable, "-m", "granian", *flat),
        *("--respawn-failed-workers", "--no-ws", "--no-access-log", "wsgi:application"),
    )
