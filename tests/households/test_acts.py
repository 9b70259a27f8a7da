"""Splits, mergers of households, moves, births and deaths: each an act with history."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households.errors import (
    AnotherCounty,
    FieldRefused,
    HouseholdChanged,
    HouseholdEnded,
    HouseholdNotFound,
    OneHeadWanted,
    PersonNotFound,
    PersonRegisteredElsewhere,
    SomeoneMustStay,
    TwoHouseholdsWanted,
)
from app.households.models.register import Household, Person, PersonIndex, RecordChange
from app.households.queries import register as queries
from app.households.schemas import PersonIn
from app.households.schemas.acts import Departure, Move, Seen, Split, Why
from app.households.service import acts, families, members
from app.identity import roles
from app.kernel import clock, crypto, outbox, scope
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.crypto import Place
from app.kernel.errors import Forbidden
from tests import factories
from tests.factories import COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made

CLERK = Why("clerk", reason="本人来办")
HERE = Actor(name="文书", staff_id=7, grants=(Grant(roles.HOUSEHOLDS_KEEP, VILLAGE),))


def seen(household: Household) -> Seen:
    """See a household as it is now."""
    return Seen(household.id, household.division_code, household.version)


def history(session: Session, household_id: int) -> list[tuple[str, int | None]]:
    """List acts and persons of a household's history."""
    query = select(RecordChange).where(RecordChange.household_id == household_id)
    return [(line.act, line.person_id) for line in session.scalars(query.order_by(RecordChange.id))]


def numbers(session: Session, household: Household) -> list[int]:
    """Number the members, the head first."""
    return list(acts.members(session, household.id))


@pytest.fixture
def home(session: Session) -> Household:
    """Give a household of a head, a spouse and a child of ten."""
    factories.county(session)
    return made.household(session)


def test_a_household_splits_and_both_have_a_head(session: Session, home: Household) -> None:
    head, spouse, child = numbers(session, home)
    wanted = Split(frozenset({spouse, child}), spouse, "分1", relations={child: "son"})
    new = families.split(session, seen(home), wanted=wanted, actor=OPERATOR, why=CLERK)
    assert numbers(session, home) == [head]
    assert [(p.id, p.relation) for p in acts.members(session, new.id).values()] == [
        (spouse, "head"),
        (child, "son"),
    ]
    assert (new.division_code, new.group_code) == (home.division_code, home.group_code)
    assert history(session, home.id)[1:] == [("split_off", spouse), ("split_off", child)]
    assert history(session, new.id) == [("split_to", spouse), ("split_to", child)]


def test_the_head_may_leave_when_another_is_named(session: Session, home: Household) -> None:
    head, spouse, child = numbers(session, home)
    nobody = Split(frozenset({head}), head, "分2")
    with pytest.raises(OneHeadWanted), session.begin_nested():
        families.split(session, seen(home), wanted=nobody, actor=OPERATOR, why=CLERK)
    named = Split(frozenset({head}), head, "分2", remaining_head_id=spouse)
    families.split(session, seen(home), wanted=named, actor=OPERATOR, why=CLERK)
    assert numbers(session, home) == [spouse, child]


@pytest.mark.parametrize("chosen", [set(), {0, 1, 2}])
def test_somebody_leaves_and_somebody_stays(
    session: Session, home: Household, chosen: set[int]
) -> None:
    here = numbers(session, home)
    leaving = frozenset(here[place] for place in chosen)
    with pytest.raises(SomeoneMustStay):
        families.split(
            session, seen(home), wanted=Split(leaving, here[0], "x"), actor=OPERATOR, why=CLERK
        )


def test_nobody_of_another_household_is_split_off(session: Session, home: Household) -> None:
    stranger = numbers(session, made.household(session))[1]
    wanted = Split(frozenset({stranger}), stranger, "x")
    with pytest.raises(PersonNotFound):
        families.split(session, seen(home), wanted=wanted, actor=OPERATOR, why=CLERK)


def test_two_households_become_one_and_the_other_ends(session: Session, home: Household) -> None:
    door = factories.issued(session)[0].door_id
    other = made.household(session, door_id=door)
    head, *_ = numbers(session, other)
    families.merge(
        session, seen(home), seen(other), relations={head: "sibling"}, actor=OPERATOR, why=CLERK
    )
    assert len(numbers(session, home)) == 6
    assert session.get_one(Person, head).relation == "sibling"
    assert (other.state, other.ended_on, other.door_id) == ("ended", clock.today(), None)
    assert history(session, other.id)[-1] == ("ended", None)
    with pytest.raises(HouseholdEnded):
        families.merge(session, seen(home), seen(other), relations={}, actor=OPERATOR, why=CLERK)


def test_a_household_does_not_merge_with_itself(session: Session, home: Household) -> None:
    with pytest.raises(TwoHouseholdsWanted):
        families.merge(session, seen(home), seen(home), relations={}, actor=OPERATOR, why=CLERK)


def test_a_member_moves_to_a_village_of_another_township(session: Session, home: Household) -> None:
    child = numbers(session, home)[2]
    there = made.household(session, division_code=OTHER_TOWNSHIP + "201")
    wanted = Move({child: "grandson"})
    families.move(session, seen(home), seen(there), wanted=wanted, actor=OPERATOR, why=CLERK)
    person = session.get_one(Person, child)
    assert (person.household_id, person.division_code) == (there.id, there.division_code)
    indexes = session.scalars(select(PersonIndex).where(PersonIndex.person_id == child)).all()
    assert {row.division_code for row in indexes} == {there.division_code}
    view = queries.view(session, there.id)
    assert "赵小明" in [member.name for member in view.members]
    assert ("moved_in", child) in history(session, there.id)
    scope.open_scope(session, VILLAGE)
    assert ("moved_out", child) in history(session, home.id)


def test_moving_across_villages_wants_the_right_at_both(session: Session, home: Household) -> None:
    there = made.household(session, division_code=OTHER_VILLAGE)
    scope.open_scope(session, COUNTY)
    child = numbers(session, home)[2]
    for actor, wanted in ((HERE, Forbidden), (Actor(name="x"), Forbidden)):
        with pytest.raises(wanted):
            families.move(
                session,
                seen(home),
                seen(there),
                wanted=Move({child: "other"}),
                actor=actor,
                why=CLERK,
            )


def test_the_scope_of_a_move_is_no_wider_than_both_villages() -> None:
    assert acts.narrowest_over(VILLAGE, VILLAGE) == VILLAGE
    assert acts.narrowest_over(VILLAGE, OTHER_VILLAGE) == VILLAGE[:9]
    assert acts.narrowest_over(VILLAGE, OTHER_TOWNSHIP + "201") == COUNTY
    with pytest.raises(AnotherCounty):
        acts.narrowest_over(VILLAGE, "520221101201")


def test_a_member_dies_and_the_number_is_free_again(session: Session, home: Household) -> None:
    head, spouse, _child = numbers(session, home)
    number = queries.view(session, home.id).members[0].id_number or ""
    gone = Departure(head, "died", clock.today(), next_head_id=spouse)
    members.depart(session, seen(home), departure=gone, actor=OPERATOR, why=CLERK)
    person = session.get_one(Person, head)
    assert (person.left_on, person.left_because) == (clock.today(), "died")
    assert numbers(session, home)[0] == spouse
    assert queries.find_by_index(session, "id_number", number) == []
    assert history(session, home.id)[-1] == ("died", head)
    again = PersonIn(name="赵大山", relation="other", id_number=number)
    members.join(session, seen(home), wanted=again, act="joined", actor=OPERATOR, why=CLERK)


def test_a_head_does_not_leave_without_the_next_one(session: Session, home: Household) -> None:
    head = numbers(session, home)[0]
    with pytest.raises(OneHeadWanted):
        members.depart(
            session,
            seen(home),
            departure=Departure(head, "moved", clock.today()),
            actor=OPERATOR,
            why=CLERK,
        )


def test_a_household_whose_last_member_leaves_ends(session: Session) -> None:
    factories.county(session)
    alone = made.household(session, members=(made.person("孤", is_head=True),))
    gone = Departure(numbers(session, alone)[0], "moved", clock.today())
    members.depart(session, seen(alone), departure=gone, actor=OPERATOR, why=CLERK)
    assert alone.state == "ended"
    tasks = session.scalars(select(outbox.OutboxRow.task)).all()
    assert {"households.person_left", "households.household_ended"} <= set(tasks)


@pytest.mark.parametrize(
    ("because", "days"), [("died", 1), ("nonsense", 0)], ids=["tomorrow", "unknown"]
)
def test_a_departure_needs_a_reason_and_a_day_that_has_come(
    session: Session, home: Household, because: str, days: int
) -> None:
    spouse = numbers(session, home)[1]
    gone = Departure(spouse, because, clock.today() + timedelta(days=days))
    with pytest.raises(FieldRefused):
        members.depart(session, seen(home), departure=gone, actor=OPERATOR, why=CLERK)


def test_a_child_is_born(session: Session, home: Household) -> None:
    born = PersonIn(name="赵小宝", relation="daughter", birth_date=clock.today())
    person = members.join(session, seen(home), wanted=born, act="born", actor=HERE, why=CLERK)
    line = session.scalars(select(RecordChange).where(RecordChange.act == "born")).one()
    assert (line.person_id, line.actor_kind, line.actor_id) == (person.id, "staff", 7)
    after = crypto.open_value(session, line.after_sealed, Place("record_changes", line.id, "after"))
    assert json.loads(after or "")["name"] == "赵小宝"
    reason = Place("record_changes", line.id, "reason")
    assert crypto.open_value(session, line.reason_sealed, reason) == "本人来办"


def test_nobody_is_registered_twice(session: Session, home: Household) -> None:
    number = queries.view(session, home.id).members[1].id_number
    twice = PersonIn(name="同名", relation="other", id_number=number)
    elsewhere = made.household(session, division_code=OTHER_VILLAGE)
    with pytest.raises(PersonRegisteredElsewhere):
        members.join(
            session, seen(elsewhere), wanted=twice, act="joined", actor=OPERATOR, why=CLERK
        )
    with pytest.raises(PersonRegisteredElsewhere):
        made.household(session, members=(PersonIn("同名", "head", True, id_number=number),))


def test_the_head_changes_and_relations_are_to_the_new_one(
    session: Session, home: Household
) -> None:
    head, spouse, child = numbers(session, home)
    members.change_head(
        session, seen(home), head_id=spouse, relations={head: "spouse"}, actor=HERE, why=CLERK
    )
    assert {p.id: p.relation for p in acts.members(session, home.id).values()} == {
        spouse: "head",
        head: "spouse",
        child: "son",
    }
    with pytest.raises(OneHeadWanted):
        members.change_head(session, seen(home), head_id=0, relations={}, actor=OPERATOR, why=CLERK)


def test_the_second_of_two_is_told_that_the_first_changed_it(
    session: Session, home: Household
) -> None:
    _head, spouse, child = numbers(session, home)
    both_saw = seen(home)
    members.change_head(session, both_saw, head_id=spouse, relations={}, actor=OPERATOR, why=CLERK)
    with pytest.raises(HouseholdChanged):
        members.change_head(
            session, both_saw, head_id=child, relations={}, actor=OPERATOR, why=CLERK
        )


def test_another_village_does_not_find_the_household(session: Session, home: Household) -> None:
    lied = Seen(home.id, OTHER_VILLAGE)
    with pytest.raises(HouseholdNotFound):
        members.change_head(session, lied, head_id=1, relations={}, actor=OPERATOR, why=CLERK)


def test_who_turns_eighteen_is_noted_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 1))
    factories.county(session)
    born = {
        "昨天": date(2008, 2, 28),
        "闰日": date(2008, 2, 29),
        "明天": date(2008, 3, 2),
        "早已": date(2000, 3, 1),
    }
    people = tuple(
        made.person(name, is_head=name == "早已", born=day) for name, day in born.items()
    )
    row = made.household(session, members=people)
    names = {member.id: member.name for member in queries.view(session, row.id).members}
    grown = members.note_adults(session, division_code=VILLAGE)
    assert {names[number] for number in grown} == {"昨天", "闰日"}
    assert members.note_adults(session, division_code=VILLAGE) == []
    told = session.scalars(
        select(outbox.OutboxRow.payload).where(outbox.OutboxRow.task == "households.came_of_age")
    )
    assert {row["person_id"] for row in told} == set(grown)
