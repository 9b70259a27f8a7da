"""Real processes: relays and workers that a test may kill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from app.kernel import outbox
from app.kernel.crypto import KEYS
from app.kernel.db import Database

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"


def until(condition: Callable[[], object], *, seconds: float = 20.0) -> None:
    """Look again and again until the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


class Crew:
    """Processes around one database and one Valkey, and a folder they share with the test."""

    def __init__(self, database: Database, redis_url: str, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self._children: list[subprocess.Popen[bytes]] = []
        self._environment = {
            **os.environ,
            "DATABASE_URL": database.url,
            "KEYS_FILE": str(database.info[KEYS].path),
            "REDIS_URL": redis_url,
            "OUTBOX_LEASE_SECONDS": "0.5",
            "PYTHONPATH": str(ROOT),
        }
        os.mkfifo(self.gate)

    @property
    def gate(self) -> Path:
        """The pipe at which `tests.wait` waits."""
        return self.folder / "gate"

    @property
    def log(self) -> str:
        """Everything the processes logged."""
        return (self.folder / "log").read_text()

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, *command], env=self._environment, cwd=ROOT, stderr=log
            )
        self._children.append(child)
        return child

    def relay(self) -> subprocess.Popen[bytes]:
        """Start a relay."""
        return self._start("-m", "workers.relay")

    def dying_relay(self) -> subprocess.Popen[bytes]:
        """Start a relay that is killed between enqueueing and marking."""
        return self._start(str(PROGRAMS / "dying_relay.py"))

    def scheduler(self) -> subprocess.Popen[bytes]:
        """Start a scheduler."""
        return self._start("-m", "workers.cron")

    def sealer(self) -> subprocess.Popen[bytes]:
        """Start a sealer."""
        return self._start("-m", "workers.sealer")

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker that knows the tests' tasks too."""
        return self._start(str(PROGRAMS / "testing_worker.py"), str(self.folder))

    def open_gate(self) -> None:
        """Let every `tests.wait` through, from now on."""
        self._gate = os.open(self.gate, os.O_RDWR)

    def starts(self, number: int) -> int:
        """Count how often `tests.wait` was begun for this number."""
        return len(list(self.folder.glob(f"started-{number}-*")))

    def publish(self, task: str, *numbers: int) -> None:
        """Publish a task once for each number, in one transaction."""
        with self.database.unit_of_work() as session:
            for number in numbers:
                outbox.publish(session, task, number=number)

    def counts(self) -> dict[str, int]:
        """Count outbox rows by state."""
        with self.database.reading() as session:
            return outbox.counts(session)

    def effects(self) -> list[int]:
        """List the numbers of every effect there was."""
        with self.database.reading() as session:
            return list(session.scalars(text("SELECT number FROM effects ORDER BY number")))

    def until_all_done(self, total: int) -> None:
        """Wait until this many rows, and no others, are done."""
        until(lambda: self.counts() == {"done": total}, seconds=30)

    def dismiss(self) -> None:
        """End every process."""
        for child in self._children:
            child.kill()
            child.wait()
        if hasattr(self, "_gate"):
            os.close(self._gate)


@pytest.fixture
def effects_table(database_urls: tuple[str, str]) -> Iterator[None]:
    """Give a table that the tests' tasks write to in their own transaction."""
    with psycopg.connect(database_urls[0], autocommit=True) as owner:
        owner.execute("CREATE TABLE effects (number int)")
        owner.execute("GRANT SELECT, INSERT ON effects TO sunshine_app")
        yield
        owner.execute("DROP TABLE effects")


@pytest.fixture
def crew(database: Database, redis_url: str, tmp_path: Path, effects_table: None) -> Iterator[Crew]:
    """Give a crew whose processes are gone when the test is over."""
    del effects_table  # only its presence is needed
    crew = Crew(database, redis_url, tmp_path)
    yield crew
    crew.dismiss()
