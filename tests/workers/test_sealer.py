"""The sealer as a process: within seconds, killed and started again, two at once."""

from __future__ import annotations

import time

from sqlalchemy import func, select

from app.audit import service
from app.audit.models import LedgerSeal
from app.audit.schemas import Line
from app.kernel.access import Actor
from app.kernel.db import Database
from tests.workers.conftest import Crew, until
from workers.sealer import LATE_SECONDS, START_LINES, SWEEP_LINES, SWEEP_SECONDS, Floor

CADRE = Actor(name="cadre", staff_id=7, role="cadre")


def _write(database: Database, count: int) -> None:
    with database.unit_of_work() as session:
        for _ in range(count):
            service.record(session, Line(CADRE, "open", "520203102001", household_id=5))


def _sealed(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(LedgerSeal)).one()


def test_lines_are_sealed_within_five_seconds(crew: Crew) -> None:
    crew.sealer()
    until(lambda: "sealer_started" in crew.log)
    _write(crew.database, 5)
    began = time.monotonic()
    until(lambda: _sealed(crew.database) == 5)
    assert time.monotonic() - began < 5


def test_a_killed_sealer_leaves_whole_batches_and_the_next_goes_on(crew: Crew) -> None:
    _write(crew.database, 4000)
    first = crew.sealer()
    until(lambda: _sealed(crew.database) > 0)
    first.kill()
    first.wait()
    assert _sealed(crew.database) % service.BATCH == 0
    crew.sealer()
    crew.sealer()
    until(lambda: _sealed(crew.database) == 4000)
    with crew.database.reading() as session:
        assert service.verify(session).found == 0


def test_a_sealer_leaves_at_once_when_it_is_told_to(crew: Crew) -> None:
    sealer = crew.sealer()
    until(lambda: "sealer_started" in crew.log)
    sealer.terminate()
    assert sealer.wait(timeout=5) == 0


def test_each_look_goes_back_as_far_as_lines_may_be_late() -> None:
    floor = Floor()
    assert floor.choose(0, highest=1_000_000) == 0  # the first reads everything
    assert floor.choose(1, highest=1_000_300) == 1_000_000 - START_LINES
    looks = [floor.choose(float(now), highest=1_000_000 + 300 * now) for now in range(2, 700)]
    swept = [above for above in looks if above == 1_000_000 - START_LINES]
    assert len(swept) > LATE_SECONDS - SWEEP_SECONDS
    assert looks[-1] <= 1_000_000 + 300 * (700 - LATE_SECONDS)
    assert looks[-1] >= 1_000_000 + 300 * (700 - LATE_SECONDS - 20)
    assert min(looks[400:]) <= 1_000_000 + 300 * 420 - SWEEP_LINES + 300 * SWEEP_SECONDS
