"""The morning's message: once a day, to each who publishes, and only where something is due."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.catalogue import service
from app.identity import service as identity
from app.identity.models import Staff
from app.notices import queries as notices
from app.notices.schemas import Recipient
from tests.catalogue.sheets import row
from tests.catalogue.world import VILLAGE_FINANCE, entry, hold
from tests.factories import COUNTY, OTHER_VILLAGE, PASSWORD, VILLAGE

NEAR, PAST = date(2026, 12, 8), date(2026, 12, 15)


def _publisher(session: Session, place: str, role: str = "publisher") -> Staff:
    return identity.create_staff(
        session, username=f"{role}{place}", password=PASSWORD, role=role, division_code=place
    )


def _titles(session: Session, staff: Staff) -> list[str]:
    found = notices.messages(session, Recipient(staff_id=staff.id))
    return [f"{one.title} {one.link}" for one in found]


def test_each_publisher_is_told_once_a_day_what_is_due_where_they_publish(county: Session) -> None:
    hold(county, row(1, "收支", "收支", term="每月", level="v"), field=VILLAGE_FINANCE)
    service.open_duties(county, county_code=COUNTY)
    own, other, cadre = (
        _publisher(county, VILLAGE),
        _publisher(county, OTHER_VILLAGE),
        _publisher(county, VILLAGE, "cadre"),
    )
    service.fulfil(
        county,
        entry_id=entry(county, "收支").id,
        division_code=OTHER_VILLAGE,
        on=date(2026, 12, 2),
        ref="item:1",
    )
    assert service.send_digests(county, day=NEAR) == 1
    assert service.send_digests(county, day=NEAR) == 0
    assert service.send_digests(county, day=PAST) == 1
    assert sorted(_titles(county, own)) == [
        "公开期限：0 项已逾期，1 项快到期 /console/board",
        "公开期限：1 项已逾期，0 项快到期 /console/board",
    ]
    assert _titles(county, other) == _titles(county, cadre) == []


def test_nobody_is_told_where_nothing_is_due(county: Session) -> None:
    hold(county, row(1, "收支", "收支", term="每月", level="v"), field=VILLAGE_FINANCE)
    service.open_duties(county, county_code=COUNTY)
    _publisher(county, COUNTY)
    assert service.send_digests(county, day=date(2026, 11, 25)) == 0
