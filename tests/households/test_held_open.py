"""A record that is held open: by whom, how long, and what may end it before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import queries as audit
from app.households.errors import (
    HouseholdNotFound,
    OpeningClosed,
    OpeningNotFound,
    RecordEnded,
    RecordRefused,
)
from app.households.models.openings import Opening
from app.households.models.register import Household
from app.households.queries import register
from app.households.schemas import StatedPurpose
from app.households.service import openings, records
from app.kernel import clock, scope
from app.kernel.access import Actor
from app.kernel.db import Database
from app.kernel.errors import SunshineError
from tests import factories
from tests.factories import COUNTY, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made
from tests.households import opened
from tests.households.opened import VISIT, Home, cadre, lines

NINE_O_CLOCK = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def home(session: Session) -> Home:
    factories.county(session)
    return opened.home(session)


def _open(session: Session, home: Home, actor: Actor, purpose: StatedPurpose = VISIT) -> int:
    return openings.open_at_plate(session, code=home.plate.code, purpose=purpose, actor=actor).id


def _find(session: Session, home: Home, actor: Actor) -> Household:
    return openings.find_in_register(
        session, household_id=home.household.id, county_code=COUNTY, actor=actor
    )


def _at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_after_ten_minutes_the_record_is_closed_to_the_second(
    session: Session, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = cadre(session)
    _at(monkeypatch, NINE_O_CLOCK)
    opening_id = _open(session, home, actor)
    _at(monkeypatch, NINE_O_CLOCK + timedelta(minutes=9, seconds=59))
    assert openings.require_open(session, opening_id, actor)
    _at(monkeypatch, NINE_O_CLOCK + timedelta(minutes=10))
    with pytest.raises(OpeningClosed) as closed:
        openings.require_open(session, opening_id, actor)
    assert closed.value.facts == {"household_id": home.household.id}


def test_stating_the_purpose_again_opens_anew_and_the_first_runs_out_on_its_own(
    session: Session, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = cadre(session)
    _at(monkeypatch, NINE_O_CLOCK)
    first = _open(session, home, actor)
    _at(monkeypatch, NINE_O_CLOCK + timedelta(minutes=9))
    second = _open(session, home, actor, StatedPurpose("service"))
    assert first != second
    _at(monkeypatch, NINE_O_CLOCK + timedelta(minutes=11))
    assert openings.require_open(session, second, actor).purpose == "service"
    with pytest.raises(OpeningClosed):
        openings.require_open(session, first, actor)


def test_what_a_colleague_holds_open_is_not_found_and_the_try_is_written(
    database: Database,
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        home = opened.home(session)
        opening_id, colleague = _open(session, home, cadre(session)), cadre(session)

    def try_it(number: int) -> SunshineError:
        with pytest.raises(OpeningNotFound) as refused, database.unit_of_work() as session:
            openings.require_open(session, number, colleague)
        return refused.value

    assert try_it(opening_id).facts == try_it(999_999_999).facts == {}
    with database.unit_of_work() as session:
        [line] = audit.accesses_to_household(session, home.household.id)
        assert (line.outcome, line.who_id) == ("denied", colleague.staff_id)


def test_a_right_that_ends_meanwhile_closes_the_record(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        home, actor = opened.home(session), cadre(session)
        opening_id = _open(session, home, actor)
    without = Actor(name=actor.name, staff_id=actor.staff_id)
    with pytest.raises(RecordRefused), database.unit_of_work() as session:
        openings.require_open(session, opening_id, without)
    with database.unit_of_work() as session:
        [line] = audit.accesses_to_household(session, home.household.id)
        assert (line.act, line.outcome) == ("open", "denied")


def test_whoever_holds_a_record_open_sees_its_village_and_no_other(
    session: Session, home: Home
) -> None:
    actor = cadre(session, place=COUNTY)
    elsewhere = made.household(session, division_code=OTHER_VILLAGE)
    opening_id = _open(session, home, actor)
    scope.open_scope(session, "999999")
    openings.require_open(session, opening_id, actor)
    assert register.get(session, home.household.id)
    with pytest.raises(HouseholdNotFound):
        register.get(session, elsewhere.id)


def test_a_closed_opening_opens_no_scope(
    session: Session, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, household_id = cadre(session), home.household.id
    _at(monkeypatch, NINE_O_CLOCK)
    opening_id = _open(session, home, actor)
    scope.open_scope(session, "999999")
    _at(monkeypatch, NINE_O_CLOCK + timedelta(hours=1))
    with pytest.raises(OpeningClosed):
        openings.require_open(session, opening_id, actor)
    session.expire_all()
    with pytest.raises(HouseholdNotFound):
        register.get(session, household_id)


def test_a_household_that_ends_meanwhile_is_not_shown(session: Session, home: Home) -> None:
    actor = cadre(session)
    opening = openings.require_open(session, _open(session, home, actor), actor)
    home.household.state, home.household.ended_on = "ended", date(2026, 11, 24)
    session.flush()
    with pytest.raises(RecordEnded):
        records.look(session, opening=opening, actor=actor)
    assert lines(session) == []
    with pytest.raises(RecordEnded):
        _find(session, home, actor)


def test_what_is_open_follows_its_village_into_another(session: Session, home: Home) -> None:
    actor = cadre(session)
    opening_id = _open(session, home, actor)
    openings.follow_merger(session, old_code=VILLAGE, new_code=OTHER_VILLAGE)
    session.expire_all()
    assert session.get_one(Opening, opening_id).division_code == OTHER_VILLAGE
    moved = cadre(session, place=OTHER_VILLAGE)
    there = Actor(name=actor.name, staff_id=actor.staff_id, grants=moved.grants)
    assert openings.require_open(session, opening_id, there).division_code == OTHER_VILLAGE


def test_openings_are_forgotten_a_day_after_they_closed(
    session: Session, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = cadre(session)
    _at(monkeypatch, NINE_O_CLOCK)
    _open(session, home, actor)
    for after, left in ((timedelta(days=1), 1), (timedelta(days=1, minutes=11), 0)):
        _at(monkeypatch, NINE_O_CLOCK + after)
        openings.forget_closed(session)
        assert session.scalar(select(func.count()).select_from(Opening)) == left
