"""Ctrl-C and SIGTERM: the first asks for an orderly stop, the second for one at once."""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import Any

from app.supervisor.errors import StopAsked

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """Counts the signals that ask for a stop while the block runs; nothing is interrupted by them.

    Whoever waits does so by `pause`, so that a stop is asked for only where it is safe.
    """

    def __init__(self) -> None:
        self._asked = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> StopSignals:
        for number in ASKING:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # started by nohup: the terminal may go
            self._before[number] = signal.signal(number, self._count)
        return self

    def __exit__(self, *_error: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def pause(self, seconds: float) -> None:
        """Wait a moment; raises StopAsked where a stop was asked for."""
        if not self._asked:
            time.sleep(seconds)
        if self._asked:
            raise StopAsked

    def hurry(self) -> bool:
        """Say whether a second signal came."""
        return self._asked > 1

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1
