"""What the supervisor shows: whole lines, never mixed, never a reason for a child to wait."""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from typing import IO

WAITING_LINES = 10_000
LONGEST_LINE = 65_536


class Output:
    """One writer for every line: announcements to standard output, logs to standard error.

    A terminal that stands still (Ctrl-S, a full pipe) must not stop the children: past
    `WAITING_LINES` further lines are left out and counted. None as a descriptor shows nothing.
    """

    def __init__(self, *, announcements: int | None = 1, logs: int | None = 2) -> None:
        self._announcements, self._logs = announcements, logs
        self._lines: queue.Queue[tuple[int, bytes] | None] = queue.Queue(WAITING_LINES)
        self._left_out = 0
        self._followers: list[threading.Thread] = []
        self._writer = threading.Thread(target=self._write, name="output", daemon=True)
        self._writer.start()

    def say(self, line: str) -> None:
        """Tell whoever started the platform."""
        self._put(self._announcements, line.encode())

    def log(self, name: str, line: str | bytes) -> None:
        """Pass one line of a log on, with the name of who wrote it in front."""
        text = line.encode() if isinstance(line, str) else line
        self._put(self._logs, f"{name:<10}| ".encode() + text)

    def follow(self, name: str, pipe: IO[bytes] | None) -> deque[str]:
        """Pass every line of a pipe on until it is closed; give the last few, to quote from."""
        last: deque[str] = deque(maxlen=5)
        if pipe is None:
            return last
        follower = threading.Thread(target=self._follow, args=(name, pipe, last), daemon=True)
        self._followers = [known for known in self._followers if known.is_alive()] + [follower]
        follower.start()
        return last

    def close(self, *, seconds: float = 2.0) -> None:
        """Write what is still waiting, for at most `seconds` each."""
        for follower in self._followers:
            follower.join(seconds)
        try:
            self._lines.put(None, timeout=seconds)
        except queue.Full:
            return
        self._writer.join(seconds)

    def _follow(self, name: str, pipe: IO[bytes], last: deque[str]) -> None:
        with pipe:
            for line in iter(lambda: pipe.readline(LONGEST_LINE), b""):
                text = line.rstrip(b"\r\n")
                last.append(text.decode(errors="replace"))
                self.log(name, text)

    def _put(self, where: int | None, line: bytes) -> None:
        if where is None:
            return
        try:
            self._lines.put_nowait((where, line))
        except queue.Full:
            self._left_out += 1

    def _write(self) -> None:
        while (entry := self._lines.get()) is not None:
            where, line = entry
            if self._left_out:
                line += b"\nsupervisor| %d lines left out, nobody read them" % self._left_out
                self._left_out = 0
            rest = line + b"\n"
            try:
                while rest:
                    rest = rest[os.write(where, rest) :]
            except OSError:
                continue  # the terminal is gone; the platform goes on
