"""The simulator's server: WeChat's interface, its sign-in page, and `/_simulator/...` for tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.wechat_simulator import calls
from tests.wechat_simulator.world import Refusal, World

AUTHORIZE, CONTROL = "/connect/oauth2/authorize", "/_simulator/"


@dataclass(frozen=True)
class Simulator:
    """A running simulator: where it is and what it knows."""

    url: str
    world: World


def _answers_of(world: World) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Answers(BaseHTTPRequestHandler):
        """Answers for one world, a call at a time."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer a GET."""
            self._answer("GET")

        def do_POST(self) -> None:
            """Answer a POST."""
            self._answer("POST")

        def _answer(self, method: str) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                if parts.path == AUTHORIZE:
                    self._authorize(query)
                elif parts.path.startswith(CONTROL):
                    self._send(200, calls.control(world, parts.path[len(CONTROL) :], body))
                else:
                    self._call(method, parts.path, query, body)

        def _authorize(self, query: dict[str, str]) -> None:
            try:
                back = calls.authorize(world, query, self.headers.get("User-Agent", ""))
            except ValueError as error:
                self._send(200, {"page": str(error)})
                return
            self.send_response(302)
            self.send_header("Location", back)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _call(self, method: str, path: str, query: dict[str, str], body: bytes) -> None:
            call = calls.CALLS.get((method, path))
            other = "GET" if method == "POST" else "POST"
            try:
                if call is None and (other, path) in calls.CALLS:
                    raise Refusal(43002 if other == "POST" else 43001, f"require {other} method")
                if call is None:
                    self._send(404, {})
                    return
                world.note_call(path)
                self._send(200, call(world, query, body))
            except Refusal as refusal:
                self._send(200, {"errcode": refusal.errcode, "errmsg": refusal.errmsg})

        def _send(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_parts: object) -> None:
            """Say nothing: addresses hold codes and secrets."""

    return Answers


@contextmanager
def serving(world: World, *, port: int = 0) -> Iterator[Simulator]:
    """Serve a world on loopback until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _answers_of(world))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Simulator(f"http://127.0.0.1:{server.server_port}", world)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
