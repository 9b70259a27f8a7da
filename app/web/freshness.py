"""Hearing of changes: one thread listens to PostgreSQL and tells the cache what to drop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psycopg

from app.kernel import logs
from app.kernel.changes import CHANNEL
from app.kernel.db import plain_url

PULSE = 0.2  # seconds between two proofs that the connection still delivers
SILENCE = 1.0  # seconds after which nobody may rely on having heard everything


class ChangeListener(threading.Thread):
    """Calls `drop(scope)` for every change announced, and knows since when it has heard nothing.

    A round trip on the listening connection delivers whatever was committed before it began, so
    the time just before the last answered pulse is the time up to which everything is known.
    """

    def __init__(self, url: str, *, drop: Callable[[str], None]) -> None:
        super().__init__(name="change-listener", daemon=True)
        self._url = plain_url(url)
        self._drop = drop
        self._heard_until = self._known_until = float("-inf")
        self._stopping = threading.Event()

    def is_live(self) -> bool:
        """Tell whether every change older than a second has been heard."""
        return time.monotonic() - self._heard_until < SILENCE

    def known_until(self) -> float:
        """Give the moment up to which every change has been heard, in seconds since the epoch."""
        return self._known_until

    def stop(self) -> None:
        """End the thread after its current pulse."""
        self._stopping.set()

    def run(self) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            try:
                self._listen()
                pause = 0.1
            except psycopg.Error as error:
                logs.get(__name__).warning("change_listener_lost", error=logs.describe(error))
                self._stopping.wait(pause)
                pause = min(pause * 2, 5.0)

    def _listen(self) -> None:
        with psycopg.connect(
            self._url, autocommit=True, connect_timeout=5, application_name="sunshine-cache"
        ) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._drop("division:")  # whatever was missed while nobody listened
            while not self._stopping.is_set():
                began, moment = time.monotonic(), time.time()
                connection.execute("SELECT 1")
                for notice in connection.notifies(timeout=0):
                    self._drop(notice.payload)
                self._heard_until, self._known_until = began, moment
                for notice in connection.notifies(timeout=PULSE, stop_after=1):
                    self._drop(notice.payload)
