"""Family delegates: invited by a code, for a time, with masked data alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.households.binding_errors import BadEndDay, BindingEnded, NotYours, TooManyDelegates
from app.households.models.bindings import HouseholdBinding
from app.households.service import binding_ends, delegates, own_records
from app.kernel import clock
from tests import factories
from tests.households import binding_world as world
from tests.households.binding_world import Home


@pytest.fixture
def home(session: Session) -> Home:
    factories.county(session)
    return world.home(session)


def _in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def test_a_delegate_is_invited_by_a_code_once_and_sees_masked_data_alone(
    session: Session, home: Home
) -> None:
    head, binding_id = world.bound_head(session, home)
    code = delegates.invite(session, villager=head, binding_id=binding_id, ends_on=_in_days(30))
    daughter = world.villager(session)
    assert delegates.accept(session, villager=daughter, code="XXXXXXXX") is None
    granted = delegates.accept(session, villager=daughter, code=f" {code.lower()} ")
    assert granted is not None
    assert (granted.kind, granted.ends_on) == ("delegate", _in_days(30))
    own = own_records.view(session, villager=daughter, binding_id=granted.id)
    assert (own.me, own.own) == (None, frozenset())
    with pytest.raises(NotYours):
        own_records.reveal(session, villager=daughter, binding_id=granted.id, person_id=home.head)
    assert delegates.accept(session, villager=world.villager(session), code=code) is None


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_delegate_s_last_day_is_within_a_year(session: Session, home: Home, days: int) -> None:
    head, binding_id = world.bound_head(session, home)
    with pytest.raises(BadEndDay):
        delegates.invite(session, villager=head, binding_id=binding_id, ends_on=_in_days(days))


def test_three_delegates_are_the_most(session: Session, home: Home) -> None:
    head, binding_id = world.bound_head(session, home)
    for _each in range(delegates.MOST):
        delegates.invite(session, villager=head, binding_id=binding_id, ends_on=_in_days(30))
    with pytest.raises(TooManyDelegates):
        delegates.invite(session, villager=head, binding_id=binding_id, ends_on=_in_days(30))
    delegates.take_back(session, villager=head, binding_id=binding_id)
    delegates.invite(session, villager=head, binding_id=binding_id, ends_on=_in_days(30))


def test_a_delegation_ends_with_its_last_day_and_by_either_side(
    session: Session, home: Home
) -> None:
    head, binding_id = world.bound_head(session, home)
    daughter = world.villager(session)

    def granted() -> int:
        code = delegates.invite(session, villager=head, binding_id=binding_id, ends_on=_in_days(30))
        given = delegates.accept(session, villager=daughter, code=code)
        assert given is not None
        return given.id

    by_head, by_delegate, by_time = granted(), 0, 0
    binding_ends.end_other(session, villager=head, binding_id=by_head, own_binding_id=binding_id)
    by_delegate = granted()
    binding_ends.end_own(session, villager=daughter, binding_id=by_delegate)
    by_time = granted()
    session.get_one(HouseholdBinding, by_time).ends_on = _in_days(-1)
    session.flush()
    with pytest.raises(BindingEnded):
        own_records.view(session, villager=daughter, binding_id=by_time)
    binding_ends.end_due(session)
    because = [
        session.get_one(HouseholdBinding, one).ended_because
        for one in (by_head, by_delegate, by_time)
    ]
    assert because == ["grantor", "delegate", "expired"]
