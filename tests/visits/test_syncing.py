"""What a device sends arrives once, or waits for a person; nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import queries as audit
from app.audit.models import LedgerLine
from app.households.models.register import Household, Person
from app.kernel import clock, scope
from app.kernel.access import Actor
from app.notices.models import InboxMessage
from app.visits import queries, service
from app.visits.models.logbook import Visit, WaitingMessage
from app.visits.schemas import Message, PackContent
from tests.factories import GROUP, VILLAGE
from tests.factories import households as made
from tests.visits import devices, reading
from tests.visits.conftest import KEEPER, cadre_in, written


@pytest.fixture
def pack(county: Session, household: Household, cadre: Actor) -> PackContent:
    """Give the pack that the cadre's device took along."""
    del household
    return service.prepare_pack(county, division_code=VILLAGE, group_codes=[GROUP], actor=cadre)


def visit_message(
    pack: PackContent,
    *,
    message_id: UUID | None = None,
    follows: list[UUID] | None = None,
    **fields: Any,
) -> Message:
    """Log a visit on the device."""
    message_id, revision = message_id or uuid4(), uuid4()
    content = {
        "client_id": message_id,
        "revision": revision,
        "follows": [str(one) for one in follows or []],
        "household_id": pack.households[0].id,
        "purpose": "visit",
        "visited_on": clock.today(),
        "notes": "老人在家，水管裂了",
        "needs": [{"category": "water_road", "text": "水管要换"}],
        **fields,
    }
    return devices.seal(
        pack.server_key, content, pack_id=pack.id, message_id=message_id, revision=revision
    )


def _send(session: Session, actor: Actor, *messages: Message) -> list[str]:
    return [one.result for one in service.receive(session, messages=list(messages), actor=actor)]


def _waiting(session: Session) -> list[WaitingMessage]:
    return queries.waiting(session, prefixes=(VILLAGE,))


def test_a_visit_arrives_with_its_needs_under_its_authors_name(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    assert _send(county, cadre, visit_message(pack)) == ["stored"]
    [visit] = reading.visits_of(county, household.id)
    assert (visit.notes, visit.source, visit.staff_id) == (
        "老人在家，水管裂了",
        "offline",
        cadre.staff_id,
    )
    assert [need.text for need in reading.open_needs(county, household.id)] == ["水管要换"]


def test_a_visit_sent_again_and_again_is_one(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    message = visit_message(pack)
    assert _send(county, cadre, message) == ["stored"]
    assert _send(county, cadre, message, message) == ["already", "already"]
    assert len(reading.visits_of(county, household.id)) == 1
    assert len(reading.open_needs(county, household.id)) == 1


def test_a_mended_visit_takes_the_place_of_the_one_before_it(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    first = visit_message(pack)
    mended = visit_message(
        pack,
        message_id=first.id,
        follows=[first.revision],
        notes="水管已经关了",
        needs=[
            {"category": "water_road", "text": "水管要换"},
            {"category": "medical", "text": "想做体检"},
        ],
    )
    assert _send(county, cadre, first, mended) == ["stored", "stored"]
    assert _send(county, cadre, first, mended) == ["already", "already"]
    [visit] = reading.visits_of(county, household.id)
    assert visit.notes == "水管已经关了"
    needs = reading.open_needs(county, household.id)
    assert sorted(need.text for need in needs) == ["想做体检", "水管要换"]


def test_a_visit_edited_elsewhere_waits_for_a_person(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    first = visit_message(pack)
    _send(county, cadre, first)
    stands = queries.get_visit(county, client_id=first.id)
    service.amend_visit(
        county,
        visit_id=stands.id,
        division_code=VILLAGE,
        wanted=written(household, notes="在电脑上补的"),
        actor=cadre,
    )
    late = visit_message(pack, message_id=first.id, follows=[first.revision], notes="手机上补的")
    assert _send(county, cadre, late) == ["waiting"]
    [message] = _waiting(county)
    assert message.reasons == ["edited_elsewhere"]
    assert message.other_visit_id == stands.id
    assert reading.visits_of(county, household.id)[0].notes == "在电脑上补的"


def test_a_visit_of_the_same_day_by_another_waits(
    county: Session, pack: PackContent, household: Household, cadre: Actor, colleague: Actor
) -> None:
    service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=colleague)
    message = visit_message(pack)
    assert _send(county, cadre, message) == ["waiting"]
    assert _send(county, cadre, message) == ["already"]
    assert [one.reasons for one in _waiting(county)] == [["same_day"]]
    for group, number in ((GROUP, 1), (VILLAGE + "02", 0)):
        assert len(queries.waiting(county, prefixes=(group,))) == number
    inbox = county.scalars(
        select(InboxMessage).where(InboxMessage.staff_id == cadre.staff_id)
    ).all()
    assert [one.link for one in inbox] == [
        f"/console/visits/waiting/{VILLAGE}/{_waiting(county)[0].id}"
    ]


def test_a_household_that_ended_meanwhile_waits(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    household.state, household.ended_on = "ended", clock.today()
    county.flush()
    assert _send(county, cadre, visit_message(pack)) == ["waiting"]
    assert _waiting(county)[0].reasons == ["household_ended"]


def test_a_household_that_moved_to_another_village_waits(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    scope.open_scope(county, "520203")
    household.division_code, household.group_code = "520203102214", None
    county.flush()
    assert _send(county, cadre, visit_message(pack)) == ["waiting"]
    assert _waiting(county)[0].reasons == ["household_moved", "no_right"]


def test_someone_met_who_has_left_the_household_waits(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    person = county.scalars(select(Person).where(Person.household_id == household.id)).first()
    assert person is not None
    person.left_on, person.left_because = clock.today(), "moved"
    county.flush()
    assert _send(county, cadre, visit_message(pack, met_person_ids=[person.id])) == ["waiting"]
    assert _waiting(county)[0].reasons == ["members_changed"]


def test_a_right_that_ended_meanwhile_loses_no_visit(
    county: Session, pack: PackContent, cadre: Actor
) -> None:
    assert _send(county, replace(cadre, grants=()), visit_message(pack)) == ["waiting"]
    assert _waiting(county)[0].reasons == ["no_right"]


def test_another_account_sends_nothing_of_this_one(
    county: Session, pack: PackContent, household: Household, colleague: Actor
) -> None:
    assert _send(county, colleague, visit_message(pack)) == ["refused"]
    assert reading.visits_of(county, household.id) == []


def test_a_successor_sends_what_the_device_still_holds_as_its_authors(
    county: Session, pack: PackContent, household: Household, cadre: Actor, colleague: Actor
) -> None:
    message = visit_message(pack)
    service.hand_over(
        county,
        from_staff_id=cadre.staff_id or 0,
        to_staff_id=colleague.staff_id or 0,
        actor=KEEPER,
    )
    assert _send(county, colleague, message) == ["stored"]
    [visit] = reading.visits_of(county, household.id)
    assert (visit.staff_id, visit.staff_name) == (cadre.staff_id, "cadre1")
    assert (
        queries.get_need(county, reading.open_needs(county, household.id)[0].id).owner_staff_id
        == colleague.staff_id
    )


def test_one_bad_message_does_not_hold_up_the_others(
    county: Session, pack: PackContent, cadre: Actor
) -> None:
    good = visit_message(pack)
    broken = good.model_copy(update={"id": uuid4()})
    elsewhere = made.household(county, division_code="520203102214")
    strange = visit_message(pack, household_id=elsewhere.id)
    unfit = visit_message(pack, purpose="gold")
    foreign = visit_message(pack).model_copy(update={"pack_id": uuid4()})
    messages = (broken, strange, unfit, foreign, good)
    assert _send(county, cadre, *messages) == ["refused"] * 4 + ["stored"]
    scope.open_scope(county, VILLAGE)
    assert len(county.scalars(select(Visit)).all()) == 1


def test_a_message_says_in_its_envelope_who_it_is(
    county: Session, pack: PackContent, cadre: Actor
) -> None:
    other = visit_message(pack, client_id=uuid4())
    assert _send(county, cadre, other) == ["refused"]


def test_an_old_visit_is_taken_in_since_signal_may_be_long_in_coming(
    county: Session, pack: PackContent, cadre: Actor
) -> None:
    day = clock.today() - timedelta(days=9)
    assert _send(county, cadre, visit_message(pack, visited_on=day)) == ["stored"]


def test_an_opening_becomes_a_line_with_the_devices_time_once(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    moment = clock.now() - timedelta(hours=3)
    content = {"household_id": household.id, "opened_at": moment.isoformat()}
    message = devices.seal(pack.server_key, content, pack_id=pack.id, kind="opening")
    assert _send(county, cadre, message, message) == ["stored", "already"]
    query = select(LedgerLine.id, LedgerLine.who_role).where(
        LedgerLine.household_id == household.id, LedgerLine.act == "sync"
    )
    [line] = county.execute(query).all()
    assert line.who_role == "cadre"
    assert audit.reasons(county, [line.id])[line.id].startswith("离线打开")


def test_two_cadres_back_from_the_same_house_meet_in_one_of_them_waiting(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    third = cadre_in(county, "cadre3")
    theirs = service.prepare_pack(county, division_code=VILLAGE, group_codes=[GROUP], actor=third)
    assert _send(county, cadre, visit_message(pack)) == ["stored"]
    assert _send(county, third, visit_message(theirs)) == ["waiting"]
    assert len(reading.visits_of(county, household.id)) == 1
