"""A visitor who looks at what a server answers, byte for byte."""

from __future__ import annotations

import gzip
import http.client
import time
from dataclasses import dataclass

PATIENCE = 10.0  # seconds


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """Read the page as a browser does."""
        packed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


@dataclass(frozen=True)
class Visitor:
    """Visits the site on this port; `through_nginx` is False where this machine has no nginx."""

    port: int
    through_nginx: bool = True

    def get(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        """Ask once; underscores in names of headers stand for dashes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(
                method, path, skip_host="Host" in headers, skip_accept_encoding=True
            )
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def is_kept(self, answer: Answer) -> bool:
        """Tell whether an answer came from nginx's cache; without nginx, whether it might."""
        if self.through_nginx:
            return answer.headers["X-Cache-Status"] == "HIT"
        return answer.headers["X-Accel-Expires"] is not None

    def get_kept(self, path: str, **headers: str) -> Answer:
        """Ask until the answer comes from the cache: two visits in one second."""
        deadline = time.monotonic() + PATIENCE
        while not self.is_kept(answer := self.get(path, **headers)):
            assert time.monotonic() < deadline, f"{path} is never kept: {answer.headers}"
        return answer
