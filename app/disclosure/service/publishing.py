"""From the final review to the public: the text that was locked, and no other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import service as catalogue
from app.disclosure import file_gate, gate
from app.disclosure.errors import FilesWaiting, LockedTextDiffers
from app.disclosure.models import Draft, Item
from app.disclosure.schemas import CorrectionIn, ItemIn
from app.disclosure.service import filed, lists, placing, readiness
from app.disclosure.service.desk import text_hash, turn
from app.disclosure.service.ending import ref_of
from app.kernel import changes, clock, logs
from app.kernel.errors import SunshineError

PORTION = 50

log = logs.get(__name__)


def publish(session: Session, draft: Draft) -> Item:
    """Put a draft before the public: its text is the locked one and the gate finds nothing new.

    Raises `LockedTextDiffers`, `PersonalDataFound`, as `readiness.require` does, or what the item
    refuses.
    """
    digest = text_hash(session, draft)
    if draft.locked_hash != digest:
        raise LockedTextDiffers
    readiness.require(session, draft, first_day=clock.today())
    gate.require_clean(file_gate.look_at_all(session, draft, text_hash=digest))
    moment = clock.now()
    item = _put(session, draft, at=moment)
    filed.publish(session, draft, item)
    if draft.supersedes_id is not None:
        old = placing.locked(session, draft.supersedes_id)
        old.superseded_by_id = item.id
        changes.division_changed(session, old.division_code)
    if draft.catalogue_entry_id is not None:
        catalogue.fulfil(
            session,
            entry_id=draft.catalogue_entry_id,
            division_code=draft.division_code,
            on=clock.today(),
            ref=ref_of(item),
        )
    item.urgent_until_reviewed = draft.urgent_by_id is not None
    draft.item_id = item.id
    turn(session, draft, "published")
    return item


def _put(session: Session, draft: Draft, *, at: datetime) -> Item:
    if draft.corrects_id is not None:
        correction = CorrectionIn(
            title=draft.title, body_markdown=draft.body_markdown, note=draft.note
        )
        item = placing.correct(
            session,
            item_id=draft.corrects_id,
            wanted=correction,
            author=draft.author_name,
            at=at,
            files_differ=filed.differ(session, draft),
        )
        item.expires_on = draft.expires_on
        return item
    wanted = ItemIn(
        division_code=draft.division_code,
        topic=draft.topic_code,
        title=draft.title,
        body_markdown=draft.body_markdown,
        organisation_id=draft.organisation_id,
    )
    item = placing.put(
        session,
        wanted=wanted,
        author=draft.author_name,
        at=at,
        expires_on=draft.expires_on,
        catalogue_entry_id=draft.catalogue_entry_id,
    )
    lists.put_on(session, draft, item)
    return item


def publish_due(session: Session) -> bool:
    """Publish a portion of the drafts whose time has come; tells whether there may be more.

    One that may not go out after all returns to its author, and the others go on; one whose files
    are being looked into again waits for the next time.
    """
    query = (
        select(Draft)
        .where(Draft.state == "scheduled", Draft.publish_at <= clock.now())
        .order_by(Draft.publish_at, Draft.id)
        .limit(PORTION)
        .with_for_update(skip_locked=True)
    )
    due = session.scalars(query).all()
    waiting = 0
    for draft in due:
        try:
            with session.begin_nested():
                publish(session, draft)
        except FilesWaiting:
            log.info("scheduled_draft_waits_for_its_files", draft_id=draft.id)
            session.refresh(draft)
            waiting += 1
        except SunshineError as fault:
            log.warning("scheduled_draft_not_published", draft_id=draft.id, reason=fault.code)
            session.refresh(draft)
            draft.locked_hash = None
            turn(session, draft, "draft")
    return len(due) == PORTION > waiting
