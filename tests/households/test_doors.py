"""Doors and households find each other by group and house number."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.doorplates import queries as plates
from app.doorplates import service as doorplates
from app.doorplates.schemas import DoorRow
from app.households.errors import DoorElsewhere, DoorTaken
from app.households.house_numbers import house_key
from app.households.models.register import Household, RecordChange
from app.households.queries import register as queries
from app.households.schemas import HouseholdIn
from app.households.schemas.acts import Pair, Seen, Why
from app.households.service import doors, register
from app.kernel.access import OPERATOR, Actor
from app.kernel.errors import Conflict, Forbidden
from tests import factories
from tests.factories import GROUP, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made

CLERK = Why("clerk")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("12号", "12"),
        ("012", "12"),
        ("１２號", "12"),
        ("十二号", "12"),
        ("二十号", "20"),
        ("一百零五号", "105"),
        ("一百二十号", "120"),
        ("一二〇号", "120"),
        ("12－1号", "12-1"),
        ("12号附3号", "12附3"),
        ("12附3", "12附3"),
        ("12a号", "12A"),
        ("青杠林村一组 7 号", "7"),
        ("大寨组三合院", None),
        ("", None),
    ],
)
def test_a_house_number_is_one_however_it_is_written(text: str, key: str | None) -> None:
    assert house_key(text) == key


def test_an_address_is_not_taken_for_a_bare_number() -> None:
    assert house_key("7", bare=False) is None


def _home(session: Session, number: str, *, address: str | None, group: str = GROUP) -> int:
    wanted = HouseholdIn(
        division_code=VILLAGE,
        number=number,
        members=(made.person("户", is_head=True),),
        group_code=group,
        address=address,
    )
    return register.create_household(session, wanted=wanted, actor=OPERATOR, source="test").id


def _doors(session: Session, *numbers: str, group: str = GROUP) -> list[int]:
    rows = [DoorRow(group_code=group, house_number=number) for number in numbers]
    batch = doorplates.issue_batch(session, division_code=VILLAGE, doors=rows, actor=OPERATOR)
    return [door.id for door in plates.doors(session, VILLAGE, batch_id=batch.id)]


def test_a_village_is_matched_and_what_is_not_certain_is_left(session: Session) -> None:
    factories.county(session)
    one, two, three, _four = _doors(session, "1号", "二号", "3", "")
    same_number_elsewhere = _doors(session, "1", group=VILLAGE + "02")
    first = _home(session, "A1", address="青杠林村一组１号")
    second = _home(session, "2", address=None)
    twins = [_home(session, f"B{n}", address="一组3号") for n in range(2)]
    alone = [_home(session, "C", address="一组99号"), _home(session, "D", address="半坡")]
    found = doors.assign_matched(session, division_code=VILLAGE, actor=OPERATOR, why=Why("plates"))
    assert found.matched == (Pair(first, one), Pair(second, two))
    assert set(found.ambiguous) == set(twins)
    assert set(found.alone) == set(alone)
    assert {three, _four, *same_number_elsewhere} >= set(found.free)
    assert queries.at_door(session, one) == first
    again = doors.match_doors(session, division_code=VILLAGE, actor=OPERATOR)
    assert again.matched == ()


def test_matching_wants_the_right(session: Session) -> None:
    factories.county(session)
    with pytest.raises(Forbidden):
        doors.match_doors(session, division_code=VILLAGE, actor=Actor("x"))


def test_a_new_door_and_a_door_given_up_are_in_the_history(session: Session) -> None:
    factories.county(session)
    one, two = _doors(session, "1", "2")
    home = made.household(session)
    for door in (one, two):
        doors.assign_door(session, _seen(home), door_id=door, actor=OPERATOR, why=CLERK)
    assert queries.at_door(session, one) is None
    assert queries.at_door(session, two) == home.id
    doors.release_door(session, _seen(home), actor=OPERATOR, why=CLERK)
    with pytest.raises(Conflict):
        doors.release_door(session, _seen(home), actor=OPERATOR, why=CLERK)
    lines = session.scalars(select(RecordChange.act).order_by(RecordChange.id)).all()
    assert lines[1:] == ["plate_assigned", "plate_released", "plate_assigned", "plate_released"]


def test_a_door_of_another_village_or_household_is_not_given(session: Session) -> None:
    factories.county(session)
    there = factories.issued(session, division_code=OTHER_VILLAGE)[0].door_id
    (mine,) = _doors(session, "1")
    made.household(session, door_id=mine)
    home = made.household(session)
    with pytest.raises(DoorElsewhere):
        doors.assign_door(session, _seen(home), door_id=there, actor=OPERATOR, why=CLERK)
    with pytest.raises(DoorTaken):
        doors.assign_door(session, _seen(home), door_id=mine, actor=OPERATOR, why=CLERK)


def test_a_new_plate_at_the_door_leads_to_the_same_household(session: Session) -> None:
    factories.county(session)
    plate = factories.printed(session)[0]
    home = made.household(session, door_id=plate.door_id)
    new = doorplates.replace(session, code=plate.code, reason="看不清", actor=OPERATOR)
    assert new.code != plate.code
    assert queries.at_door(session, plates.find(session, new.code).door_id) == home.id


def _seen(household: Household) -> Seen:
    return Seen(household.id, household.division_code)
