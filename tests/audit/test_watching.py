"""What is flagged as unlike a working day, and what is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.audit import service
from app.audit.models import AuditFlag
from app.audit.schemas import Line
from app.audit.service import keeping
from app.kernel import clock
from app.kernel.access import Actor
from tests.audit.conftest import CADRE, VILLAGE

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=clock.SHANGHAI)


class Days:
    """A cadre's readings at times a test chooses."""

    def __init__(self, session: Session, patch: pytest.MonkeyPatch) -> None:
        self._session, self._patch = session, patch

    def look_up(self, times: int, *, at: datetime, act: str = "search") -> None:
        """Search or list so many times, once a second."""
        self.read([None] * times, at=at, act=act)

    def read(
        self,
        households: Iterable[int | None],
        *,
        at: datetime,
        act: str = "open",
        who: Actor = CADRE,
    ) -> None:
        """Read these households, one a second."""
        for second, household in enumerate(households):
            moment = at + timedelta(seconds=second)
            self._patch.setattr(clock, "now", lambda moment=moment: moment)
            service.record(self._session, Line(who, act, VILLAGE, household_id=household))

    def watch(self, *, after: timedelta = timedelta(0)) -> list[AuditFlag]:
        """Look for what is unusual, so long after the last reading."""
        moment = clock.now() + after
        self._patch.setattr(clock, "now", lambda: moment)
        return service.watch(self._session, groups_of=_tens, thresholds=service.Thresholds())


def _tens(households: set[int]) -> dict[int, str]:
    """Let every hundred households be a group."""
    return {household: str(household // 100) for household in households}


@pytest.fixture
def days(session: Session, monkeypatch: pytest.MonkeyPatch) -> Days:
    """Give a cadre who read nothing yet."""
    return Days(session, monkeypatch)


def test_a_day_of_visits_is_not_flagged(days: Days) -> None:
    for hour in range(9):
        days.read(range(hour * 4, hour * 4 + 4), at=MORNING + timedelta(hours=hour))
        assert days.watch() == []


def test_many_households_within_minutes_are_flagged_once(days: Days) -> None:
    days.read(range(30), at=MORNING)
    [flag] = days.watch()
    assert (flag.rule, flag.staff_id, flag.counted) == ("many", 7, 30)
    assert flag.division_code == VILLAGE
    assert days.watch() == []


def test_one_household_opened_often_is_not_many(days: Days) -> None:
    days.read([5] * 40, at=MORNING)
    assert days.watch() == []


def test_many_households_are_flagged_again_in_another_hour(days: Days) -> None:
    days.read(range(40), at=MORNING)
    assert len(days.watch()) == 1
    days.read(range(100, 140), at=MORNING + timedelta(minutes=20))
    assert days.watch() == []
    days.read(range(200, 240), at=MORNING + timedelta(hours=3))
    assert [flag.rule for flag in days.watch()] == ["many"]
    assert days.watch() == []


def test_a_pack_for_offline_use_is_not_many(days: Days) -> None:
    days.read(range(200), at=MORNING, act="pack")
    assert days.watch() == []


def test_packs_of_one_day_are_flagged_once_from_so_many_households_on(days: Days) -> None:
    days.read(range(200), at=MORNING, act="pack")
    days.read(range(99), at=MORNING + timedelta(hours=2), act="pack")
    assert days.watch() == []
    days.read([500], at=MORNING + timedelta(hours=4), act="pack")
    [flag] = days.watch()
    assert (flag.rule, flag.counted) == ("packs", 300)
    days.read(range(200), at=MORNING + timedelta(hours=5), act="pack")
    assert days.watch() == []


def test_a_pack_of_every_day_is_not_flagged(days: Days) -> None:
    days.read(range(200), at=MORNING.replace(hour=18), act="pack")
    days.read(range(200), at=MORNING + timedelta(days=1), act="pack")
    assert days.watch() == []


@pytest.mark.parametrize("act", ["search", "list"])
def test_many_lookups_within_an_hour_are_flagged_once_an_hour(days: Days, act: str) -> None:
    days.look_up(59, at=MORNING, act=act)
    assert days.watch() == []
    days.look_up(1, at=MORNING + timedelta(minutes=50), act=act)
    [flag] = days.watch()
    assert (flag.rule, flag.counted, flag.division_code) == ("lookups", 60, VILLAGE)
    assert days.watch() == []
    days.look_up(60, at=MORNING + timedelta(hours=2), act=act)
    assert [flag.rule for flag in days.watch()] == ["lookups"]


def test_lookups_of_a_whole_day_are_not_flagged(days: Days) -> None:
    for hour in range(9):
        days.look_up(30, at=MORNING + timedelta(hours=hour))
        assert days.watch() == []


@pytest.mark.parametrize(("hour", "flagged"), [(6, True), (7, False), (20, False), (21, True)])
def test_reading_at_night_is_flagged(days: Days, hour: int, flagged: bool) -> None:
    days.read(range(3), at=MORNING.replace(hour=hour))
    assert [flag.rule for flag in days.watch()] == (["hours"] if flagged else [])


def test_a_night_is_one_flag_across_midnight(days: Days) -> None:
    days.read(range(3), at=MORNING.replace(hour=23))
    assert len(days.watch()) == 1
    days.read(range(3, 6), at=MORNING.replace(hour=1) + timedelta(days=1))
    assert days.watch() == []


def test_a_group_never_read_before_is_flagged(days: Days) -> None:
    days.read(range(20), at=MORNING - timedelta(days=30))
    days.read(range(100, 105), at=MORNING)
    [flag] = days.watch()
    assert (flag.rule, flag.counted) == ("strange", 5)
    assert days.watch() == []


def test_a_new_colleague_is_not_flagged_for_every_group(days: Days) -> None:
    days.read(range(10), at=MORNING - timedelta(days=30))
    days.read(range(100, 110), at=MORNING)
    assert days.watch() == []


def test_a_flag_goes_with_the_lines_it_speaks_of(session: Session, days: Days) -> None:
    days.read(range(30), at=MORNING)
    [flag] = days.watch()
    for years, there in ((3, True), (4, False)):
        moment = MORNING.replace(year=MORNING.year + years)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda moment=moment: moment)
            patch.setattr(keeping, "months", lambda _session: [])
            service.close_months(session)
        assert (session.get(AuditFlag, flag.id, populate_existing=True) is not None) is there


def test_what_was_read_long_ago_is_not_looked_at_again(days: Days) -> None:
    days.read(range(30), at=MORNING)
    assert days.watch(after=timedelta(hours=1)) == []
