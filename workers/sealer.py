"""The sealer: chains new lines of the access ledger by hash, within seconds.

Run it as `python -m workers.sealer`. Two at once are harmless, and so is a crash anywhere: lines
and their seals are committed apart from each other, and what is not sealed is found again.
"""

from __future__ import annotations

import time
from collections import deque

from app.audit import service
from app.kernel import logs
from app.kernel.db import Database
from app.kernel.errors import SunshineError
from workers import start

POLL_SECONDS = 1.0
LATE_SECONDS = 300.0  # a transaction may take as long, and its lines are still found at once
MARK_SECONDS, START_LINES = 10.0, 20_000
SWEEP_SECONDS, SWEEP_LINES = 60.0, 200_000
WHOLE_SECONDS = 6 * 3600.0

log = logs.get(__name__)


class Floor:
    """Below which number no unsealed line is expected, so that each look stays short.

    Lines get their numbers before their transactions end, so some appear below others that are
    sealed already. Each look goes back to what was highest some minutes ago, one a minute goes
    back far, and the first one and one now and then read the whole ledger.
    """

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()
        self._swept_at, self._whole_at = float("-inf"), float("-inf")

    def choose(self, now: float, *, highest: int) -> int:
        """Choose where to begin, given the monotonic clock and the highest number sealed."""
        if not self._marks:
            self._marks.append((now, max(highest - START_LINES, 0)))
        elif now - self._marks[-1][0] >= MARK_SECONDS:
            self._marks.append((now, highest))
        while len(self._marks) > 1 and self._marks[1][0] <= now - LATE_SECONDS:
            self._marks.popleft()
        if now - self._whole_at >= WHOLE_SECONDS:
            self._whole_at = self._swept_at = now
            return 0
        if now - self._swept_at >= SWEEP_SECONDS:
            self._swept_at = now
            return max(min(self._marks[0][1], highest - SWEEP_LINES), 0)
        return self._marks[0][1]


def seal_once(database: Database, floor: Floor) -> int:
    """Seal everything there is by now; returns how many lines."""
    with database.reading() as session:
        highest = service.highest_sealed(session)
    above, total = floor.choose(time.monotonic(), highest=highest), 0
    while True:
        with database.unit_of_work() as session:
            sealed = service.seal(session, above=above)
        total += len(sealed)
        if len(sealed) < service.BATCH:
            return total
        above = sealed[-1]


def sign_head(database: Database) -> None:
    """Sign the chain's end now and then; without the key file lines are sealed all the same."""
    try:
        with database.unit_of_work() as session:
            service.sign_head(session)
    except SunshineError as error:
        log.warning("head_not_signed", reason=error.code)


def main() -> None:
    """Seal until SIGTERM, through restarts of PostgreSQL."""
    settings = start.read_settings()
    stopping = start.Stopping()
    stopping.install()
    database, floor = start.open_database(settings), Floor()
    log.info("sealer_started")
    pause = start.FIRST_PAUSE
    while not stopping.asked:
        try:
            if total := seal_once(database, floor):
                log.info("sealed", lines=total)
                sign_head(database)
            pause = start.FIRST_PAUSE
        except start.UNREACHABLE as error:
            log.warning("sealer_interrupted", reason=logs.describe(error), pause=pause)
            stopping.pause(pause)
            pause = start.grow(pause)
            continue
        stopping.pause(POLL_SECONDS)


if __name__ == "__main__":
    main()
