"""What came and went between a list and the one before: counts and amounts, never whose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.aid.models import AidKind, AidList, AidRow, AidUpload
from app.aid.queries.lists import rows
from app.aid.schemas import Change, RowIn, total


def before(session: Session, listed: AidList | AidUpload) -> AidList | None:
    """Give the newest published list of the same kind and place for an earlier period."""
    same = select(AidKind.id).where(AidKind.code == session.get_one(AidKind, listed.kind_id).code)
    quarters = AidList.period.contains("Q")
    query = (
        select(AidList)
        .where(
            AidList.division_code == listed.division_code,
            AidList.kind_id.in_(same),
            AidList.period < listed.period,
            quarters if "Q" in listed.period else ~quarters,
            AidList.published_on.is_not(None),
        )
        .order_by(AidList.period.desc(), AidList.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def change(session: Session, listed: AidList) -> Change | None:
    """Tell what came and went since the list before; None where there is none.

    Once published, it is what was written down then.
    """
    if listed.published_on is not None:
        former = session.get(AidList, listed.before_id) if listed.before_id else None
        return None if former is None else _kept_change(listed, former)
    former = before(session, listed)
    return None if former is None else compare(session, listed, former)


def _diff(listed: AidList, former: AidList) -> dict[str, Any]:
    return {
        "before_id": former.id,
        "period": former.period,
        "row_diff": listed.row_count - former.row_count,
        "member_diff": listed.member_count - former.member_count,
        "fen_diff": listed.total_fen - former.total_fen,
    }


def _kept_change(listed: AidList, former: AidList) -> Change:
    return Change(
        **_diff(listed, former),
        added_count=listed.added_count,
        added_fen=listed.added_fen,
        removed_count=listed.removed_count,
        removed_fen=listed.removed_fen,
    )


def compare(session: Session, listed: AidList, former: AidList) -> Change:
    """Compare two lists by name and place; sums alone where the rows of the former are gone."""
    if former.erased_at is not None:
        return Change(**_diff(listed, former))
    now, then = _counted(rows(session, listed.id)), _counted(rows(session, former.id))
    return Change(**_diff(listed, former), **came_and_went(now, then))


def change_of(session: Session, upload: AidUpload, planned: Sequence[RowIn]) -> Change | None:
    """Tell what would come and go if these rows became the list of an upload."""
    former = before(session, upload)
    if former is None:
        return None
    count, members, fen = total(planned)
    diff: dict[str, Any] = {
        "before_id": former.id,
        "period": former.period,
        "row_diff": count - former.row_count,
        "member_diff": members - former.member_count,
        "fen_diff": fen - former.total_fen,
    }
    if former.erased_at is not None:
        return Change(**diff)
    then = _counted(rows(session, former.id))
    return Change(**diff, **came_and_went(_counted(planned), then))


Counted = dict[tuple[str, str], list[int]]


def _counted(found: Sequence[AidRow] | Sequence[RowIn]) -> Counted:
    counted: Counted = {}
    for row in found:
        counted.setdefault((row.name, row.place), []).append(row.amount_fen)
    return counted


def came_and_went(now: Counted, then: Counted) -> dict[str, Any]:
    """Count who is in one of two lists alone, and what they receive; two of a name are two."""
    came = _beyond(now, then)
    went = _beyond(then, now)
    return {
        "added_count": len(came),
        "added_fen": sum(came),
        "removed_count": len(went),
        "removed_fen": sum(went),
    }


def _beyond(one: Counted, other: Counted) -> list[int]:
    """List the amounts in one that the other has not, by how many of a name there are."""
    left = Counter({key: len(amounts) for key, amounts in other.items()})
    return [fen for key, amounts in one.items() for fen in sorted(amounts)[left[key] :]]
