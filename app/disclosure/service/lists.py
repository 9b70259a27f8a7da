"""A draft's aid list: taken along by its draft, put on its item, erased after its end."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Date, cast, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.aid import queries as aid
from app.aid import service as aid_service
from app.aid.errors import ListElsewhere, ListTaken
from app.aid.models import AidKind, AidList
from app.disclosure.errors import BadListExpiry
from app.disclosure.models import Draft, DraftText, Item
from app.kernel import clock

PORTION = 50


def attach(session: Session, draft: Draft, list_id: int) -> None:
    """Hang a list on a new draft; raises `ListTaken`, or as `require_same` does."""
    taken = select(Draft.id).where(Draft.aid_list_id == list_id)
    if session.scalars(taken).first() is not None:
        raise ListTaken
    draft.aid_list_id = list_id
    require_same(session, draft)


def require_same(session: Session, draft: Draft) -> None:
    """Raise `ListElsewhere` where a draft speaks for another place or office than its list."""
    if draft.aid_list_id is None:
        return
    listed = aid.get(session, draft.aid_list_id)
    if (listed.division_code, listed.organisation_id) != (
        draft.division_code,
        draft.organisation_id,
    ):
        raise ListElsewhere


def last_days(session: Session, list_id: int, *, first_day: date) -> tuple[date, date]:
    """Give the first and the last day that may be a list's last one, if it begins on a day.

    It stands as long as objections to it are taken.
    """
    kind = aid.kind_of(session, aid.get(session, list_id))
    return (
        first_day + timedelta(days=kind.objection_days),
        first_day + timedelta(days=kind.shown_days),
    )


def check_expiry(session: Session, draft: Draft, *, first_day: date) -> None:
    """Raise `BadListExpiry` where a list, new or of the item put right, has no end in time."""
    list_id = draft.aid_list_id
    if draft.corrects_id is not None:
        item = session.get_one(Item, draft.corrects_id)
        list_id, first_day = item.aid_list_id, clock.local(item.published_at).date()
    if list_id is None:
        return
    earliest, latest = last_days(session, list_id, first_day=first_day)
    if draft.expires_on is None or not earliest <= draft.expires_on <= latest:
        raise BadListExpiry(f"名单要填公示的最后一天，从 {earliest}（异议期满）到 {latest} 之间。")


def put_on(session: Session, draft: Draft, item: Item) -> None:
    """Put a draft's list on its new item: its objections begin today."""
    if draft.aid_list_id is not None:
        item.aid_list_id = draft.aid_list_id
        session.flush()
        aid_service.publish(session, draft.aid_list_id)


def rows_are_shown(item: Item) -> bool:
    """Tell whether an item that stands shows the rows of its list: not once it was replaced."""
    return item.aid_list_id is not None and item.superseded_by_id is None


def erase_due(session: Session) -> bool:
    """Erase a portion of the lists whose days after their end are over, in the drafts' texts too.

    Those of drafts that were given up go at once. Tells whether there may be more.
    """
    follower = aliased(Item)
    ended = func.coalesce(Item.withdrawn_at, follower.published_at)
    gone = cast(func.timezone("Asia/Shanghai", ended), Date) + AidKind.kept_days < clock.today()
    query = (
        select(AidList.id)
        .join(AidKind, AidKind.id == AidList.kind_id)
        .outerjoin(Draft, Draft.aid_list_id == AidList.id)
        .outerjoin(Item, Item.aid_list_id == AidList.id)
        .outerjoin(follower, follower.id == Item.superseded_by_id)
        .where(AidList.erased_at.is_(None), or_(gone, Draft.state == "discarded"))
        .order_by(AidList.id)
        .limit(PORTION)
    )
    due = session.scalars(query).all()
    for list_id in due:
        aid_service.erase(session, list_id)
        of_list = select(Draft.id).where(Draft.aid_list_id == list_id)
        texts = update(DraftText).where(DraftText.draft_id.in_(of_list)).values(list_text=None)
        session.execute(texts.execution_options(synchronize_session=False))
    return len(due) == PORTION
