"""Counting scans without making anyone wait: per plate and day, nothing else."""

from __future__ import annotations

import atexit
import threading
from collections import Counter, deque
from datetime import UTC, date, datetime
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.kernel import clock, logs
from app.kernel.db import Database

EVERY = 2.0  # seconds; what a process counted since is lost when it is killed with -9
QUARTER = 15 * 60  # seconds; no time zone begins its day within one
_ADD = text(
    "INSERT INTO doorplate_scans (plate_id, day, scans)"
    " SELECT doorplates.id, counted.day, counted.scans"
    " FROM unnest(CAST(:codes AS text[]), CAST(:days AS date[]), CAST(:scans AS int[]))"
    " AS counted(code, day, scans)"
    " JOIN doorplates ON doorplates.code = counted.code"
    " ORDER BY doorplates.id, counted.day"  # one order for all processes: no deadlock
    " ON CONFLICT (plate_id, day) DO UPDATE SET scans = doorplate_scans.scans + excluded.scans"
)


class ScanTally:
    """Counts scans in this process and writes them to PostgreSQL every few seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Adding to the end of a deque takes no lock: no scan waits for another, or for a flush.
        self._noted: deque[tuple[str, date]] = deque()
        self._counted: Counter[tuple[str, date]] = Counter()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def count(self, code: str) -> None:
        """Count one scan of a plate today."""
        self._noted.append((code, _day(int(clock.now().timestamp()) // QUARTER)))

    def flush(self) -> None:
        """Write down what was counted; what cannot be written is kept for the next time."""
        with self._lock:
            self._counted.update(self._noted.popleft() for _ in range(len(self._noted)))
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        columns = {
            "codes": [code for code, _day in counted],
            "days": [day for _code, day in counted],
            "scans": list(counted.values()),
        }
        try:
            with self._database.unit_of_work() as session:
                session.execute(_ADD, columns)
        except SQLAlchemyError as error:
            logs.get(__name__).warning("scans_not_written", error=logs.describe(error))
            with self._lock:
                self._counted.update(counted)

    def start(self) -> None:
        """Write regularly from now on, and once more when the process ends."""
        threading.Thread(target=self._run, name="scan-tally", daemon=True).start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Write down the rest."""
        self._stopping.set()
        self.flush()

    def _run(self) -> None:
        while not self._stopping.wait(EVERY):
            self.flush()


@lru_cache(maxsize=2)
def _day(quarter: int) -> date:
    return clock.local(datetime.fromtimestamp(quarter * QUARTER, UTC)).date()
