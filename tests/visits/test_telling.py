"""Whoever is bound to a household hears of each step once, in words that say nothing personal."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households.models.bindings import HouseholdBinding
from app.households.models.register import Household
from app.households.queries import register
from app.identity.villagers.models import Account
from app.kernel import clock, scope
from app.kernel.access import Actor
from app.notices.models import InboxMessage
from app.visits import service
from app.visits.models.logbook import NeedEvent
from app.visits.queries.needs import needs_for_household
from app.visits.schemas import NeedAt
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.visits import reading
from tests.visits.conftest import need, written


@pytest.fixture
def events(county: Session, household: Household, cadre: Actor) -> list[int]:
    """Give the steps of a need that was opened and concluded."""
    wanted = written(household, needs=[need()])
    service.log_visit(county, wanted=wanted, division_code=VILLAGE, actor=cadre)
    [one] = reading.open_needs(county, household.id)
    service.move_need(
        county, NeedAt(one.id, VILLAGE, 1), state="done", note="屋顶已经修好", actor=cadre
    )
    return list(county.scalars(select(NeedEvent.id).order_by(NeedEvent.id)))


def _bind(session: Session, household: Household) -> int:
    now = clock.now()
    account = Account(created_at=now)
    session.add(account)
    session.flush()
    session.add(
        HouseholdBinding(
            account_id=account.id,
            household_id=household.id,
            division_code=household.division_code,
            person_id=_head(session, household),
            kind="member",
            state="active",
            asked_at=now,
            bound_at=now,
            confirmed_at=now,
        )
    )
    session.flush()
    return account.id


def _head(session: Session, household: Household) -> int:
    """Give the number of whoever is bound."""
    from_register = register.view(session, household.id).head
    assert from_register is not None
    return from_register.id


def test_a_bound_household_hears_of_each_step_once(
    county: Session, household: Household, events: list[int]
) -> None:
    account = _bind(county, household)
    for _time in range(2):
        for event in events:
            service.tell_household(county, event_id=event, division_code=VILLAGE)
    inbox = county.scalars(
        select(InboxMessage).where(InboxMessage.account_id == account).order_by(InboxMessage.id)
    ).all()
    assert [(one.title, one.body) for one in inbox] == [
        ("您家反映的事已经记下", "住房安全：记下诉求。"),
        ("您家反映的事有新进展", "住房安全：办结。"),
    ]


def test_nobody_bound_is_nobody_told(county: Session, events: list[int]) -> None:
    assert service.tell_household(county, event_id=events[0], division_code=VILLAGE) == 0
    assert service.tell_household(county, event_id=10**9, division_code=VILLAGE) == 0


def test_visits_needs_and_packs_follow_a_merged_village(
    county: Session, household: Household, events: list[int], cadre: Actor
) -> None:
    del events
    service.follow_merger(county, old_code=VILLAGE, new_code=OTHER_VILLAGE)
    scope.open_scope(county, OTHER_VILLAGE)
    assert len(reading.visits_of(county, household.id)) == 1
    [need_] = needs_for_household(county, household.id)
    assert (need_.division_code, len(need_.events)) == (OTHER_VILLAGE, 2)
    scope.open_scope(county, VILLAGE)
    assert reading.visits_of(county, household.id) == []
    assert cadre.staff_id


def test_a_delegate_hears_nothing_of_needs(
    county: Session, household: Household, events: list[int]
) -> None:
    now = clock.now()
    account = Account(created_at=now)
    county.add(account)
    county.flush()
    county.add(
        HouseholdBinding(
            account_id=account.id,
            household_id=household.id,
            division_code=household.division_code,
            kind="delegate",
            state="active",
            asked_at=now,
            bound_at=now,
            ends_on=clock.today(),
        )
    )
    county.flush()
    assert service.tell_household(county, event_id=events[0], division_code=VILLAGE) == 0
