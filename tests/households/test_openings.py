"""Opening a record: a right at its place, a purpose, ten minutes, and a line for each look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.audit import queries as audit
from app.doorplates import service as doorplates
from app.doorplates.errors import PlateNotFound, PlateRevoked
from app.households.errors import (
    HouseholdNotFound,
    NobodyHere,
    PlateReplaced,
    PurposeWanted,
    ReasonWanted,
    RecordRefused,
)
from app.households.models.openings import Opening
from app.households.models.register import Household
from app.households.schemas import StatedPurpose
from app.households.service import openings, records
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor
from app.kernel.db import Database
from tests import factories
from tests.factories import COUNTY, GROUP, OTHER_VILLAGE, VILLAGE
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


def test_a_cadre_of_the_place_opens_the_record_behind_a_plate_for_ten_minutes(
    session: Session, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = cadre(session)
    _at(monkeypatch, NINE_O_CLOCK)
    opening_id = _open(session, home, actor)
    row = session.get_one(Opening, opening_id)
    assert (row.staff_id, row.household_id, row.division_code, row.group_code) == (
        actor.staff_id,
        home.household.id,
        VILLAGE,
        GROUP,
    )
    assert row.closes_at - row.opened_at == timedelta(minutes=10)
    assert openings.require_open(session, opening_id, actor).purpose == "visit"


def test_opening_alone_reads_nothing_and_writes_no_line(session: Session, home: Home) -> None:
    _open(session, home, cadre(session))
    assert lines(session) == []


@pytest.mark.parametrize("place", [VILLAGE, VILLAGE[:9], GROUP])
def test_a_right_at_the_village_above_it_or_at_the_group_opens(
    session: Session, home: Home, place: str
) -> None:
    assert _open(session, home, cadre(session, place=place))


@pytest.mark.parametrize("place", [OTHER_VILLAGE, VILLAGE + "02", "520203103"])
def test_a_cadre_of_another_place_is_refused(session: Session, home: Home, place: str) -> None:
    with pytest.raises(RecordRefused):
        _open(session, home, cadre(session, place=place))


@pytest.mark.parametrize("role", ["installer", "publisher", "admin", "security_auditor"])
def test_other_roles_open_nothing_even_at_the_place(
    session: Session, home: Home, role: str
) -> None:
    with pytest.raises(RecordRefused):
        _open(session, home, cadre(session, role=role))


def test_the_operator_opens_nothing_for_nobody_could_be_named(session: Session, home: Home) -> None:
    with pytest.raises(RecordRefused):
        _open(session, home, OPERATOR)


def test_a_right_whose_last_day_was_yesterday_opens_nothing(session: Session, home: Home) -> None:
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(RecordRefused):
        _open(session, home, cadre(session, ends_on=yesterday))


def test_a_stranger_to_the_place_is_told_the_same_with_and_without_a_household(
    session: Session, home: Home
) -> None:
    empty = factories.printed(session)[0]
    stranger = cadre(session, place=OTHER_VILLAGE)
    answers = []
    for code in (home.plate.code, empty.code):
        with pytest.raises(RecordRefused) as refused:
            openings.open_at_plate(session, code=code, purpose=VISIT, actor=stranger)
        answers.append((refused.value.sentence, refused.value.facts))
    assert answers[0] == answers[1]


def test_a_refusal_is_written_for_whoever_lives_there(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        home = opened.home(session)
        stranger = cadre(session, place=OTHER_VILLAGE)

    def try_it() -> None:
        with database.unit_of_work() as session:
            _open(session, home, stranger)

    with pytest.raises(RecordRefused):
        try_it()
    with database.unit_of_work() as session:
        [line] = audit.accesses_to_household(session, home.household.id)
        assert (line.act, line.outcome, line.who_id) == ("open", "denied", stranger.staff_id)
        assert line.fields == []


@pytest.mark.parametrize(
    "reason",
    [
        "",
        " ",
        "x",
        "很" * 201,
        "。。。",
        "\u200b\u200b\u200b",
        "\u200b\u3164\uffa0",
        "\u115f查\u1160",
    ],
)
def test_another_purpose_wants_a_reason(session: Session, home: Home, reason: str) -> None:
    with pytest.raises(ReasonWanted):
        _open(session, home, cadre(session), StatedPurpose("other", reason))


@pytest.mark.parametrize("purpose", ["", "nosy", "走访"])
def test_a_purpose_is_one_of_five(session: Session, home: Home, purpose: str) -> None:
    with pytest.raises(PurposeWanted):
        _open(session, home, cadre(session), StatedPurpose(purpose))


def test_the_reason_is_sealed_and_stands_with_every_look(session: Session, home: Home) -> None:
    actor = cadre(session)
    opening_id = _open(session, home, actor, StatedPurpose("other", "帮忙找走失的老人"))
    row = session.get_one(Opening, opening_id)
    assert row.reason_sealed is not None
    assert "老人".encode() not in row.reason_sealed
    records.look(session, opening=openings.require_open(session, opening_id, actor), actor=actor)
    [line] = lines(session)
    assert audit.reasons(session, [line.id]) == {line.id: "帮忙找走失的老人"}


def test_a_plate_without_a_household_says_so_to_a_cadre_of_the_place(
    session: Session, home: Home
) -> None:
    del home
    empty = factories.printed(session)[0]
    actor = cadre(session)
    assert openings.find_at_plate(session, code=empty.code, actor=actor)[1] is None
    with pytest.raises(NobodyHere):
        openings.open_at_plate(session, code=empty.code, purpose=VISIT, actor=actor)


def test_a_plate_that_was_never_printed_is_unknown_here_too(session: Session, home: Home) -> None:
    del home
    draft = factories.issued(session)[0]
    with pytest.raises(PlateNotFound):
        openings.find_at_plate(session, code=draft.code, actor=cadre(session))


def test_a_revoked_plate_opens_nothing(session: Session, home: Home) -> None:
    doorplates.revoke(session, code=home.plate.code, reason="拆除重建", actor=OPERATOR)
    with pytest.raises(PlateRevoked):
        _open(session, home, cadre(session))


def test_a_replaced_plate_leads_to_the_new_one_and_the_new_one_to_the_household(
    session: Session, home: Home
) -> None:
    new = doorplates.replace(session, code=home.plate.code, reason="褪色", actor=OPERATOR)
    doorplates.mark_printed(session, plate_ids=[new.id], actor_name="x")
    with pytest.raises(PlateReplaced):
        _open(session, home, cadre(session))
    _view, household_id = openings.find_at_plate(session, code=new.code, actor=cadre(session))
    assert household_id == home.household.id


def test_a_stranger_learns_of_a_replaced_plate_only_that_there_is_no_right(
    session: Session, home: Home
) -> None:
    doorplates.replace(session, code=home.plate.code, reason="褪色", actor=OPERATOR)
    with pytest.raises(RecordRefused):
        _open(session, home, cadre(session, place=OTHER_VILLAGE))


def test_a_household_without_a_plate_is_opened_from_the_register(
    session: Session, home: Home
) -> None:
    del home
    row, actor = made.household(session), cadre(session)
    opening = openings.open_in_register(
        session, household_id=row.id, county_code=COUNTY, purpose=VISIT, actor=actor
    )
    assert openings.require_open(session, opening.id, actor).household_id == row.id


def test_a_household_elsewhere_is_no_household(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        home, stranger = opened.home(session), cadre(session, place=OTHER_VILLAGE)

    def try_it(household_id: int) -> None:
        with database.unit_of_work() as session:
            openings.find_in_register(
                session, household_id=household_id, county_code=COUNTY, actor=stranger
            )

    for household_id in (home.household.id, 999_999_999):
        with pytest.raises(HouseholdNotFound):
            try_it(household_id)
    with database.unit_of_work() as session:
        [line] = audit.accesses_to_household(session, home.household.id)
        assert (line.outcome, line.division_code, line.who_id) == (
            "denied",
            COUNTY,
            stranger.staff_id,
        )


def test_a_right_at_a_group_finds_only_that_groups_households(session: Session, home: Home) -> None:
    assert _find(session, home, cadre(session, place=GROUP))
    with pytest.raises(HouseholdNotFound):
        _find(session, home, cadre(session, place=VILLAGE + "02"))
