"""What visits leave behind goes when its term is over; what somebody still works on stays whole."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.households.models.register import Household
from app.kernel import clock, scope
from app.kernel.access import Actor
from app.kernel.db import Base
from app.visits import queries, service
from app.visits.models.logbook import Need, NeedEvent, Visit, VisitChange, WaitingMessage
from app.visits.models.packs import Pack, PackHousehold, PackOpening
from app.visits.schemas import NeedAt, PackContent
from app.visits.service import retention
from app.visits.terms import TERMS
from tests.factories import COUNTY, GROUP, VILLAGE
from tests.visits import devices, reading
from tests.visits.conftest import need, written
from tests.visits.test_syncing import visit_message

BEGUN = datetime(2026, 6, 15, 10, tzinfo=clock.SHANGHAI)
LAST_DAY = datetime(2029, 6, 15, 23, 59, tzinfo=clock.SHANGHAI)
"""The last moment of the three years since `BEGUN`."""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SEASON = timedelta(days=90)


class Time:
    """The time as the platform reads it, which a test sets."""

    def __init__(self) -> None:
        self.moment = BEGUN

    def now(self) -> datetime:
        """Tell it."""
        return self.moment


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Let it be the day on which everything begins."""
    told = Time()
    monkeypatch.setattr(clock, "now", told.now)
    return told


@pytest.fixture
def visit(county: Session, household: Household, cadre: Actor) -> Visit:
    """Give a visit that was mended once and brought one need."""
    first = written(household, needs=[need()])
    logged = service.log_visit(county, wanted=first, division_code=VILLAGE, actor=cadre)
    service.amend_visit(
        county,
        visit_id=logged.id,
        division_code=VILLAGE,
        wanted=written(household, notes="改过的"),
        actor=cadre,
    )
    return logged


@pytest.fixture
def pack(county: Session, household: Household, cadre: Actor) -> PackContent:
    """Give the pack that the cadre's device took along, in which one household was opened."""
    taken = service.prepare_pack(county, division_code=VILLAGE, group_codes=[GROUP], actor=cadre)
    opening = {"household_id": household.id, "opened_at": BEGUN}
    told = devices.seal(taken.server_key, opening, pack_id=taken.id, kind="opening")
    service.receive(county, messages=[told], actor=cadre)
    return taken


@pytest.fixture
def message(
    county: Session, pack: PackContent, household: Household, cadre: Actor, colleague: Actor
) -> WaitingMessage:
    """Give a visit from the device that waits since a colleague was there on the same day."""
    service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=colleague)
    service.receive(county, messages=[visit_message(pack)], actor=cadre)
    return queries.waiting(county, prefixes=(VILLAGE,))[0]


def _conclude(session: Session, visit: Visit, state: str, actor: Actor) -> None:
    [one] = reading.open_needs(session, visit.household_id)
    at = NeedAt(one.id, VILLAGE, one.row_version)
    service.move_need(session, at, state=state, note="说明", actor=actor)


def _settle(session: Session, message: WaitingMessage, actor: Actor) -> None:
    service.settle(
        session,
        message_id=message.id,
        division_code=VILLAGE,
        decision="dropped",
        note="重复",
        actor=actor,
    )


def _erase(session: Session) -> bool:
    more = retention.erase_expired(session, county_code=COUNTY)
    session.expire_all()
    return more


def _left(session: Session, *tables: type[Base]) -> list[int]:
    """Count what is left of these tables in the county."""
    scope.open_scope(session, COUNTY)
    return [session.scalars(select(func.count()).select_from(table)).one() for table in tables]


@pytest.mark.parametrize("state", ["done", "declined"])
def test_a_visit_and_its_concluded_need_go_after_three_years_and_not_a_day_before(
    county: Session, visit: Visit, cadre: Actor, time: Time, state: str
) -> None:
    _conclude(county, visit, state, cadre)
    tables = (Visit, VisitChange, Need, NeedEvent)
    time.moment = LAST_DAY
    assert not _erase(county)
    assert _left(county, *tables) == [1, 1, 1, 2]
    time.moment = LAST_DAY + MINUTE
    assert not _erase(county)
    assert _left(county, *tables) == [0, 0, 0, 0]


def test_an_open_need_stays_with_the_visit_that_brought_it(
    county: Session, visit: Visit, cadre: Actor, time: Time
) -> None:
    [opened] = reading.open_needs(county, visit.household_id)
    at = NeedAt(opened.id, VILLAGE, opened.row_version)
    service.move_need(county, at, state="in_progress", note="在办", actor=cadre)
    time.moment = LAST_DAY + 400 * DAY
    assert not _erase(county)
    assert _left(county, Visit, VisitChange, Need, NeedEvent) == [1, 1, 1, 2]


def test_a_need_that_was_concluded_late_outlives_its_visit(
    county: Session, visit: Visit, cadre: Actor, time: Time
) -> None:
    time.moment = BEGUN + 400 * DAY
    _conclude(county, visit, "done", cadre)
    time.moment = LAST_DAY + MINUTE
    _erase(county)
    assert _left(county, Visit, VisitChange, Need, NeedEvent) == [0, 0, 1, 2]
    assert county.scalars(select(Need.visit_id)).one() is None
    time.moment = LAST_DAY + MINUTE + 400 * DAY
    _erase(county)
    assert _left(county, Need, NeedEvent) == [0, 0]


def test_what_is_left_after_one_portion_goes_with_the_next(
    county: Session,
    household: Household,
    cadre: Actor,
    time: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 2)
    for _number in range(3):
        service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=cadre)
    time.moment = LAST_DAY + MINUTE
    assert _erase(county)
    assert _left(county, Visit) == [1]
    assert not _erase(county)
    assert _left(county, Visit) == [0]


@pytest.mark.usefixtures("visit", "pack")
def test_another_countys_round_erases_nothing_here(county: Session, time: Time) -> None:
    time.moment = LAST_DAY + 400 * DAY
    retention.erase_expired(county, county_code="520221")
    assert _left(county, Visit, VisitChange, Pack) == [1, 1, 1]


def test_a_pack_goes_ninety_days_after_its_day_and_its_visits_stay(
    county: Session, pack: PackContent, cadre: Actor, time: Time
) -> None:
    service.receive(county, messages=[visit_message(pack)], actor=cadre)
    tables = (Pack, PackHousehold, PackOpening)
    time.moment = pack.expires_at + SEASON
    _erase(county)
    assert _left(county, *tables) == [1, 1, 1]
    time.moment += MINUTE
    assert not _erase(county)
    assert _left(county, *tables, Visit) == [0, 0, 0, 1]
    [kept] = county.scalars(select(Visit))
    assert (kept.pack_id, kept.source) == (None, "offline")


def test_a_pack_that_was_taken_back_goes_ninety_days_after_that(
    county: Session, pack: PackContent, cadre: Actor, time: Time
) -> None:
    service.revoke_pack(county, pack_id=pack.id, actor=cadre)
    time.moment = BEGUN + SEASON + MINUTE
    _erase(county)
    assert _left(county, Pack, PackHousehold, PackOpening) == [0, 0, 0]


def test_what_waits_stays_with_its_pack_and_the_visit_it_speaks_of(
    county: Session, message: WaitingMessage, time: Time
) -> None:
    assert message.other_visit_id
    time.moment = LAST_DAY + 400 * DAY
    assert not _erase(county)
    assert _left(county, WaitingMessage, Pack, PackHousehold, Visit) == [1, 1, 1, 1]


def test_a_settled_message_goes_after_ninety_days_and_its_pack_with_it(
    county: Session, message: WaitingMessage, cadre: Actor, time: Time
) -> None:
    time.moment = settled = BEGUN + 10 * DAY
    _settle(county, message, cadre)
    time.moment = settled + SEASON
    _erase(county)
    assert _left(county, WaitingMessage, Pack) == [1, 1]
    time.moment += MINUTE
    _erase(county)
    assert _left(county, WaitingMessage, Pack, Visit) == [0, 0, 1]


def test_a_settled_message_stays_while_its_pack_still_takes_messages(
    county: Session, message: WaitingMessage, pack: PackContent, cadre: Actor, time: Time
) -> None:
    _settle(county, message, cadre)
    time.moment = BEGUN + SEASON + MINUTE
    assert time.moment < pack.expires_at + SEASON
    _erase(county)
    assert _left(county, WaitingMessage, Pack) == [1, 1]


def test_a_settled_message_lets_go_of_the_visit_it_spoke_of(
    county: Session, message: WaitingMessage, cadre: Actor, time: Time
) -> None:
    time.moment = LAST_DAY
    _settle(county, message, cadre)
    time.moment = LAST_DAY + MINUTE
    _erase(county)
    assert _left(county, Visit, WaitingMessage) == [0, 1]
    assert county.scalars(select(WaitingMessage.other_visit_id)).one() is None


def test_every_term_of_years_says_where_it_comes_from() -> None:
    assert all("第十九条" in term.source for term in TERMS.values())
