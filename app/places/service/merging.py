"""Mergers of villages: from their date on, an old code leads to the new village."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import clock, outbox
from app.kernel.access import Actor
from app.kernel.turns import take_turn
from app.places import queries
from app.places.errors import MergerRefused
from app.places.models import CODE_LENGTHS, Division, DivisionMerger, DivisionVersion, Level
from app.places.service.writing import PERMISSION, TURN, announce, write_date


def merge_villages(
    session: Session,
    *,
    old_codes: Sequence[str],
    new_code: str,
    effective_on: date,
    actor: Actor,
) -> list[str]:
    """Merge villages into one of their county; returns the old codes merged by now.

    A date of today or before takes effect in this transaction, a later one by the daily task; until
    then the merger may be decided anew. Said again, it changes nothing. The new village must be in
    force; an old one may already have vanished by an import. Raises `DivisionNotFound` and
    `MergerRefused`.
    """
    take_turn(session, TURN)
    for code in (*old_codes, new_code):
        actor.require(PERMISSION, division_code=code)
        _require_village(session, code)
    county = CODE_LENGTHS[Level.COUNTY]
    if any(code[:county] != new_code[:county] for code in old_codes):
        raise MergerRefused("只有同一个县的村才能合并。")
    for code in dict.fromkeys(old_codes):
        _decide(session, code, new_code, effective_on)
    merged = apply_due_mergers(session)
    return [code for code in merged if code in old_codes]


def apply_due_mergers(session: Session, *, on: date | None = None) -> list[str]:
    """Carry out the mergers whose date has come by `on` (today); returns their old codes.

    Each closes the old village's name on the merger's date and publishes one
    `places.follow_merger` with `old_code` and `new_code`, for the domains above. Their work must
    ask `queries.resolve(old_code)` where to go when it is done: the new village may have been
    merged further since.
    """
    take_turn(session, TURN)
    due = (
        select(DivisionMerger)
        .where(DivisionMerger.applied_at.is_(None))
        .where(DivisionMerger.effective_on <= (on or clock.today()))
        .order_by(DivisionMerger.effective_on, DivisionMerger.old_code)
        .execution_options(populate_existing=True)
    )
    mergers = session.scalars(due).all()
    for merger in mergers:
        _close(session, merger.old_code, merger.effective_on)
        merger.applied_at = clock.now()
        outbox.publish(
            session,
            "places.follow_merger",
            old_code=merger.old_code,
            new_code=merger.new_code,
        )
    session.flush()
    announce(session, (code for merger in mergers for code in (merger.old_code, merger.new_code)))
    return [merger.old_code for merger in mergers]


def _require_village(session: Session, code: str) -> None:
    if queries.get(session, code).level != Level.VILLAGE:
        raise MergerRefused("只有村和社区才能合并。")


def _decide(session: Session, old_code: str, new_code: str, effective_on: date) -> None:
    """Write one merger down, in place of an earlier decision that has not taken effect."""
    before = session.get(DivisionMerger, old_code, populate_existing=True)
    if before is not None and before.applied_at is not None:
        if (before.new_code, before.effective_on) == (new_code, effective_on):
            return
        raise MergerRefused("其中有村已经并入别的村，不能再合并一次。")
    _refuse_loop(session, old_code, new_code)
    if queries.get(session, new_code).ended_on is not None:
        raise MergerRefused("要并入的村已经撤销，请改用现在的村。")
    newest = queries.history(session, old_code)[-1]
    if newest.valid_to is None and effective_on < newest.valid_from:
        raise MergerRefused(
            f"合并日期早于原村现有记录的日期（{write_date(newest.valid_from)}），"
            "请改用不早于它的日期。"
        )
    decision = {"new_code": new_code, "effective_on": effective_on}
    statement = insert(DivisionMerger).values(old_code=old_code, **decision)
    session.execute(statement.on_conflict_do_update(index_elements=["old_code"], set_=decision))


def _refuse_loop(session: Session, old_code: str, new_code: str) -> None:
    """Walk on from the new village over every merger, waiting ones too, and never meet the old."""
    chain = select(Division.code).where(Division.code == new_code).cte("chain", recursive=True)
    chain = chain.union(
        select(DivisionMerger.new_code).join(chain, DivisionMerger.old_code == chain.c.code)
    )
    if session.scalar(select(chain.c.code).where(chain.c.code == old_code)) is not None:
        raise MergerRefused("这样合并会绕成一圈，请检查新旧代码。")


def _close(session: Session, code: str, day: date) -> None:
    """End the village's name on that day, or, where it was renamed since, on the day of that."""
    session.execute(
        update(DivisionVersion)
        .where(DivisionVersion.division_code == code, DivisionVersion.valid_to.is_(None))
        .values(valid_to=func.greatest(DivisionVersion.valid_from, day))
    )
