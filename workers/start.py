"""What relay, worker, scheduler and sealer have in common: how they start, wait, and stop."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import redis
from sqlalchemy.exc import SQLAlchemyError

from app.kernel import logs
from app.kernel.db import Database
from app.kernel.key_file import KeyFile
from app.kernel.settings import Settings, get_settings, production_faults

UNREACHABLE = (psycopg.Error, SQLAlchemyError, redis.RedisError, OSError)
"""What PostgreSQL and Valkey raise while they are away, restarting, or not yet set up."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds


def read_settings() -> Settings:
    """Read the settings, leaving where production lacks some, and send the logs to their place."""
    settings = get_settings()
    if faults := production_faults(settings):
        sys.exit("\n".join(faults))
    logs.configure(settings.log_level)
    return settings


def open_database(settings: Settings) -> Database:
    """Open PostgreSQL lazily; leaves with a sentence where no address is set."""
    if settings.database_url is None:
        sys.exit("DATABASE_URL must be set")
    return Database(settings.database_url, pool_size=2, keys=KeyFile(settings.keys_path))


def connect_queue(settings: Settings) -> redis.Redis:
    """Connect to Valkey lazily; a server that hangs counts as away after 5 seconds.

    Leaves with a sentence where no address is set.
    """
    if settings.redis_url is None:
        sys.exit("REDIS_URL must be set")
    return redis.Redis.from_url(settings.redis_url, socket_connect_timeout=3, socket_timeout=5)


def grow(pause: float) -> float:
    """Give the next pause between two tries to reach a server, in seconds."""
    return min(pause * 2, LONGEST_PAUSE)


class Stopping:
    """SIGTERM and Ctrl-C: work in hand is finished, a wait ends at once."""

    def __init__(self) -> None:
        self.asked = False
        self._waiting = False

    def install(self) -> None:
        """Answer the two signals from now on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.asked = True
        if self._waiting:
            raise SystemExit(0)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Mark a wait that a signal may break off with `SystemExit`."""
        self._waiting = True
        try:
            if self.asked:
                raise SystemExit(0)
            yield
        finally:
            self._waiting = False

    def pause(self, seconds: float) -> None:
        """Sleep until the time is over or a signal comes."""
        with self.waiting():
            time.sleep(seconds)
