"""What the village's clerk decides, and who may end a binding."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.households.binding_errors import (
    AlreadyBound,
    BindingNotFound,
    NotYours,
    RefusalReasonWanted,
    RequestDecided,
    UnfitAge,
)
from app.households.errors import HouseholdNotFound, PersonNotFound
from app.households.models.bindings import HouseholdBinding
from app.households.queries import bindings as queries
from app.households.service import binding_decisions, binding_ends, bindings
from app.households.service.bindings import Wanted
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor, Grant, Villager
from app.kernel.errors import Forbidden
from tests import factories
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.factories import households as made
from tests.households import binding_world as world
from tests.households.binding_world import Home

CLERK = Actor(name="clerk", grants=(Grant(roles.HOUSEHOLDS_KEEP, VILLAGE),), role="clerk")
SISTER = Actor(name="sister", grants=(Grant(roles.HOUSEHOLDS_KEEP, OTHER_VILLAGE),))


@pytest.fixture
def home(session: Session) -> Home:
    factories.county(session)
    return world.home(session)


def request(session: Session, home: Home, *, kind: str = "member") -> tuple[Villager, int]:
    someone = world.villager(session)
    waits = bindings.ask(session, villager=someone, wanted=world.wanted(home, kind=kind))
    assert waits.state == "pending"
    return someone, waits.id


def confirm(session: Session, binding_id: int, person_id: int, actor: Actor = CLERK) -> None:
    binding_decisions.confirm(session, binding_id=binding_id, person_id=person_id, actor=actor)


def last_line(session: Session) -> LedgerLine:
    return session.scalars(select(LedgerLine).order_by(LedgerLine.id.desc()).limit(1)).one()


def test_the_clerk_says_who_the_asker_is(session: Session, home: Home) -> None:
    someone, binding_id = request(session, home)
    confirm(session, binding_id, home.spouse)
    (bound,) = queries.active_for_account(session, someone.account_id)
    assert (bound.person_id, bound.kind, bound.why) == (home.spouse, "member", "phone_unknown")
    row = session.get_one(HouseholdBinding, binding_id)
    assert row.name_sealed is None
    assert (last_line(session).act, last_line(session).person_id) == ("bind", home.spouse)


def test_a_refusal_needs_a_reason_and_tells_it(session: Session, home: Home) -> None:
    someone, binding_id = request(session, home)
    with pytest.raises(RefusalReasonWanted):
        binding_decisions.refuse(session, binding_id=binding_id, reason=" ", actor=CLERK)
    binding_decisions.refuse(session, binding_id=binding_id, reason="不是这一户的人", actor=CLERK)
    assert binding_decisions.reason_of(session, binding_id) == "不是这一户的人"
    assert queries.active_for_account(session, someone.account_id) == []
    again = bindings.ask(session, villager=someone, wanted=world.wanted(home))
    assert (again.state, again.id != binding_id) == ("pending", True)


def test_only_a_keeper_of_that_village_decides(session: Session, home: Home) -> None:
    _someone, binding_id = request(session, home)
    with pytest.raises(Forbidden):
        confirm(session, binding_id, home.head, SISTER)
    with pytest.raises(Forbidden):
        binding_decisions.refuse(session, binding_id=binding_id, reason="不是的", actor=SISTER)
    with pytest.raises(Forbidden):
        binding_decisions.open_request(session, binding_id=binding_id, actor=SISTER)


def test_a_request_is_decided_once(session: Session, home: Home) -> None:
    _someone, binding_id = request(session, home)
    confirm(session, binding_id, home.spouse)
    with pytest.raises(RequestDecided):
        confirm(session, binding_id, home.spouse)
    with pytest.raises(RequestDecided):
        binding_decisions.refuse(session, binding_id=binding_id, reason="晚了一步", actor=CLERK)


def test_a_child_of_ten_is_bound_to_by_a_guardian_alone(session: Session, home: Home) -> None:
    _someone, as_member = request(session, home)
    with pytest.raises(UnfitAge):
        confirm(session, as_member, home.child)
    guardian, as_guardian = request(session, home, kind="guardian")
    with pytest.raises(UnfitAge):
        confirm(session, as_guardian, home.spouse)
    confirm(session, as_guardian, home.child)
    assert queries.wards(session, guardian.account_id) == {home.child}


def test_one_of_sixteen_may_be_bound_as_themself(session: Session, home: Home) -> None:
    del home
    born = date(clock.today().year - 16, 1, 1)
    family = world.home(session, extra=(made.person("赵小红", relation="daughter", born=born),))
    someone, binding_id = request(session, family)
    confirm(session, binding_id, family.view.members[3].id)
    (bound,) = queries.active_for_account(session, someone.account_id)
    assert bound.person_id == family.view.members[3].id


def test_somebody_of_another_household_is_not_chosen(session: Session, home: Home) -> None:
    other = world.home(session)
    _someone, binding_id = request(session, home)
    with pytest.raises(PersonNotFound):
        confirm(session, binding_id, other.head)


def test_a_door_without_a_household_waits_until_it_has_one(session: Session, home: Home) -> None:
    plate = factories.printed(session)[0]
    someone = world.villager(session)
    waits = bindings.ask(
        session, villager=someone, wanted=Wanted(plate.door_id, "member", "孙某", "0000")
    )
    assert (waits.why, waits.household_id) == ("no_household", None)
    with pytest.raises(HouseholdNotFound):
        confirm(session, waits.id, home.head)
    family = made.household(session, door_id=plate.door_id)
    head = queries.members(session, family.id)[0]
    confirm(session, waits.id, head.id)
    (bound,) = queries.active_for_account(session, someone.account_id)
    assert bound.household_id == family.id


def test_an_account_bound_meanwhile_is_not_bound_twice(session: Session, home: Home) -> None:
    someone, binding_id = request(session, home)
    plate = factories.printed(session)[0]
    other = bindings.ask(
        session, villager=someone, wanted=Wanted(plate.door_id, "member", "某", "0000")
    )
    confirm(session, binding_id, home.spouse)
    session.get_one(HouseholdBinding, other.id).household_id = home.household.id
    session.flush()
    with pytest.raises(AlreadyBound):
        confirm(session, other.id, home.spouse)


def test_the_clerk_who_opens_a_request_stands_in_the_ledger(session: Session, home: Home) -> None:
    _someone, binding_id = request(session, home)
    binding_decisions.open_request(session, binding_id=binding_id, actor=CLERK)
    line = last_line(session)
    assert (line.act, line.household_id, line.fields) == (
        "open_request",
        home.household.id,
        ["name", "phone", "birth_date", "relation"],
    )
    name, phone = binding_decisions.asker(session, binding_id=binding_id)
    assert name == "赵大山"
    assert phone.startswith("139****")


def test_a_villager_takes_a_request_back(session: Session, home: Home) -> None:
    someone, binding_id = request(session, home)
    binding_ends.end_own(session, villager=someone, binding_id=binding_id)
    with pytest.raises(RequestDecided):
        confirm(session, binding_id, home.spouse)


def test_nobody_takes_back_what_is_another_s(session: Session, home: Home) -> None:
    _someone, binding_id = request(session, home)
    with pytest.raises(BindingNotFound):
        binding_ends.end_own(session, villager=world.villager(session), binding_id=binding_id)


def test_the_head_may_end_anyone_s_binding_and_others_may_not(session: Session, home: Home) -> None:
    head, head_binding = world.bound_head(session, home)
    spouse, spouse_binding = request(session, home)
    confirm(session, spouse_binding, home.spouse)
    with pytest.raises(NotYours):
        binding_ends.end_other(
            session, villager=spouse, binding_id=head_binding, own_binding_id=spouse_binding
        )
    binding_ends.end_other(
        session, villager=head, binding_id=spouse_binding, own_binding_id=head_binding
    )
    assert queries.active_for_account(session, spouse.account_id) == []
    row = session.get_one(HouseholdBinding, spouse_binding)
    assert (row.state, row.ended_because) == ("ended", "head")


def test_a_head_of_another_household_ends_nothing_here(session: Session, home: Home) -> None:
    _head, head_binding = world.bound_head(session, home)
    stranger, own = world.bound_head(session, world.home(session))
    with pytest.raises(BindingNotFound):
        binding_ends.end_other(
            session, villager=stranger, binding_id=head_binding, own_binding_id=own
        )


def test_the_village_ends_a_binding_that_should_not_be(session: Session, home: Home) -> None:
    _head, binding_id = world.bound_head(session, home)
    with pytest.raises(Forbidden):
        binding_ends.end_by_village(session, binding_id=binding_id, actor=SISTER)
    binding_ends.end_by_village(session, binding_id=binding_id, actor=CLERK)
    with pytest.raises(RequestDecided):
        binding_ends.end_by_village(session, binding_id=binding_id, actor=CLERK)
