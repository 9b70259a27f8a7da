"""A county with catalogues in force, for tests of duties."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import service
from app.catalogue.models import CatalogueEntry, CatalogueVersion, Duty, LowerPlaces
from app.catalogue.schemas import FieldIn
from app.kernel.access import OPERATOR
from tests.catalogue.sheets import wide_csv
from tests.factories import COUNTY

AID = FieldIn(code="social_assistance", name="社会救助")
VILLAGE_FINANCE = FieldIn(code="finance", name="财务", lower_places=LowerPlaces.VILLAGES)
BEGUN = date(2026, 11, 1)


def hold(
    session: Session,
    *rows: tuple[object, ...],
    field: FieldIn = AID,
    since: date = BEGUN,
) -> CatalogueVersion:
    """Bring a catalogue in and let it hold."""
    version = service.import_draft(
        session,
        field=field,
        content=wide_csv(*rows),
        file_name="目录.csv",
        county_code=COUNTY,
        actor=OPERATOR,
    )
    return service.take_into_force(
        session, version_id=version.id, effective_from=since, county_code=COUNTY, actor=OPERATOR
    )


def entry(session: Session, item: str) -> CatalogueEntry:
    """Find the newest entry of a name."""
    query = select(CatalogueEntry).where(CatalogueEntry.item == item)
    return session.scalars(query.order_by(CatalogueEntry.id.desc())).first() or _missing(item)


def _missing(item: str) -> CatalogueEntry:
    raise AssertionError(item)


def duties(session: Session, item: str) -> list[Duty]:
    """List the duties of an entry, by place and day."""
    key = entry(session, item).key
    query = select(Duty).where(Duty.entry_key == key)
    found = query.order_by(Duty.division_code, Duty.due_on, Duty.id)
    return list(session.scalars(found.execution_options(populate_existing=True)))
