"""The catalogue's part of the permission matrix: a draft, an event's entry, a calendar feed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import queries, service
from app.catalogue.models import CalendarFeed, LowerPlaces
from app.catalogue.schemas import FieldIn
from app.kernel import clock
from app.kernel.access import OPERATOR
from tests.catalogue.sheets import row, wide_csv
from tests.factories import COUNTY, VILLAGE

FINANCE = FieldIn(code="finance", name="财务", lower_places=LowerPlaces.VILLAGES)
CONTENT = wide_csv(row(1, "资产", "合同", level="v"))


def stand(session: Session) -> dict[str, Any]:
    """Have a catalogue in force, a draft beside it, and the village's calendar address."""
    versions = [
        service.import_draft(
            session,
            field=FINANCE,
            content=CONTENT,
            file_name="目录.csv",
            county_code=COUNTY,
            actor=OPERATOR,
        )
        for _number in range(2)
    ]
    service.take_into_force(
        session,
        version_id=versions[0].id,
        effective_from=clock.today(),
        county_code=COUNTY,
        actor=OPERATOR,
    )
    token = service.create_feed(
        session, division_code=VILLAGE, organisation_id=None, actor=OPERATOR
    )
    [feed_id] = session.scalars(select(CalendarFeed.id))
    return {
        "version_id": versions[1].id,
        "feed_id": feed_id,
        "token": token,
        "year": 2026,
        "event_entry": queries.entries_of(session, versions[0].id)[0].id,
    }


FORMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "POST /console/holidays": (
        lambda _world: {"day": "2026-12-01", "is_working": "no", "name": "放假"}
    ),
    "POST /console/holidays/removal": lambda _world: {"day": "2026-12-01"},
    "POST /console/holidays/completion": lambda _world: {"year": "2026"},
    "POST /console/catalogue": (
        lambda _world: {"field": "finance", "file": (BytesIO(CONTENT), "目录.csv")}
    ),
    "POST /console/catalogue/versions/<int:version_id>/force": (
        lambda _world: {"effective_from": clock.today().isoformat()}
    ),
    "POST /console/board/feeds": lambda _world: {"whose": VILLAGE},
    "POST /console/board/events": (
        lambda world: {
            "place": VILLAGE,
            "entry": world["event_entry"],
            "created_on": clock.today().isoformat(),
        }
    ),
}
