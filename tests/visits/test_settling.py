"""A person decides about a visit that does not fit, and both sides stay to be read."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.households.models.register import Household
from app.households.schemas.acts import Seen, Why
from app.households.service import families
from app.kernel import clock, scope
from app.kernel.access import OPERATOR, Actor
from app.kernel.errors import Forbidden
from app.visits import queries, service
from app.visits.errors import MessageNotFound, ReasonWanted, StepRefused
from app.visits.models.logbook import WaitingMessage
from app.visits.schemas import PackContent
from app.visits.service import settling
from tests.factories import GROUP, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made
from tests.visits import reading
from tests.visits.conftest import cadre_in, written
from tests.visits.test_syncing import visit_message


@pytest.fixture
def pack(county: Session, household: Household, cadre: Actor) -> PackContent:
    """Give the pack that the cadre's device took along."""
    del household
    return service.prepare_pack(county, division_code=VILLAGE, group_codes=[GROUP], actor=cadre)


@pytest.fixture
def same_day(
    county: Session, pack: PackContent, household: Household, cadre: Actor, colleague: Actor
) -> WaitingMessage:
    """Give a visit that waits since a colleague was there on the same day."""
    service.log_visit(
        county,
        wanted=written(household, notes="同事记的"),
        division_code=VILLAGE,
        actor=colleague,
    )
    service.receive(county, messages=[visit_message(pack)], actor=cadre)
    return queries.waiting(county, prefixes=(VILLAGE,))[0]


@pytest.fixture
def edited(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> WaitingMessage:
    """Give a version of a visit that was edited on two sides."""
    first = visit_message(pack)
    service.receive(county, messages=[first], actor=cadre)
    service.amend_visit(
        county,
        visit_id=queries.get_visit(county, client_id=first.id).id,
        division_code=VILLAGE,
        wanted=written(household, notes="电脑上的"),
        actor=cadre,
    )
    late = visit_message(pack, message_id=first.id, follows=[first.revision], notes="手机上的")
    service.receive(county, messages=[late], actor=cadre)
    return queries.waiting(county, prefixes=(VILLAGE,))[0]


def _settle(session: Session, message: WaitingMessage, decision: str, actor: Actor) -> None:
    service.settle(
        session,
        message_id=message.id,
        division_code=VILLAGE,
        decision=decision,
        note="看过了",
        actor=actor,
    )


def test_both_sides_are_shown(county: Session, same_day: WaitingMessage, cadre: Actor) -> None:
    _message, sent, other = service.compare(
        county, message_id=same_day.id, division_code=VILLAGE, actor=cadre
    )
    assert other is not None
    assert sent.notes == "老人在家，水管裂了"
    assert queries.view(county, other).notes == "同事记的"


def test_kept_is_a_visit_of_its_own(
    county: Session, same_day: WaitingMessage, household: Household, cadre: Actor
) -> None:
    _settle(county, same_day, "kept", cadre)
    notes = {visit.notes for visit in reading.visits_of(county, household.id)}
    assert notes == {"同事记的", "老人在家，水管裂了"}
    assert queries.waiting(county, prefixes=(VILLAGE,)) == []


def test_merged_is_one_visit_that_says_both_with_the_needs(
    county: Session, same_day: WaitingMessage, household: Household, cadre: Actor
) -> None:
    _settle(county, same_day, "merged", cadre)
    [visit] = reading.visits_of(county, household.id)
    assert visit.notes == "同事记的\n【cadre1 离线记录】老人在家，水管裂了"
    assert len(reading.open_needs(county, household.id)) == 1
    [(_change, before)] = queries.changes(county, visit.id)
    assert before.notes == "同事记的"


def test_replaced_takes_the_devices_version_and_keeps_the_other(
    county: Session, edited: WaitingMessage, household: Household, cadre: Actor
) -> None:
    _settle(county, edited, "replaced", cadre)
    [visit] = reading.visits_of(county, household.id)
    assert visit.notes == "手机上的"
    before = [version.notes for _change, version in queries.changes(county, visit.id)]
    assert before == ["老人在家，水管裂了", "电脑上的"]


def test_dropped_wants_a_reason_and_destroys_nothing(
    county: Session, same_day: WaitingMessage, household: Household, cadre: Actor
) -> None:
    with pytest.raises(ReasonWanted):
        service.settle(
            county,
            message_id=same_day.id,
            division_code=VILLAGE,
            decision="dropped",
            note=" ",
            actor=cadre,
        )
    _settle(county, same_day, "dropped", cadre)
    assert len(reading.visits_of(county, household.id)) == 1
    kept = queries.get_waiting(county, same_day.id)
    assert (kept.settled, kept.settled_by) == ("dropped", "cadre1")
    assert queries.content(county, kept).notes == "老人在家，水管裂了"


def test_what_is_settled_is_not_settled_again(
    county: Session, same_day: WaitingMessage, cadre: Actor, colleague: Actor
) -> None:
    _settle(county, same_day, "kept", cadre)
    with pytest.raises(MessageNotFound):
        _settle(county, same_day, "merged", colleague)


@pytest.mark.parametrize("decision", ["replaced", "won", ""])
def test_a_decision_that_makes_no_sense_is_refused(
    county: Session, same_day: WaitingMessage, cadre: Actor, decision: str
) -> None:
    with pytest.raises(StepRefused):
        _settle(county, same_day, decision, cadre)


def test_a_stranger_neither_compares_nor_decides(county: Session, same_day: WaitingMessage) -> None:
    stranger = cadre_in(county, "stranger", division_code=OTHER_VILLAGE)
    with pytest.raises(Forbidden):
        service.compare(county, message_id=same_day.id, division_code=VILLAGE, actor=stranger)
    with pytest.raises(Forbidden):
        _settle(county, same_day, "kept", stranger)
    with pytest.raises(MessageNotFound):
        service.compare(county, message_id=same_day.id, division_code=OTHER_VILLAGE, actor=stranger)


def test_a_visit_to_a_household_that_ended_can_still_be_kept(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    household.state, household.ended_on = "ended", clock.today()
    county.flush()
    service.receive(county, messages=[visit_message(pack)], actor=cadre)
    [message] = queries.waiting(county, prefixes=(VILLAGE,))
    assert settling.choices(message) == ("kept", "dropped")
    _settle(county, message, "kept", cadre)
    assert len(reading.visits_of(county, household.id)) == 1


def _move(session: Session, household: Household) -> None:
    scope.open_scope(session, VILLAGE[:6])
    household.division_code, household.group_code = OTHER_VILLAGE, None
    session.flush()


def test_where_the_household_moved_away_its_visits_there_are_neither_read_nor_written(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    _move(county, household)
    there = cadre_in(county, "there", division_code=OTHER_VILLAGE)
    service.log_visit(
        county,
        wanted=written(household, notes="那边村里记的"),
        division_code=OTHER_VILLAGE,
        actor=there,
    )
    service.receive(county, messages=[visit_message(pack)], actor=cadre)
    [message] = queries.waiting(county, prefixes=(VILLAGE,))
    assert message.other_visit_id is not None
    _message, sent, other = service.compare(
        county, message_id=message.id, division_code=VILLAGE, actor=cadre
    )
    assert (sent.notes, other) == ("老人在家，水管裂了", None)
    assert service.choices_of(county, message, cadre) == ("dropped",)
    for decision in ("kept", "merged"):
        with pytest.raises(Forbidden) as refused:
            _settle(county, message, decision, cadre)
        assert refused.value.afterwards is not None
    scope.open_scope(county, VILLAGE[:6])
    assert [one.notes for one in reading.visits_of(county, household.id)] == ["那边村里记的"]
    _settle(county, message, "dropped", cadre)


def test_whoever_may_at_both_places_decides_about_a_household_that_moved(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    _move(county, household)
    service.receive(county, messages=[visit_message(pack)], actor=cadre)
    [message] = queries.waiting(county, prefixes=(VILLAGE,))
    town = cadre_in(county, "town", division_code=VILLAGE[:6])
    assert service.choices_of(county, message, town) == ("kept", "dropped")
    _settle(county, message, "kept", town)
    assert len(reading.visits_of(county, household.id)) == 1


@pytest.mark.parametrize("decision", ["kept", "merged"])
def test_what_a_late_visit_brought_goes_to_the_household_all_members_joined(
    county: Session,
    pack: PackContent,
    household: Household,
    cadre: Actor,
    colleague: Actor,
    decision: str,
) -> None:
    log = written(household, notes="同事记的")
    service.log_visit(county, wanted=log, division_code=VILLAGE, actor=colleague)
    into = made.household(county)
    _join(county, household, into)
    service.receive(county, messages=[visit_message(pack)], actor=cadre)
    [message] = queries.waiting(county, prefixes=(VILLAGE,))
    assert "household_ended" in message.reasons
    _settle(county, message, decision, cadre)
    assert reading.open_needs(county, household.id) == []
    assert [one.text for one in reading.open_needs(county, into.id)] == ["水管要换"]


def _join(session: Session, household: Household, into: Household) -> None:
    there, gone = (Seen(one.id, one.division_code) for one in (into, household))
    families.merge(session, there, gone, relations={}, actor=OPERATOR, why=Why("clerk"))
