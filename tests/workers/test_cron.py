"""The scheduler publishes each due run once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from app.kernel import clock, outbox
from app.kernel.db import Database
from tests.workers.conftest import Crew, until
from workers.cron import (
    ENTRIES,
    LONGEST_SLEEP,
    Daily,
    Entry,
    Hourly,
    publish_due,
    seconds_to_next,
)

NIGHTLY = Entry("nightly", "operations.noop", Daily(3, 30))
MOMENT = datetime(2026, 5, 1, 4, 0, tzinfo=clock.SHANGHAI)


def _published(database: Database) -> int:
    with database.reading() as session:
        return sum(outbox.counts(session).values())


def test_two_schedulers_at_once_publish_a_run_once(database: Database) -> None:
    with ThreadPoolExecutor(8) as schedulers:
        runs = [
            schedulers.submit(publish_due, database, [NIGHTLY], moment=MOMENT) for _ in range(8)
        ]
    assert sorted(run.result() for run in runs) == [[]] * 7 + [["nightly"]]
    assert _published(database) == 1


def test_two_scheduler_processes_publish_the_timetable_once_and_stop_at_once(crew: Crew) -> None:
    schedulers = crew.scheduler(), crew.scheduler()
    until(lambda: crew.log.count("scheduler_started") == 2)
    until(lambda: crew.counts() == {"pending": len(ENTRIES)})
    for scheduler in schedulers:
        scheduler.terminate()
        assert scheduler.wait(timeout=5) == 0
    assert crew.counts() == {"pending": len(ENTRIES)}
    assert crew.log.count("runs_published") in {1, 2}


def test_a_long_stop_is_caught_up_with_one_run(database: Database) -> None:
    publish_due(database, [NIGHTLY], moment=MOMENT)
    publish_due(database, [NIGHTLY], moment=MOMENT + timedelta(days=40))
    assert _published(database) == 2


def test_a_run_that_could_not_be_published_is_still_due(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object, **_named: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "publish", fail)
        with pytest.raises(ConnectionError):
            publish_due(database, [NIGHTLY], moment=MOMENT)
    assert publish_due(database, [NIGHTLY], moment=MOMENT) == ["nightly"]


@pytest.mark.parametrize(
    ("schedule", "moment", "last", "following"),
    [
        (Daily(0, 1), "2026-04-30T16:00", "2026-04-29T16:01", "2026-04-30T16:01"),
        (Daily(0, 1), "2026-04-30T16:01", "2026-04-30T16:01", "2026-05-01T16:01"),
        (Daily(3, 30), "2026-05-01T12:00", "2026-04-30T19:30", "2026-05-01T19:30"),
        (Hourly(15), "2026-05-01T12:14", "2026-05-01T11:15", "2026-05-01T12:15"),
        (Hourly(15), "2026-05-01T12:15", "2026-05-01T12:15", "2026-05-01T13:15"),
    ],
)
def test_times_of_day_are_those_of_shanghai(
    schedule: Daily | Hourly, moment: str, last: str, following: str
) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert schedule.last_due(now) == datetime.fromisoformat(last).replace(tzinfo=UTC)
    assert schedule.next_due(now) == datetime.fromisoformat(following).replace(tzinfo=UTC)


def test_the_scheduler_sleeps_until_the_next_entry_and_never_long() -> None:
    just_before = datetime(2026, 5, 1, 3, 29, 50, tzinfo=clock.SHANGHAI)
    assert seconds_to_next([NIGHTLY], moment=just_before) == 10
    assert seconds_to_next([NIGHTLY], moment=MOMENT) == LONGEST_SLEEP
