"""What a bound villager may see, and how that ends when life goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.households.binding_errors import (
    BindingEnded,
    BindingNotFound,
    BindingWaiting,
    ConfirmationWanted,
    NotYours,
)
from app.households.models.bindings import HouseholdBinding
from app.households.models.register import Household
from app.households.queries import binding_news
from app.households.queries import bindings as queries
from app.households.schemas.acts import Departure, Seen, Why
from app.households.service import (
    binding_decisions,
    binding_ends,
    bindings,
    delegates,
    members,
    own_records,
)
from app.kernel import clock
from app.kernel.access import OPERATOR, Villager
from app.kernel.db import Database
from app.kernel.outbox import OutboxRow
from tests import factories
from tests.factories import COUNTY
from tests.households import binding_world as world
from tests.households.binding_world import Home
from workers.registry import TASKS


@pytest.fixture
def home(session: Session) -> Home:
    factories.county(session)
    return world.home(session)


def bound(
    session: Session, home: Home, person_id: int, *, kind: str = "member"
) -> tuple[Villager, int]:
    someone = world.villager(session)
    waits = bindings.ask(session, villager=someone, wanted=world.wanted(home, kind=kind))
    binding_decisions.confirm(session, binding_id=waits.id, person_id=person_id, actor=OPERATOR)
    return someone, waits.id


def lines(session: Session, act: str) -> list[LedgerLine]:
    return list(session.scalars(select(LedgerLine).where(LedgerLine.act == act)))


def test_looking_at_one_s_own_household_leaves_a_line(session: Session, home: Home) -> None:
    head, binding_id = world.bound_head(session, home)
    own = own_records.view(session, villager=head, binding_id=binding_id)
    assert own.is_head
    assert own.own == {home.head, home.child}
    (line,) = lines(session, "view_own")
    assert (line.who_kind, line.who_id, line.household_id) == (
        "villager",
        head.account_id,
        home.household.id,
    )


def test_full_data_is_one_s_own_and_one_s_children_s(session: Session, home: Home) -> None:
    head, binding_id = world.bound_head(session, home)
    for person_id in (home.head, home.child):
        own_records.reveal(session, villager=head, binding_id=binding_id, person_id=person_id)
    with pytest.raises(NotYours) as refusal:
        own_records.reveal(session, villager=head, binding_id=binding_id, person_id=home.spouse)
    assert refusal.value.afterwards is not None  # the refusal is noted as well
    assert [line.person_id for line in lines(session, "reveal_own")] == [home.head, home.child]


def test_a_guardian_sees_the_ward_and_nobody_else(session: Session, home: Home) -> None:
    guardian, binding_id = bound(session, home, home.child, kind="guardian")
    own = own_records.view(session, villager=guardian, binding_id=binding_id)
    assert own.me is None
    assert own.own == {home.child}


def test_nobody_sees_through_another_s_binding(session: Session, home: Home) -> None:
    _head, binding_id = world.bound_head(session, home)
    with pytest.raises(BindingNotFound):
        own_records.view(session, villager=world.villager(session), binding_id=binding_id)
    with pytest.raises(BindingNotFound):
        own_records.view(session, villager=world.villager(session), binding_id=0)


def test_a_request_shows_nothing(session: Session, home: Home) -> None:
    someone = world.villager(session)
    waits = bindings.ask(session, villager=someone, wanted=world.wanted(home))
    with pytest.raises(BindingWaiting):
        own_records.view(session, villager=someone, binding_id=waits.id)


def test_a_binding_that_ended_while_the_page_was_open_shows_nothing(
    session: Session, home: Home
) -> None:
    head, binding_id = world.bound_head(session, home)
    own_records.view(session, villager=head, binding_id=binding_id)
    binding_ends.end_own(session, villager=head, binding_id=binding_id)
    with pytest.raises(BindingEnded):
        own_records.view(session, villager=head, binding_id=binding_id)


@pytest.mark.parametrize(("because", "expected"), [("died", "died"), ("moved", "moved")])
def test_who_left_sees_nothing_from_that_moment(
    session: Session, home: Home, because: str, expected: str
) -> None:
    spouse, binding_id = bound(session, home, home.spouse)
    left = world.person(session, home.spouse)
    left.left_on, left.left_because = clock.today(), because
    session.flush()
    with pytest.raises(BindingEnded) as refusal:
        own_records.view(session, villager=spouse, binding_id=binding_id)
    assert refusal.value.afterwards is not None
    refusal.value.afterwards(session)
    row = session.get_one(HouseholdBinding, binding_id, populate_existing=True)
    assert (row.state, row.ended_because) == ("ended", expected)


def test_who_moved_to_another_household_is_bound_there_instead(
    session: Session, home: Home
) -> None:
    spouse, binding_id = bound(session, home, home.spouse)
    other = world.home(session)
    world.person(session, home.spouse).household_id = other.household.id
    session.flush()
    binding_ends.settle(session, county_code=COUNTY, household_id=home.household.id)
    (there,) = queries.active_for_account(session, spouse.account_id)
    assert (there.household_id, there.person_id) == (other.household.id, home.spouse)
    row = session.get_one(HouseholdBinding, binding_id, populate_existing=True)
    assert row.ended_because == "moved"
    binding_ends.settle(session, county_code=COUNTY)
    assert len(queries.active_for_account(session, spouse.account_id)) == 1


def test_a_child_s_guardian_asks_the_village_anew_where_the_child_moved(
    session: Session, home: Home
) -> None:
    guardian, _binding_id = bound(session, home, home.child, kind="guardian")
    other = world.home(session)
    world.person(session, home.child).household_id = other.household.id
    session.flush()
    for _time in range(2):
        binding_ends.settle(session, county_code=COUNTY)
    assert queries.active_for_account(session, guardian.account_id) == []
    (asked,) = (
        one for one in queries.of_account(session, guardian.account_id) if one.state == "pending"
    )
    assert (asked.household_id, asked.person_id) == (other.household.id, home.child)
    binding_decisions.confirm(session, binding_id=asked.id, person_id=home.child, actor=OPERATOR)
    assert queries.wards(session, guardian.account_id) == {home.child}


def test_the_register_s_own_acts_end_bindings(
    session: Session, shared_database: Database, home: Home
) -> None:
    spouse, _binding_id = bound(session, home, home.spouse)
    seen = Seen(home.household.id, home.household.division_code)
    members.depart(
        session,
        seen,
        departure=Departure(home.spouse, "died", clock.today()),
        actor=OPERATOR,
        why=Why("clerk"),
    )
    row = session.scalars(select(OutboxRow).where(OutboxRow.task == "households.person_left")).one()
    TASKS[row.task](session, shared_database, **row.payload)
    assert queries.active_for_account(session, spouse.account_id) == []


def test_a_household_that_ended_takes_its_bindings_along(session: Session, home: Home) -> None:
    head, binding_id = world.bound_head(session, home)
    code = delegates.invite(
        session, villager=head, binding_id=binding_id, ends_on=clock.today() + timedelta(days=9)
    )
    daughter = world.villager(session)
    assert delegates.accept(session, villager=daughter, code=code) is not None
    session.execute(
        update(Household)
        .where(Household.id == home.household.id)
        .values(state="ended", ended_on=clock.today(), door_id=None)
    )
    binding_ends.settle(session, county_code=COUNTY, household_id=home.household.id)
    assert queries.active_for_household(session, home.household.id) == []
    for account in (head, daughter):
        assert queries.active_for_account(session, account.account_id) == []


def test_a_child_who_comes_of_age_has_no_guardian(session: Session, home: Home) -> None:
    guardian, _binding_id = bound(session, home, home.child, kind="guardian")
    binding_ends.end_wards(session, person_id=home.child)
    assert queries.active_for_account(session, guardian.account_id) == []


def test_a_deleted_account_is_bound_to_nothing(session: Session, home: Home) -> None:
    head, _binding_id = world.bound_head(session, home)
    other = world.home(session)
    bindings.ask(session, villager=head, wanted=world.wanted(other))
    binding_ends.follow_deletion(session, account_id=head.account_id)
    assert {one.state for one in queries.of_account(session, head.account_id)} == {"ended"}


def test_after_ninety_days_away_the_fact_is_asked_again(session: Session, home: Home) -> None:
    head, binding_id = world.bound_head(session, home)
    row = session.get_one(HouseholdBinding, binding_id)
    row.confirmed_at = clock.now() - timedelta(days=91)
    session.flush()
    with pytest.raises(ConfirmationWanted):
        own_records.view(session, villager=head, binding_id=binding_id)
    given = {"villager": head, "binding_id": binding_id}
    assert not own_records.confirm_person(session, given="0000", **given)  # type: ignore[arg-type]  # of a table
    assert own_records.confirm_person(session, given=home.last_four(), **given)  # type: ignore[arg-type]  # of a table
    own_records.view(session, villager=head, binding_id=binding_id)


def test_a_look_does_not_stand_for_the_fact(session: Session, home: Home) -> None:
    head, binding_id = world.bound_head(session, home)
    row = session.get_one(HouseholdBinding, binding_id)
    row.confirmed_at = before = clock.now() - timedelta(days=89)
    session.flush()
    own_records.view(session, villager=head, binding_id=binding_id)
    assert row.confirmed_at == before


def test_a_number_that_changed_hands_asks_for_the_fact_again(session: Session, home: Home) -> None:
    head, binding_id = world.bound_head(session, home)
    binding_ends.ask_again(session, account_id=head.account_id)
    session.expire_all()
    with pytest.raises(ConfirmationWanted):
        own_records.view(session, villager=head, binding_id=binding_id)


def test_an_adult_asks_to_be_guardian_of_a_child_of_the_household(
    session: Session, home: Home
) -> None:
    spouse, binding_id = bound(session, home, home.spouse)
    asked = own_records.ask_as_guardian(
        session, villager=spouse, binding_id=binding_id, person_id=home.child
    )
    again = own_records.ask_as_guardian(
        session, villager=spouse, binding_id=binding_id, person_id=home.child
    )
    assert (asked.kind, asked.state, again.id) == ("guardian", "pending", asked.id)
    binding_decisions.confirm(session, binding_id=asked.id, person_id=home.child, actor=OPERATOR)
    assert queries.wards(session, spouse.account_id) == {home.child}


def test_the_head_hears_of_a_new_binding_under_a_masked_name(session: Session, home: Home) -> None:
    head, head_binding = world.bound_head(session, home)
    _spouse, binding_id = bound(session, home, home.spouse)
    news = binding_news.news_of(session, binding_id)
    assert news is not None
    assert news.name == "钱**"
    assert [one.id for one in news.heads] == [head_binding]
    alone = binding_news.news_of(session, head_binding)
    assert alone is not None
    assert (alone.heads, alone.name) == ((), "赵**")
    del head
