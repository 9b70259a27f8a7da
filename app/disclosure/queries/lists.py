"""Reads of items that show an aid list: their heads, never their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.aid.models import AidKind, AidList
from app.aid.schemas import Period
from app.disclosure.models import STANDING, Item
from app.kernel import clock


@dataclass(frozen=True)
class StandingList:
    """A list that is shown today, as a village's page tells of it."""

    item_id: int
    kind: str
    period: str
    row_count: int
    total_fen: int
    objections_until: date
    expires_on: date

    @property
    def period_name(self) -> str:
        """Write the period as people do."""
        return Period.parse(self.period).chinese


# Every village's page asks this: built once, since building it costs more than running it.
_STANDING = (
    select(
        Item.id,
        AidKind.name,
        AidList.period,
        AidList.row_count,
        AidList.total_fen,
        AidList.objections_until,
        Item.expires_on,
    )
    .join(AidList, AidList.id == Item.aid_list_id)
    .join(AidKind, AidKind.id == AidList.kind_id)
    .where(
        Item.division_code == bindparam("code"),
        Item.expires_on >= bindparam("today"),
        text(STANDING),
    )
    .order_by(AidList.period.desc(), AidKind.id, Item.id)
)


def standing_lists(session: Session, village_code: str) -> list[StandingList]:
    """List the aid lists a village shows today, the newest period first."""
    values = {"code": village_code, "today": clock.today()}
    return [StandingList(*row) for row in session.execute(_STANDING, values)]
