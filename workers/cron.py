"""The scheduler: publishes the platform's regular work when it is due, each run once.

Run it as `python -m workers.cron`. Two at once are harmless. After a stop, or at the very first
start, an entry's last due run is published and the ones before it are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.kernel import clock, logs
from app.kernel.db import Database
from app.operations import service
from workers import start

LONGEST_SLEEP = 30.0  # seconds: a clock that was set is noticed within them

log = logs.get(__name__)


@dataclass(frozen=True)
class Daily:
    """Every day at this time of day in Asia/Shanghai."""

    hour: int
    minute: int

    def last_due(self, moment: datetime) -> datetime:
        """Give the last time it was due, up to and including `moment`."""
        local = clock.local(moment)
        due = local.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        return due if due <= local else due - timedelta(days=1)

    def next_due(self, moment: datetime) -> datetime:
        """Give the first time it is due after `moment`."""
        return self.last_due(moment) + timedelta(days=1)


@dataclass(frozen=True)
class Hourly:
    """Every hour at this minute."""

    minute: int

    def last_due(self, moment: datetime) -> datetime:
        """Give the last time it was due, up to and including `moment`."""
        due = clock.local(moment).replace(minute=self.minute, second=0, microsecond=0)
        return due if due <= moment else due - timedelta(hours=1)

    def next_due(self, moment: datetime) -> datetime:
        """Give the first time it is due after `moment`."""
        return self.last_due(moment) + timedelta(hours=1)


@dataclass(frozen=True)
class Every:
    """Every so many minutes of an hour, a number that divides sixty."""

    minutes: int

    def last_due(self, moment: datetime) -> datetime:
        """Give the last time it was due, up to and including `moment`."""
        local = clock.local(moment)
        minute = local.minute - local.minute % self.minutes
        return local.replace(minute=minute, second=0, microsecond=0)

    def next_due(self, moment: datetime) -> datetime:
        """Give the first time it is due after `moment`."""
        return self.last_due(moment) + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Entry:
    """A line of the timetable."""

    name: str
    task: str
    schedule: Daily | Hourly | Every


ENTRIES = (
    Entry("audit.watch", "audit.watch", Every(5)),
    Entry("audit.make_months", "audit.make_months", Daily(0, 20)),
    Entry("audit.export_head", "audit.export_head", Daily(2, 10)),
    Entry("audit.verify", "audit.verify", Daily(2, 40)),
    Entry("audit.close_months", "audit.close_months", Daily(4, 10)),
    Entry("households.sweep_rosters", "households.sweep_rosters", Daily(4, 20)),
    Entry("notices.forget_old", "notices.forget_old", Daily(4, 30)),
    Entry("places.apply_due_mergers", "places.apply_due_mergers", Daily(0, 1)),
    Entry("households.erase_expired", "households.erase_expired", Daily(4, 40)),
    Entry("visits.erase_expired", "visits.erase_expired", Daily(4, 50)),
    Entry("households.note_adults", "households.note_adults", Daily(0, 20)),
    Entry("bindings.end_due", "bindings.end_due", Daily(0, 5)),
    Entry("bindings.forget_old", "bindings.forget_old", Daily(3, 40)),
    Entry("disclosure.publish_due", "disclosure.publish_due", Every(1)),
    Entry("disclosure.look_again", "disclosure.look_again", Every(1)),
    Entry("disclosure.expire_due", "disclosure.expire_due", Every(5)),
    Entry("catalogue.open_duties", "catalogue.open_duties", Daily(0, 40)),
    Entry("catalogue.send_digests", "catalogue.send_digests", Daily(8, 30)),
    Entry("aid.turn_day", "aid.turn_day", Daily(0, 0)),
    Entry("aid.erase_due", "aid.erase_due", Daily(4, 5)),
    Entry("attachments.sweep", "attachments.sweep", Daily(3, 50)),
    Entry("funds.note_overdue", "funds.note_overdue", Daily(0, 2)),
    Entry("disclosure.remind_late", "disclosure.remind_late", Daily(8, 20)),
    Entry("funds.send_digests", "funds.send_digests", Daily(8, 40)),
    Entry("operations.forget_done", "operations.forget_done", Daily(3, 30)),
)


def publish_due(database: Database, entries: Sequence[Entry], *, moment: datetime) -> list[str]:
    """Publish the last due run of every entry that nobody published yet; returns their names."""
    published = []
    for entry in entries:
        due_at = entry.schedule.last_due(moment)
        with database.unit_of_work() as session:
            if service.publish_run(session, entry=entry.name, task=entry.task, due_at=due_at):
                published.append(entry.name)
    return published


def seconds_to_next(entries: Sequence[Entry], *, moment: datetime) -> float:
    """Give the seconds until the next entry is due, `LONGEST_SLEEP` at most."""
    waits = ((entry.schedule.next_due(moment) - moment).total_seconds() for entry in entries)
    return min(LONGEST_SLEEP, *waits)


def run(entries: Sequence[Entry] = ENTRIES) -> None:
    """Keep the timetable until SIGTERM, through restarts of PostgreSQL."""
    database = start.open_database(start.read_settings())
    stopping = start.Stopping()
    stopping.install()
    log.info("scheduler_started", entries=len(entries))
    pause = start.FIRST_PAUSE
    while not stopping.asked:
        try:
            published = publish_due(database, entries, moment=clock.now())
            pause = start.FIRST_PAUSE
        except start.UNREACHABLE as error:
            log.warning("scheduler_interrupted", reason=logs.describe(error), pause=pause)
            stopping.pause(pause)
            pause = start.grow(pause)
            continue
        if published:
            log.info("runs_published", entries=published)
        stopping.pause(seconds_to_next(entries, moment=clock.now()))


if __name__ == "__main__":
    run()
