"""Grants: who may ask, who approves, what never comes together, what ends when."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import queries as ledger
from app.identity import queries, roles, service
from app.identity.errors import (
    GrantDecided,
    NotEnrolled,
    NotWhoAsked,
    NotYourOwn,
    OutsideYourScope,
)
from app.identity.models import GrantState, Staff, StaffGrant
from app.identity.schemas import NewAccount, Wish
from app.kernel.access import Actor
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from tests import factories
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
)
from tests.identity import people


@pytest.fixture
def admin(county: Session) -> Actor:
    """Give an administrator of the township."""
    return people.signed_in(county, "admin", TOWNSHIP, name="admin")


@pytest.fixture
def steward(county: Session) -> Actor:
    """Give a data steward of the township."""
    return people.signed_in(county, "data_steward", TOWNSHIP, name="steward")


@pytest.fixture
def chen(county: Session, admin: Actor) -> Staff:
    """Give a cadre of the village, whom the administrator has asked grants for."""
    wanted = NewAccount(username="chen", role="cadre", division_code=VILLAGE)
    staff = service.open_account(county, wanted=wanted, password=PASSWORD, actor=admin)
    service.give_second_factor(county, username="chen")
    staff.must_change_password = False
    return staff


def _waiting(session: Session, staff: Staff) -> list[StaffGrant]:
    return [one for one in queries.live_grants(session, staff.id) if one.state == "pending"]


def test_what_reads_records_waits_until_a_steward_of_the_place_approves_it(
    county: Session, chen: Staff, steward: Actor, admin: Actor
) -> None:
    waiting = _waiting(county, chen)
    assert {grant.permission for grant in waiting} == set(roles.ROLES["cadre"])
    assert people.actor(county, chen).grants == ()
    for grant in waiting:
        service.approve(county, grant_id=grant.id, actor=steward)
    someone = people.actor(county, chen)
    assert someone.may(roles.RECORDS_OPEN, division_code=VILLAGE)
    assert (waiting[0].asked_by_id, waiting[0].decided_by_id) == (admin.staff_id, steward.staff_id)
    assert waiting[0].asked_at is not None
    assert waiting[0].decided_at is not None


def test_what_reads_nothing_holds_at_once(county: Session, admin: Actor) -> None:
    wanted = NewAccount(username="li", role="installer", division_code=VILLAGE)
    staff = service.open_account(county, wanted=wanted, password=PASSWORD, actor=admin)
    assert [grant.state for grant in queries.live_grants(county, staff.id)] == ["active"]


def test_a_refused_grant_never_holds(county: Session, chen: Staff, steward: Actor) -> None:
    grant = _waiting(county, chen)[0]
    service.refuse(county, grant_id=grant.id, actor=steward)
    assert people.actor(county, chen).grants == ()
    with pytest.raises(GrantDecided):
        service.approve(county, grant_id=grant.id, actor=steward)


@pytest.mark.parametrize(
    ("role", "place"),
    [("admin", COUNTY), ("data_steward", OTHER_TOWNSHIP), ("data_steward", VILLAGE + "01")],
)
def test_nobody_but_a_steward_of_the_place_approves(
    county: Session, chen: Staff, role: str, place: str
) -> None:
    other = people.signed_in(county, role, place, name="other")
    with pytest.raises(Forbidden):
        service.approve(county, grant_id=_waiting(county, chen)[0].id, actor=other)


def test_an_account_without_a_second_factor_is_approved_for_nothing(
    county: Session, admin: Actor, steward: Actor
) -> None:
    wanted = NewAccount(username="new", role="cadre", division_code=VILLAGE)
    staff = service.open_account(county, wanted=wanted, password=PASSWORD, actor=admin)
    with pytest.raises(NotEnrolled):
        service.approve(county, grant_id=_waiting(county, staff)[0].id, actor=steward)


def test_nobody_asks_for_themselves_nor_ends_their_own(county: Session, admin: Actor) -> None:
    own = queries.get(county, admin.staff_id or 0)
    with pytest.raises(NotYourOwn):
        service.ask(county, staff=own, wish=Wish(roles.PUBLISH, VILLAGE), actor=admin)
    held = queries.live_grants(county, own.id)[0]
    with pytest.raises(NotYourOwn):
        service.end(county, grant_id=held.id, actor=admin)


def test_nobody_approves_what_they_get_or_asked_for(
    county: Session, admin: Actor, steward: Actor, chen: Staff
) -> None:
    # Were somebody both, against the rule of the three administrations: still not one person.
    asked = _waiting(county, chen)[0]
    asked.asked_by_id = steward.staff_id
    county.flush()
    with pytest.raises(NotWhoAsked):
        service.approve(county, grant_id=asked.id, actor=steward)
    own = StaffGrant(
        staff_id=steward.staff_id,
        permission=roles.RECORDS_REVEAL,
        division_prefix=VILLAGE,
        state=GrantState.PENDING,
        asked_by_id=admin.staff_id,
    )
    county.add(own)
    county.flush()
    with pytest.raises(NotYourOwn):
        service.approve(county, grant_id=own.id, actor=steward)


@pytest.mark.parametrize("column", ["asked_by_id", "decided_by_id"])
def test_the_database_itself_refuses_a_grant_decided_by_who_gets_it(
    county: Session, chen: Staff, column: str
) -> None:
    grant = _waiting(county, chen)[0]
    setattr(grant, column, chen.id)
    with pytest.raises(IntegrityError):
        county.flush()


@pytest.mark.parametrize("place", [COUNTY, OTHER_TOWNSHIP])
def test_nobody_gives_beyond_their_own_place(
    county: Session, admin: Actor, chen: Staff, place: str
) -> None:
    with pytest.raises(OutsideYourScope):
        service.ask(county, staff=chen, wish=Wish(roles.INSTALL, place), actor=admin)


def test_who_manages_the_accounts_of_one_office_gives_for_that_office_alone(
    county: Session, chen: Staff
) -> None:
    bureau = factories.office(county, division_code=COUNTY, name="民政局")
    other = factories.office(county, division_code=COUNTY, name="水务局")
    clerk = people.staff(county, "installer", COUNTY, name="office-admin")
    county.add(
        StaffGrant(
            staff_id=clerk.id,
            permission=roles.ACCOUNTS,
            division_prefix=COUNTY,
            organisation_id=bureau.id,
        )
    )
    county.flush()
    someone = people.actor(county, clerk)
    service.ask(county, staff=chen, wish=Wish(roles.INSTALL, VILLAGE, bureau.id), actor=someone)
    for organisation_id in (None, other.id):
        wish = Wish(roles.PRINT, VILLAGE, organisation_id)
        with pytest.raises(OutsideYourScope):
            service.ask(county, staff=chen, wish=wish, actor=someone)


def test_a_second_role_adds_what_is_not_there_yet(
    county: Session, chen: Staff, admin: Actor
) -> None:
    added = service.ask_role(county, staff=chen, wish=Wish("clerk", VILLAGE), actor=admin)
    there = {roles.RECORDS_OPEN, roles.RECORDS_REVEAL}
    assert {grant.permission for grant in added} == set(roles.ROLES["clerk"]) - there


def test_a_grant_that_ended_opens_nothing_from_that_moment_on(
    county: Session, steward: Actor
) -> None:
    staff = people.staff(county, "cadre", VILLAGE, name="chen")
    for grant in queries.live_grants(county, staff.id):
        service.end(county, grant_id=grant.id, actor=steward)
        assert (grant.state, grant.ended_by_id) == ("ended", steward.staff_id)
    assert people.actor(county, staff).grants == ()


def test_a_steward_ends_only_what_a_steward_approves(county: Session, steward: Actor) -> None:
    staff = people.staff(county, "installer", VILLAGE, name="li")
    with pytest.raises(OutsideYourScope):
        service.end(county, grant_id=queries.live_grants(county, staff.id)[0].id, actor=steward)


def test_an_administrator_of_a_sister_place_neither_sees_nor_ends_a_grant(
    county: Session, chen: Staff
) -> None:
    other = people.signed_in(county, "admin", OTHER_VILLAGE, name="other")
    assert chen not in queries.accounts(county, actor=other)
    with pytest.raises(OutsideYourScope):
        service.end(county, grant_id=_waiting(county, chen)[0].id, actor=other)


def test_a_steward_is_shown_what_somebody_else_asked_for_and_nothing_else(
    county: Session, chen: Staff, steward: Actor
) -> None:
    shown = queries.waiting_grants(county, actor=steward)
    assert {staff.id for _grant, staff in shown} == {chen.id}
    elsewhere = people.signed_in(county, "data_steward", OTHER_TOWNSHIP, name="elsewhere")
    assert queries.waiting_grants(county, actor=elsewhere) == []


def test_asking_and_approving_stand_in_the_ledger_without_a_household(
    county: Session, chen: Staff, steward: Actor
) -> None:
    service.approve(county, grant_id=_waiting(county, chen)[0].id, actor=steward)
    acts = {line.act for line in ledger.accesses_below(county, prefixes=(COUNTY,))}
    assert {"account_open", "grant_ask", "grant_approve"} <= acts


def test_of_two_decisions_at_once_one_comes_too_late(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        boss = people.signed_in(session, "admin", COUNTY, name="boss")
        stewards = [
            people.signed_in(session, "data_steward", COUNTY, name=f"steward{n}") for n in range(2)
        ]
        wanted = NewAccount(username="chen", role="cadre", division_code=VILLAGE)
        staff = service.open_account(session, wanted=wanted, password=PASSWORD, actor=boss)
        service.give_second_factor(session, username="chen")
        grant_id = queries.live_grants(session, staff.id)[0].id
    meeting = threading.Barrier(2, timeout=10)

    def decide(steward: Actor) -> bool:
        try:
            with database.unit_of_work() as session:
                meeting.wait()
                service.approve(session, grant_id=grant_id, actor=steward)
        except GrantDecided:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(decide, stewards)) == [False, True]


def test_what_reads_records_is_for_any_office_and_the_rest_for_the_one_asked_for(
    county: Session, admin: Actor
) -> None:
    office = factories.office(county, division_code=VILLAGE)
    wanted = NewAccount(
        username="clerk", role="clerk", division_code=VILLAGE, organisation_id=office.id
    )
    staff = service.open_account(county, wanted=wanted, password=PASSWORD, actor=admin)
    service.let_stand(county, staff)
    assert staff.organisation_id == office.id
    for grant in queries.live_grants(county, staff.id):
        bound = None if grant.permission in roles.READS_RECORDS else office.id
        assert grant.organisation_id == bound
    assert service.ask_role(county, staff=staff, wish=_clerk_of(office.id), actor=admin) == []


def test_who_manages_one_office_alone_asks_for_nothing_that_reads_records(
    county: Session, chen: Staff
) -> None:
    office = factories.office(county, division_code=VILLAGE)
    boss = people.staff(county, "installer", COUNTY, name="boss")
    county.add(
        StaffGrant(
            staff_id=boss.id,
            permission=roles.ACCOUNTS,
            division_prefix=COUNTY,
            organisation_id=office.id,
        )
    )
    county.flush()
    someone = people.actor(county, boss)
    with pytest.raises(OutsideYourScope):
        service.ask_role(county, staff=chen, wish=_clerk_of(office.id), actor=someone)


def _clerk_of(office_id: int) -> Wish:
    return Wish("clerk", VILLAGE, office_id)
