"""Short words for what tests of print sheets do again and again."""

from __future__ import annotations

from app.doorplates import queries, service
from app.doorplates.models import Sheet
from app.doorplates.schemas import DoorRow, SheetIn
from app.doorplates.service import Press
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from tests.factories import GROUP, VILLAGE


def issue(database: Database, *, number: int = 3, label: str = "1号") -> int:
    """Issue plates of the first group; gives the batch's id."""
    doors = [DoorRow(group_code=GROUP, house_number=f"{label}{n}") for n in range(number)]
    with database.unit_of_work() as session:
        return service.issue_batch(session, division_code=VILLAGE, doors=doors, actor=OPERATOR).id


def ask(database: Database, batch_id: int, **wanted: str) -> int:
    """Ask for a sheet; gives its id."""
    with database.unit_of_work() as session:
        return service.request_sheet(
            session,
            batch_id=batch_id,
            wanted=SheetIn.model_validate(wanted),
            actor=OPERATOR,
        ).id


def draw(database: Database, sheet_id: int, press: Press) -> None:
    """Draw a sheet in a transaction of its own."""
    with database.unit_of_work() as session:
        service.draw_sheet(session, database, sheet_id=sheet_id, press=press)


def sheet_of(database: Database, sheet_id: int) -> Sheet:
    """Read a sheet as it is now."""
    with database.reading() as session:
        return queries.get_sheet(session, sheet_id)


def states(database: Database, batch_id: int) -> dict[str, int]:
    """Count a batch's plates by state."""
    with database.reading() as session:
        return queries.count_of_batch(session, batch_id)


def codes_of(database: Database, batch_id: int) -> list[str]:
    """List the codes of a batch."""
    with database.reading() as session:
        return list(queries.codes_of_batch(session, batch_id))
