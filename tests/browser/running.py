"""The real platform in processes of its own: web, relay and worker around one database."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TypeVar

from app.kernel.db import Database
from app.kernel.key_file import KeyFile
from tests.wechat_simulator.__main__ import settings as leading_to

Found = TypeVar("Found")
ROOT = Path(__file__).parents[2]
WEB = ("granian", "--interface", "wsgi", "--workers", "1", "--no-access-log", "--log-level")


def until(look: Callable[[], Found], *, seconds: float = 20.0, what: str) -> Found:
    """Look again and again until something is found; fail, saying what, when it is not in time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what} did not come in {seconds:g} s"
        time.sleep(0.02)
    return found


def free_port() -> int:
    """Give a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Platform:
    """The demo county, served; `close` ends every process."""

    def __init__(
        self,
        *,
        owner_url: str,
        app_url: str,
        redis_url: str,
        folder: Path,
        wechat_url: str,
    ) -> None:
        self.database = Database(app_url, keys=KeyFile(folder / "keys.json"))
        self.wechat_url = wechat_url
        self.folder = folder
        port = free_port()
        self.base_url = f"http://127.0.0.1:{port}"
        self._port = port
        self._children: list[subprocess.Popen[bytes]] = []
        self._environment = {
            **os.environ,
            "DATABASE_OWNER_URL": owner_url,
            "DATABASE_URL": app_url,
            "REDIS_URL": redis_url,
            "DATA_DIR": str(folder),
            "KEYS_FILE": str(folder / "keys.json"),
            "PORT": str(port),
            "SUNSHINE_ENV": "development",
            "MISSES_PER_MINUTE": "1000",
            **leading_to(wechat_url),
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        }

    @property
    def log(self) -> str:
        """Everything the processes logged."""
        return (self.folder / "log").read_text()

    @property
    def facts(self) -> dict[str, Any]:
        """Give what the demo's loading wrote down: plates, accounts, the print file."""
        facts: dict[str, Any] = json.loads((self.folder / "demo.json").read_text())
        return facts

    def prepare(self) -> None:
        """Build the schema and load the demo county."""
        subprocess.run(
            [sys.executable, "-m", "app.cli", "prepare", "--demo"],
            env=self._environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        """Start web, relay and worker, and wait until pages are answered."""
        self._begin(*WEB, "warning", "--port", str(self._port), "wsgi:application")
        self._begin("workers.relay")
        self._begin("workers.main")
        until(self._answers, seconds=60, what="the first page")

    def _begin(self, *module_and_options: str) -> None:
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", *module_and_options]
            child = subprocess.Popen(
                command, env=self._environment, cwd=ROOT, stdout=log, stderr=log
            )
        self._children.append(child)

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=1)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def close(self) -> None:
        """End every process."""
        for child in self._children:
            child.terminate()
        for child in self._children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.database.dispose()
