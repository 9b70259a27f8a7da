"""What a household's record lists of visits and needs: one round trip, nothing sealed is opened."""

from __future__ import annotations

from sqlalchemy import Select, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from app.identity import queries as identity
from app.kernel.db import Fixed
from app.visits.models.logbook import Need, Visit
from app.visits.queries.needs import OPEN
from app.visits.schemas import RecordLine

MOST_VISITS, MOST_NEEDS = 3, 10


def _visits() -> Select[int, object, str, str, str, str]:
    """Select the last visits, newest first."""
    columns = select(
        Visit.id,
        Visit.visited_on.label("on"),
        literal("visit").label("kind"),
        Visit.purpose.label("word"),
        literal("").label("state"),
        Visit.staff_name.label("staff_name"),
    )
    here = Visit.household_id == bindparam("household_id")
    return columns.where(here).order_by(Visit.visited_on.desc(), Visit.id.desc()).limit(MOST_VISITS)


def _needs() -> Select[int, object, str, str, str, str]:
    """Select what was asked for and not concluded, the most urgent first."""
    columns = select(
        Need.id,
        Need.due_on.label("on"),
        literal("need").label("kind"),
        Need.category.label("word"),
        Need.state.label("state"),
        identity.name_of(Need.owner_staff_id).label("staff_name"),
    )
    here = Need.household_id == bindparam("household_id")
    return (
        columns.where(here, Need.state.in_(OPEN)).order_by(Need.due_on, Need.id).limit(MOST_NEEDS)
    )


# Built once: building it costs more than running it.
_LINES = Fixed(union_all(select(_visits().subquery()), select(_needs().subquery())))


def record_lines(session: Session, household_id: int) -> list[RecordLine]:
    """List a household's last visits, newest first, then its open needs, the most urgent first."""
    rows = _LINES.rows(session, {"household_id": household_id})
    return [RecordLine(**row._asdict()) for row in rows]
