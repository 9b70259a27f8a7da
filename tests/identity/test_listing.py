"""What waits is listed for those who may decide on it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.identity import queries, roles
from app.identity.models import GrantState, StaffGrant
from tests import factories
from tests.factories import COUNTY, TOWNSHIP, VILLAGE
from tests.identity import people


def test_a_steward_of_one_office_is_shown_what_they_may_decide(county: Session) -> None:
    bureau = factories.office(county, division_code=COUNTY, name="民政局")
    other = factories.office(county, division_code=COUNTY, name="水务局")
    boss = people.staff(county, "installer", COUNTY, name="boss")
    asked_for = people.staff(county, "installer", VILLAGE, name="li")
    county.add(
        StaffGrant(
            staff_id=boss.id,
            permission=roles.GRANTS_APPROVE,
            division_prefix=TOWNSHIP,
            organisation_id=bureau.id,
        )
    )
    places = [(VILLAGE, bureau.id), (VILLAGE, other.id), (VILLAGE, None), (COUNTY, bureau.id)]
    waiting = [
        StaffGrant(
            staff_id=asked_for.id,
            permission=roles.RECORDS_OPEN,
            division_prefix=place,
            organisation_id=office,
            state=GrantState.PENDING,
        )
        for place, office in places
    ]
    county.add_all(waiting)
    county.flush()
    steward = people.actor(county, boss)
    shown = {grant.id for grant, _staff in queries.waiting_grants(county, actor=steward)}
    assert shown == {waiting[0].id}
    for grant in waiting:
        may = steward.may(
            roles.GRANTS_APPROVE,
            division_code=grant.division_prefix,
            organisation_id=grant.organisation_id,
        )
        assert may == (grant.id in shown)
