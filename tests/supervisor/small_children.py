"""The children of a small platform; quick to start, so they import nothing of the project."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

WANTED = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY")
DEMO = {
    "base_url": "http://127.0.0.1",
    "village": "520203102204",
    "plates": ["K7M2Q9XW4TRHA"],
    "accounts": [{"username": "clerk", "password": "pw", "role": "clerk", "scope": "520203102204"}],
    "sheets": "plates.pdf",
}


def _prepare() -> None:
    folder = Path(os.environ["DATA_DIR"])
    (folder / "given.json").write_text(json.dumps({name: os.environ[name] for name in WANTED}))
    (folder / "demo.json").write_text(json.dumps(DEMO))
    sys.exit(int(os.environ.get("PREPARE_STATUS", "0")))


class _Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()


def _web() -> None:
    http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), _Ready).serve_forever()


def _stubborn() -> None:
    """Refuse to leave, as does what it starts in a session of its own."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "alone" not in sys.argv:
        subprocess.Popen([sys.executable, __file__, "stubborn", "alone"], start_new_session=True)
        print("两个都在 both are here", flush=True)
    _idle()


def _idle() -> None:
    while True:
        time.sleep(60)


if __name__ == "__main__":
    {"prepare": _prepare, "web": _web, "idle": _idle, "stubborn": _stubborn}[sys.argv[1]]()
