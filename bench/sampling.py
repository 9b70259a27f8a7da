"""Reading along while a server is under load: every sampled answer must be the right one."""

from __future__ import annotations

import gzip
import http.client
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

EVERY = 0.05  # seconds between two samples
PROMISED = ("Content-Security-Policy", "ETag", "X-Content-Type-Options", "Cache-Control")


@dataclass(frozen=True)
class Expected:
    """An address and words its page must hold."""

    path: str
    words: str


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    text: str


class Reader:
    """One kept connection of a visitor who accepts gzip."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=10)

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        self._connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        response = self._connection.getresponse()
        body = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return Answer(response.status, response.headers, body.decode())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Sampler(threading.Thread):
    """Checks status, body and headers of random pages until the block is left, which raises."""

    def __init__(self, address: str, expected: Sequence[Expected]) -> None:
        super().__init__(name="sampler", daemon=True)
        self._reader = Reader(address)
        self._expected = expected
        self._stopping = threading.Event()
        self._fault: Exception | None = None
        self.checked = 0

    def __enter__(self) -> Sampler:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self.join()
        self._reader.close()
        if self._fault is not None and error is None:
            raise self._fault

    def run(self) -> None:
        draw = random.Random()  # noqa: S311 - which page is looked at
        try:
            while not self._stopping.wait(EVERY):
                check(self._reader, draw.choice(self._expected))
                self.checked += 1
        except Exception as fault:
            self._fault = fault


def check(reader: Reader, expected: Expected) -> None:
    """Raise AssertionError unless the page is answered whole."""
    answer = reader.get(expected.path)
    assert answer.status == http.client.OK, f"{expected.path}: {answer.status}"
    assert expected.words in answer.text, f"{expected.path} is not the page asked for"
    for name in PROMISED:
        assert name in answer.headers, f"{expected.path} came without {name}"
