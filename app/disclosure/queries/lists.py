"""Reads of items that show an aid list: their heads, never their rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.aid.models import AidKind, AidList
from app.aid.schemas import Period
from app.disclosure.models import STANDING, Draft, Item
from app.kernel import clock


@dataclass(frozen=True)
class StandingList:
    """A list that is shown today, as a village's page tells of it."""

    item_id: int
    kind: str
    period: str
    row_count: int
    total_fen: int
    objections_until: date | None
    expires_on: date | None

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


@dataclass(frozen=True)
class ListDraft:
    """The draft a list hangs on, and the item it became."""

    draft_id: int
    state: str
    item_id: int | None
    ended_as: str | None


def drafts_of_lists(session: Session, list_ids: Collection[int]) -> dict[int, ListDraft]:
    """Give the drafts of some lists, by list."""
    query = (
        select(Draft.aid_list_id, Draft.id, Draft.state, Draft.item_id, Item.ended_as)
        .outerjoin(Item, Item.id == Draft.item_id)
        .where(Draft.aid_list_id.in_(list_ids))
    )
    return {row[0]: ListDraft(*row[1:]) for row in session.execute(query) if row[0] is not None}
