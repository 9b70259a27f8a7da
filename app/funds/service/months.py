"""The life of a month: opened, handed to the committee, sent back or closed.

Closing publishes. The database keeps the order of months and the sums; see migration 0017.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funds import queries
from app.funds.errors import (
    CommentWanted,
    MonthEmpty,
    MonthInFuture,
    MonthNotFound,
    MonthNotNext,
    MonthNotOver,
    MonthNotSubmitted,
    OpeningRefused,
)
from app.funds.models import FundLine, FundMonth, FundStep
from app.funds.schemas import MonthName
from app.funds.service import vouchers
from app.funds.service.finding import month_for, open_month_for
from app.funds.service.promises import kept
from app.funds.service.signing import own_name, public_name
from app.funds.words import COMMITTEE
from app.identity import roles
from app.kernel import changes, clock, outbox
from app.kernel.access import Actor
from app.kernel.csv_table import printable
from app.places import queries as places

COMMENT_LENGTH = 300


def open_month(
    session: Session,
    *,
    division_code: str,
    name: MonthName,
    opening_fen: int | None = None,
    actor: Actor,
) -> FundMonth:
    """Open the next month of a village, or its first one, which alone has an opening of its own.

    Raises `Forbidden`, `DivisionNotFound`, `MonthInFuture`, `MonthNotNext` or `OpeningRefused`.
    """
    actor.require(roles.FUNDS_KEEP, division_code=division_code)
    if len(division_code) != 12:
        raise MonthNotFound
    places.hold(session, division_code)
    if name > MonthName.of(clock.today()):
        raise MonthInFuture
    former = queries.latest(session, division_code)
    if former is not None:
        former = queries.get_month(session, former.id, lock=True)
        if name != MonthName(former.year, former.month).following():
            raise MonthNotNext
    if (former is None) == (opening_fen is None):
        raise OpeningRefused(None if former else "这是第一个月，请填写期初余额。")
    opening = former.closing_fen if former else (opening_fen or 0)
    month = FundMonth(
        division_code=division_code, year=name.year, month=name.month, opening_fen=opening
    )
    with kept(session):
        session.add(month)
    return month


def submit(
    session: Session,
    *,
    month_id: int,
    is_empty: bool = False,
    at: datetime | None = None,
    actor: Actor,
) -> FundMonth:
    """Hand a month that is over to the committee; `is_empty` says that nothing came or went.

    `at` dates a demonstration back.
    Raises as `open_month_for` does, `MonthNotOver` or `MonthEmpty`.
    """
    month = open_month_for(session, month_id=month_id, actor=actor)
    if MonthName(month.year, month.month) >= MonthName.of(clock.today()):
        raise MonthNotOver
    lines = session.scalar(select(FundLine.id).where(FundLine.month_id == month.id).limit(1))
    if lines is None and not is_empty:
        raise MonthEmpty
    with kept(session):
        month.state = "submitted"
        _note(session, month, act="submitted", at=at, actor=actor)
    outbox.publish(session, "funds.tell_submitted", month_id=month.id)
    return month


def send_back(session: Session, *, month_id: int, comment: str, actor: Actor) -> FundMonth:
    """Send a month back to its keepers with a comment.

    Raises as `month_for` does, `CommentWanted` or `MonthNotSubmitted`.
    """
    month = month_for(session, month_id=month_id, permission=roles.SUPERVISE, actor=actor)
    why = comment.strip()
    if not 2 <= len(why) <= COMMENT_LENGTH or not printable(
        why.replace("\r\n", "").replace("\n", "")
    ):
        raise CommentWanted
    if month.state != "submitted":
        raise MonthNotSubmitted
    with kept(session):
        month.state = "open"
        _note(session, month, act="returned", actor=actor, comment=why)
    outbox.publish(session, "funds.tell_returned", month_id=month.id)
    return month


def close(
    session: Session, *, month_id: int, at: datetime | None = None, actor: Actor
) -> FundMonth:
    """Close a month for good and publish it, in the committee's name; `at` dates a demo back.

    Raises as `month_for` does, `MonthNotSubmitted`, `MonthOutOfOrder` while an earlier month is
    open, or `OwnEntriesClosed` for whoever wrote a line of it.
    """
    month = month_for(session, month_id=month_id, permission=roles.SUPERVISE, actor=actor)
    if month.state != "submitted":
        raise MonthNotSubmitted
    name = public_name(session, actor, otherwise=COMMITTEE)
    with kept(session):
        month.state, month.closed_at = "closed", at or clock.now()
        month.closed_by_id, month.closed_by_name = actor.staff_id, name
        _note(session, month, act="closed", at=at, actor=actor)
    session.refresh(month)
    vouchers.publish_month(session, month_id=month.id)
    changes.division_changed(session, month.division_code)
    if (today := places.resolve(session, month.division_code)) != month.division_code:
        changes.division_changed(session, today)  # its page names the ledgers that came to it
    return month


def _note(
    session: Session,
    month: FundMonth,
    *,
    act: str,
    actor: Actor,
    comment: str = "",
    at: datetime | None = None,
) -> None:
    step = FundStep(
        month_id=month.id,
        act=act,
        by_id=actor.staff_id,
        by_name=own_name(session, actor),
        at=at or clock.now(),
        comment=comment,
    )
    session.add(step)
