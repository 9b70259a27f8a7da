"""Assistance officers: one household, a group, and everything of one who leaves."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.households.errors import OfficerUnfit
from app.households.models.register import Household, RecordChange
from app.households.schemas.acts import Seen, Why
from app.households.service import follow_merger, hand_over, officers
from app.identity import roles
from app.identity.errors import StaffNotFound
from app.identity.models import Staff
from app.kernel import clock, scope
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.errors import Forbidden
from tests import factories
from tests.factories import COUNTY, GROUP, OTHER_TOWNSHIP, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made

CLERK = Why("clerk")


def _staff(session: Session, username: str) -> int:
    row = Staff(
        username=username,
        password_hash="x",
        role="cadre",
        division_code=COUNTY,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row.id


def _officers(session: Session) -> list[int | None]:
    scope.open_scope(session, COUNTY)
    return list(session.scalars(select(Household.assistance_officer_id).order_by(Household.id)))


def test_everything_of_one_who_leaves_goes_to_the_successor(session: Session) -> None:
    factories.county(session)
    old, new, other = (_staff(session, name) for name in ("old", "new", "other"))
    made.household(session, assistance_officer_id=old)
    made.household(session, division_code=OTHER_TOWNSHIP + "201", assistance_officer_id=old)
    made.household(session, assistance_officer_id=other)
    assert hand_over(session, from_staff_id=old, to_staff_id=new, actor=OPERATOR) == 2
    assert _officers(session) == [new, new, other]
    lines = session.scalars(select(RecordChange).where(RecordChange.source == "handover")).all()
    assert [line.act for line in lines] == ["officer_assigned"] * 2
    assert hand_over(session, from_staff_id=old, to_staff_id=new, actor=OPERATOR) == 0


def test_a_hand_over_beyond_the_actor_s_place_changes_nothing(session: Session) -> None:
    factories.county(session)
    old, new = _staff(session, "old"), _staff(session, "new")
    made.household(session, assistance_officer_id=old)
    made.household(session, division_code=OTHER_VILLAGE, assistance_officer_id=old)
    for right in (roles.ACCOUNTS, roles.HOUSEHOLDS_KEEP, roles.RECORDS_OPEN):
        actor = Actor("x", 1, grants=(Grant(right, VILLAGE),))
        with pytest.raises(Forbidden) as refused, session.begin_nested():
            hand_over(session, from_staff_id=old, to_staff_id=new, actor=actor)
        assert refused.value.afterwards is not None
        refused.value.afterwards(session)
    assert _officers(session) == [old, old]
    lines = session.scalars(select(LedgerLine).order_by(LedgerLine.id)).all()
    assert [(line.act, line.outcome, line.division_code) for line in lines] == [
        ("change", "denied", OTHER_VILLAGE),
        ("change", "denied", OTHER_VILLAGE),
        ("hand_over", "denied", COUNTY),
    ]
    county = Actor("x", 1, grants=(Grant(roles.ACCOUNTS, COUNTY),))
    assert hand_over(session, from_staff_id=old, to_staff_id=new, actor=county) == 2


def test_a_group_gets_an_officer_and_a_closed_account_does_not(session: Session) -> None:
    factories.county(session)
    new, closed = _staff(session, "new"), _staff(session, "closed")
    session.get_one(Staff, closed).disabled_at = clock.now()
    homes = [made.household(session) for _ in range(2)]
    changed = officers.assign_officer_to_group(
        session, division_code=VILLAGE, group=GROUP, staff_id=new, actor=OPERATOR, why=CLERK
    )
    assert changed == 2
    assert _officers(session) == [new, new]
    seen = Seen(homes[0].id, VILLAGE)
    with pytest.raises(OfficerUnfit):
        officers.assign_officer(session, seen, staff_id=closed, actor=OPERATOR, why=CLERK)
    with pytest.raises(StaffNotFound):
        officers.assign_officer(session, seen, staff_id=0, actor=OPERATOR, why=CLERK)
    officers.assign_officer(session, seen, staff_id=None, actor=OPERATOR, why=CLERK)
    assert _officers(session) == [None, new]


def test_a_merged_village_brings_its_register_and_equal_numbers_are_told_apart(
    session: Session,
) -> None:
    factories.county(session)
    mine = made.household(session)
    theirs = made.household(session, division_code=OTHER_VILLAGE)
    theirs.number = mine.number
    session.flush()
    follow_merger(session, old_code=OTHER_VILLAGE, new_code=VILLAGE)
    session.expire_all()
    scope.open_scope(session, VILLAGE)
    rows = session.scalars(select(Household).order_by(Household.id)).all()
    assert [row.division_code for row in rows] == [VILLAGE, VILLAGE]
    assert [row.number for row in rows] == [mine.number, f"{OTHER_VILLAGE}-{mine.number}"]
    for table in ("persons", "person_indexes", "record_changes"):
        seen = session.connection().exec_driver_sql(f"SELECT DISTINCT division_code FROM {table}")
        assert seen.scalars().all() == [VILLAGE]
    follow_merger(session, old_code=OTHER_VILLAGE, new_code=VILLAGE)
