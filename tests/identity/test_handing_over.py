"""Handing over: a leaving colleague's grants become the successor's, reading once approved."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.identity import queries, roles, service
from app.identity.errors import (
    AccountClosed,
    AnotherAdministration,
    NotYourOwn,
    OutsideYourScope,
    SameAccount,
)
from app.identity.models import GrantState, Staff
from app.identity.schemas import Moved
from app.kernel.access import Actor
from tests.factories import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE
from tests.identity import people


@pytest.fixture
def admin(county: Session) -> Actor:
    return people.signed_in(county, "admin", TOWNSHIP, name="admin")


def _hand_over(session: Session, leaving: Staff, successor: Staff, admin: Actor) -> Moved:
    return service.hand_over(
        session, from_staff_id=leaving.id, to_staff_id=successor.id, actor=admin
    )


def test_grants_move_with_place_and_last_day_and_reading_waits_for_the_steward(
    county: Session, admin: Actor
) -> None:
    leaving = people.staff(county, "clerk", VILLAGE, name="old")
    successor = people.staff(county, "installer", OTHER_VILLAGE, name="new", enrolled=False)
    for grant in queries.live_grants(county, leaving.id):
        grant.ends_on = date(2099, 1, 1)
    people.actor(county, leaving)
    moved = _hand_over(county, leaving, successor, admin)
    assert moved == Moved(held=5, waiting=3)
    assert queries.live_grants(county, leaving.id) == []
    assert queries.sessions_of(county, leaving.id) == []
    new = [one for one in queries.live_grants(county, successor.id) if one.ends_on]
    assert {one.permission for one in new} == set(roles.ROLES["clerk"])
    assert {one.division_prefix for one in new} == {VILLAGE}
    waiting = {one.permission for one in new if one.state == "pending"}
    assert waiting == roles.NEEDS_APPROVAL & set(roles.ROLES["clerk"])


def test_what_the_successor_holds_already_is_not_doubled_and_needs_no_new_approval(
    county: Session, admin: Actor
) -> None:
    leaving = people.staff(county, "cadre", VILLAGE, name="old")
    successor = people.staff(county, "cadre", TOWNSHIP, name="new")
    before = len(queries.live_grants(county, successor.id))
    assert _hand_over(county, leaving, successor, admin) == Moved(held=0, waiting=0)
    assert len(queries.live_grants(county, successor.id)) == before


def test_what_cannot_be_handed_over_stays_where_it_is(county: Session, admin: Actor) -> None:
    leaving = people.staff(county, "cadre", VILLAGE, name="old")
    closed = people.staff(county, "cadre", VILLAGE, name="closed")
    service.close_account(county, staff_id=closed.id, actor=admin)
    above = people.staff(county, "cadre", COUNTY, name="above")
    own = queries.get(county, admin.staff_id or 0)
    auditor = people.staff(county, "security_auditor", VILLAGE, name="auditor")
    steward = people.staff(county, "data_steward", VILLAGE, name="steward")
    for giver, taker, error in (
        (leaving, leaving, SameAccount),
        (leaving, closed, AccountClosed),
        (leaving, above, OutsideYourScope),
        (above, leaving, OutsideYourScope),
        (leaving, own, NotYourOwn),
        (auditor, steward, AnotherAdministration),
    ):
        with pytest.raises(error), county.begin_nested():
            _hand_over(county, giver, taker, admin)
    county.expire_all()
    assert {one.state for one in queries.live_grants(county, leaving.id)} == {"active"}


def test_a_merger_lets_what_reads_records_wait_for_the_steward_of_the_larger_place(
    county: Session,
) -> None:
    staff = people.staff(county, "clerk", VILLAGE, name="wang")
    service.follow_merger(county, old_code=VILLAGE, new_code=OTHER_VILLAGE)
    for grant in queries.live_grants(county, staff.id):
        waits = grant.permission in roles.NEEDS_APPROVAL
        assert grant.state == (GrantState.PENDING if waits else GrantState.ACTIVE)
        assert grant.division_prefix == OTHER_VILLAGE
