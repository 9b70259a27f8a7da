"""Wishes for grants that cannot be: without a last day, of two administrations, of nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.identity import roles, service
from app.identity.errors import (
    AnotherAdministration,
    GrantNotFound,
    GrantThere,
    LastDayPast,
    LastDayWanted,
    UnknownPermission,
    UnknownRole,
)
from app.identity.models import GrantState, Staff
from app.identity.schemas import Wish
from app.kernel import clock
from app.kernel.access import Actor
from tests.factories import TOWNSHIP, VILLAGE
from tests.identity import people


@pytest.fixture
def admin(county: Session) -> Actor:
    """Give an administrator of the township."""
    return people.signed_in(county, "admin", TOWNSHIP, name="admin")


@pytest.fixture
def chen(county: Session) -> Staff:
    """Give a cadre of the village."""
    return people.staff(county, "cadre", VILLAGE, name="chen")


@pytest.mark.parametrize("permission", sorted(roles.EXTRA))
def test_an_extra_grant_has_a_last_day_within_a_year_and_waits(
    county: Session, chen: Staff, admin: Actor, permission: str
) -> None:
    today = clock.today()
    for ends_on in (None, today + timedelta(days=400)):
        with pytest.raises(LastDayWanted):
            service.ask(
                county, staff=chen, wish=Wish(permission, VILLAGE, None, ends_on), actor=admin
            )
    wish = Wish(permission, VILLAGE, None, today + timedelta(days=30))
    assert service.ask(county, staff=chen, wish=wish, actor=admin).state == GrantState.PENDING
    assert all(permission not in bundle for bundle in roles.ROLES.values())


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        ("admin", "data_steward"),
        ("admin", "security_auditor"),
        ("data_steward", "admin"),
        ("security_auditor", "data_steward"),
    ],
)
def test_nobody_holds_two_of_the_three_administrations(
    county: Session, admin: Actor, role: str, wanted: str
) -> None:
    staff = people.staff(county, role, VILLAGE, name="one")
    with pytest.raises(AnotherAdministration):
        service.ask_role(county, staff=staff, wish=Wish(wanted, VILLAGE), actor=admin)


def test_a_wish_that_cannot_be_is_refused(county: Session, chen: Staff, admin: Actor) -> None:
    past = clock.today() - timedelta(days=1)
    for wish, error in (
        (Wish("god", VILLAGE), UnknownPermission),
        (Wish(roles.RECORDS_OPEN, VILLAGE), GrantThere),
        (Wish(roles.INSTALL, VILLAGE, None, past), LastDayPast),
    ):
        with pytest.raises(error):
            service.ask(county, staff=chen, wish=wish, actor=admin)
    with pytest.raises(UnknownRole):
        service.ask_role(county, staff=chen, wish=Wish("god", VILLAGE), actor=admin)
    with pytest.raises(GrantNotFound):
        service.end(county, grant_id=0, actor=admin)
