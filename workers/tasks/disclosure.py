"""The editorial desk's regular work, and telling whoever a draft waits for."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.attachments.models import Attachment
from app.disclosure import service, words
from app.disclosure.models import Draft
from app.disclosure.service.desk import REVIEWS
from app.gateways import choosing
from app.identity import queries as identity
from app.kernel import outbox
from app.kernel.db import Database
from app.kernel.settings import get_settings
from app.notices import service as notices
from app.organisations import queries as organisations


def publish_due(session: Session, _database: Database) -> None:
    """Publish the next drafts whose time has come, and come back where there may be more."""
    if service.publish_due(session):
        outbox.publish(session, "disclosure.publish_due")


def expire_due(session: Session, _database: Database) -> None:
    """End the next items whose last day is over, and come back where there may be more."""
    if service.expire_due(session):
        outbox.publish(session, "disclosure.expire_due")


def remind_late(session: Session, _database: Database) -> None:
    """Remind whoever may make up for the reviews of what was published in haste."""
    service.remind_late(session)


def look_into_file(session: Session, _database: Database, *, attachment_id: int) -> None:
    """Look into a file that was too big to be read while it was uploaded."""
    file = session.get(Attachment, attachment_id)
    if file is not None:
        service.look_into(session, file, storage=choosing.storage_for(get_settings()))


def look_again(session: Session, _database: Database) -> None:
    """Look into files again that were compared with an older word list."""
    if service.look_again(session, storage=choosing.storage_for(get_settings())):
        outbox.publish(session, "disclosure.look_again")


def tell_draft(session: Session, _database: Database, *, draft_id: int, version: int) -> None:
    """Tell the reviewers that a draft waits for them, or its author what became of it.

    Where it has gone on meanwhile, the word of that step tells it.
    """
    draft = session.get(Draft, draft_id)
    if draft is None or draft.version != version:
        return
    key = f"draft-{draft.id}-{draft.state}-{draft.text_number}"
    link = f"/console/drafts/{draft.id}"
    if draft.state in REVIEWS:
        step = words.STEPS[draft.state]
        for staff_id in _reviewers(session, draft):
            notices.deliver(
                session,
                staff_id=staff_id,
                kind="review",
                title=f"有一篇稿件等您{step}",
                body="请在“我的待办”里打开，看过以后通过或者退回。",
                link=f"{link}/review",
                key=key,
            )
        return
    told = {
        "draft": ("稿件退回来了", "审稿人写了意见，请修改后再送审。"),
        "scheduled": ("稿件已通过三审", "到了定好的时间会自动公开。"),
        "published": ("稿件已公开", "可以打开公开的页面再看一遍。"),
    }.get(draft.state)
    if told is not None and draft.text_number:
        notices.deliver(
            session,
            staff_id=draft.author_id,
            kind="review",
            title=told[0],
            body=told[1],
            link=link,
            key=key,
        )


def _reviewers(session: Session, draft: Draft) -> list[int]:
    home = None
    if draft.organisation_id is not None:
        home = organisations.get(session, draft.organisation_id).division_code
    found = identity.holders_for_office(
        session,
        REVIEWS[draft.state],
        draft.division_code,
        office=None if home is None else (draft.organisation_id or 0, home),
    )
    return [one for one in found if one != draft.author_id]
