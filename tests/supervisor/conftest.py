"""Data folders that an unprivileged PostgreSQL can reach, and platforms of a few lines."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.supervisor import children, embedded_postgres, embedded_valkey, processes
from app.supervisor.embedded_postgres import PrivatePostgres

SECONDS = 30.0
StartPostgres = Callable[..., PrivatePostgres]


def until(true: Callable[[], bool], *, what: str) -> None:
    """Look again and again until it is so, for a while at most."""
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, f"did not happen: {what}"
        time.sleep(0.02)


class Platform:
    """One `up` over the small platform, in a process of its own."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY"}
        }
        self.environment = {
            **inherited,
            "DATA_DIR": str(data_dir),
            "PORT": str(self.port),
            "SUNSHINE_ENV": "development",
            **environment,
        }
        self._starts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Platform:
        """Start it; its output goes to a new file."""
        self._starts += 1
        with self._output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.supervisor.small_platform"],
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        return self

    def until_ready(self) -> Platform:
        until(lambda: "\nREADY" in self.output or self.status is not None, what="READY")
        assert f"\nREADY http://127.0.0.1:{self.port}\n" in self.output, self.output
        return self

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def wait(self) -> int:
        assert self.process is not None
        return self.process.wait(SECONDS)

    def end(self) -> None:
        """Leave nothing running of it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    @property
    def status(self) -> int | None:
        return None if self.process is None else self.process.poll()

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def _output(self) -> Path:
        return self.data_dir.with_name(f"{self.data_dir.name}.{self.port}.{self._starts}.log")

    @property
    def given(self) -> dict[str, str]:
        """What the children were handed."""
        known: dict[str, str] = json.loads((self.data_dir / "given.json").read_text())
        return known


def _outer_folder() -> Path:
    """Make a folder that every user can reach, unlike pytest's own."""
    outer = Path(tempfile.mkdtemp(prefix="sunshine-test-"))
    outer.chmod(0o755)
    return outer


@pytest.fixture(scope="session")
def seed() -> Iterator[Path]:
    """Make the data of a private PostgreSQL once: most tests start from a copy."""
    outer = _outer_folder()
    embedded_postgres.start(outer / "data", durable=False).stop()
    yield outer / "data"
    shutil.rmtree(outer)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Give a place for a data folder, not made yet; afterwards nothing of it runs any more."""
    outer = _outer_folder()
    folder = outer / "data"
    yield folder
    processes.end(lambda: processes.marked(f"{folder}:"), signals=children.KILL)
    embedded_postgres.stop_leftover(folder)
    embedded_valkey.stop_leftover(folder)
    shutil.rmtree(outer)


@pytest.fixture
def made_data_dir(data_dir: Path, seed: Path) -> Path:
    """Give a data folder as a stopped platform leaves it."""
    subprocess.run(["cp", "-a", str(seed), str(data_dir)], check=True)
    return data_dir


@pytest.fixture
def start_postgres() -> Iterator[StartPostgres]:
    """Start private servers that are stopped after the test, whatever happens in it."""
    with ExitStack() as stack:

        def start(
            folder: Path, *, durable: bool = False, bin_dir: Path | None = None
        ) -> PrivatePostgres:
            server = embedded_postgres.start(folder, durable=durable, bin_dir=bin_dir)
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture
def platform(data_dir: Path) -> Iterator[Callable[..., Platform]]:
    """Make platforms on the test's data folder; all are ended afterwards."""
    with ExitStack() as stack:

        def make(**environment: str) -> Platform:
            one = Platform(data_dir, **environment)
            stack.callback(one.end)
            return one

        yield make
