"""Rules of files: keep, claim, publish, withdraw, sweep."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.attachments import content as contents
from app.attachments import images, names, queries
from app.attachments.errors import (
    AlreadyWithdrawn,
    AttachmentNotFound,
    ReasonWanted,
)
from app.attachments.models import Attachment, AttachmentUse
from app.gateways.storage.protocol import Storage
from app.kernel import changes, clock
from app.kernel.access import Actor
from app.kernel.errors import Forbidden
from app.places import queries as places

UNCLAIMED = timedelta(days=7)
SWEPT_AT_ONCE = 500


@dataclass(frozen=True)
class _Ready:
    """A file as it is going to lie in the store."""

    content: bytes
    kind: str
    media_type: str
    name: str
    width: int | None = None
    height: int | None = None


def keep(
    session: Session,
    *,
    content: bytes,
    name: str,
    division_code: str,
    actor: Actor,
    storage: Storage,
) -> Attachment:
    """Keep a file of a place: recognised by content, images drawn anew, its name made harmless.

    Raises `Forbidden`, a `FileRefused`, or what the store refuses with. Nobody but staff of the
    place sees it before it is published.
    """
    if not queries.may_at(actor, queries.KEEPS, division_code):
        raise Forbidden
    places.hold(session, division_code)
    ready = _ready(content, name)
    key = hashlib.sha256(ready.content).hexdigest()
    _lock(session, key)
    storage.put(key, ready.content)
    kept = Attachment(
        sha256=key,
        size=len(ready.content),
        media_type=ready.media_type,
        kind=ready.kind,
        name=ready.name,
        width=ready.width,
        height=ready.height,
        storage_key=key,
        division_code=division_code,
        uploaded_by_id=actor.staff_id,
        uploaded_by=actor.name,
        uploaded_at=clock.now(),
    )
    session.add(kept)
    session.flush()
    return kept


def _ready(content: bytes, name: str) -> _Ready:
    found = contents.recognise(content, name=name)
    given = names.sanitised(name, found.format.extension)
    if found.format.kind != "image":
        return _Ready(content, found.format.kind, found.media_type, given)
    drawn = images.redraw(content, found.format)
    return _Ready(drawn.content, "image", found.media_type, given, drawn.width, drawn.height)


def claim(session: Session, *, attachment_ids: Collection[int], used_by: str) -> None:
    """Say that something uses these files, so that they stay; raises `AttachmentNotFound`."""
    found = _locked(session, attachment_ids)
    if found:
        uses = [{"attachment_id": one.id, "used_by": used_by} for one in found]
        session.execute(insert(AttachmentUse).values(uses).on_conflict_do_nothing())


def release(
    session: Session, *, used_by: str, attachment_ids: Collection[int] | None = None
) -> None:
    """Say that something uses these files no more, or none at all."""
    query = delete(AttachmentUse).where(AttachmentUse.used_by == used_by)
    if attachment_ids is not None:
        query = query.where(AttachmentUse.attachment_id.in_(attachment_ids))
    session.execute(query)


def publish(session: Session, *, attachment_ids: Collection[int]) -> None:
    """Let everyone have these files; whoever calls has checked that they may be published.

    Raises `AttachmentNotFound` or `AlreadyWithdrawn`; what is published already stays as it is.
    """
    for one in _locked(session, attachment_ids):
        if one.withdrawn_at is not None:
            raise AlreadyWithdrawn
        if one.published_at is None:
            one.published_at = clock.now()
            changes.division_changed(session, one.division_code)
    session.flush()


def withdraw(session: Session, *, attachment_ids: Collection[int], reason: str) -> None:
    """Take these files back within a second; their addresses say why, what lies there is kept.

    Whoever calls has checked that the actor may. Raises `AttachmentNotFound` or `ReasonWanted`;
    what is withdrawn already keeps its first reason.
    """
    reason = reason.strip()
    if not 2 <= len(reason) <= 300:
        raise ReasonWanted
    for one in _locked(session, attachment_ids):
        if one.withdrawn_at is None:
            one.withdrawn_at, one.withdrawn_reason = clock.now(), reason
            changes.division_changed(session, one.division_code)
    session.flush()


def take_back(session: Session, *, attachment_id: int, reason: str, actor: Actor) -> Attachment:
    """Withdraw one file by hand, as staff of its place; raises `AlreadyWithdrawn` when it was."""
    found = queries.get_for_staff(session, attachment_id, actor=actor)
    if not queries.may_at(actor, queries.KEEPS, found.division_code):
        raise Forbidden
    [locked] = _locked(session, [attachment_id])
    if locked.withdrawn_at is not None:
        raise AlreadyWithdrawn
    withdraw(session, attachment_ids=[attachment_id], reason=reason)
    return locked


def move(session: Session, *, attachment_ids: Collection[int], division_code: str) -> None:
    """Let files that nobody published follow what uses them to another place."""
    for one in _locked(session, attachment_ids):
        if one.published_at is None:
            one.division_code = division_code
    session.flush()


def sweep(session: Session, *, storage: Storage) -> int:
    """Remove files that nothing used and nobody published within seven days; tells how many.

    The store is emptied first: a row whose file is gone already is removed the next time.
    """
    query = (
        select(Attachment)
        .where(
            Attachment.published_at.is_(None),
            Attachment.withdrawn_at.is_(None),
            Attachment.uploaded_at < clock.now() - UNCLAIMED,
            ~select(AttachmentUse).where(AttachmentUse.attachment_id == Attachment.id).exists(),
        )
        .order_by(Attachment.id)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    unclaimed = session.scalars(query).all()
    for one in unclaimed:
        _lock(session, one.storage_key)
        others = select(Attachment.id).where(
            Attachment.storage_key == one.storage_key, Attachment.id != one.id
        )
        if session.scalar(others.limit(1)) is None:
            storage.delete(one.storage_key)
        session.delete(one)
        session.flush()
    return len(unclaimed)


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move the files of a merged village to the village it became part of."""
    session.execute(
        update(Attachment)
        .where(Attachment.division_code == old_code)
        .values(division_code=new_code)
    )


def _lock(session: Session, key: str) -> None:
    """Let nobody sweep a content while it is being kept again, until the commit."""
    number = int(key[:15], 16)
    session.execute(select(func.pg_advisory_xact_lock(number)))


def _locked(session: Session, attachment_ids: Collection[int]) -> Sequence[Attachment]:
    """Give all of these files, locked in the order of their numbers."""
    wanted = set(attachment_ids)
    query = select(Attachment).where(Attachment.id.in_(wanted)).order_by(Attachment.id)
    query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).all()
    if len(found) != len(wanted):
        raise AttachmentNotFound
    return found
