"""Files of a draft: hung on it, taken off, gone with it; what a correction begins with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.attachments import service as attachments
from app.attachments.models import Attachment
from app.disclosure import queries
from app.disclosure.errors import FileKept, FileNotOfDraft, LinkNowhere, TooManyFiles
from app.disclosure.models import Draft, DraftFile
from app.disclosure.service import looking
from app.disclosure.service.desk import held, require_author
from app.gateways.storage.protocol import Storage
from app.kernel import clock
from app.kernel.access import Actor

MOST = 20
_LINK = re.compile(r"\]\(\s*/files/([0-9]{1,18})/")
WRITTEN = ("draft",)


def attach(
    session: Session, *, draft_id: int, name: str, content: bytes, storage: Storage, actor: Actor
) -> Attachment:
    """Keep a file with a draft that is being written, and look into it.

    A big one is looked into by a worker. Raises what `held` and `require_author` do,
    `TooManyFiles`, `FileKept`, or what attachments refuse.
    """
    draft = held(session, draft_id, states=WRITTEN)
    require_author(session, actor, draft)
    if len(queries.draft_files(session, draft.id)) >= MOST:
        raise TooManyFiles
    kept = attachments.keep(
        session,
        content=content,
        name=name,
        division_code=draft.division_code,
        actor=actor,
        storage=storage,
    )
    if any(one.sha256 == kept.sha256 for one in queries.draft_files(session, draft.id)):
        raise FileKept
    hang(session, draft, [kept], storage=storage)
    return kept


def hang(session: Session, draft: Draft, files: Sequence[Attachment], *, storage: Storage) -> None:
    """Hang kept files on a draft after those it has, and look into each."""
    if not files:
        return
    _place(session, draft, [one.id for one in files])
    for one in files:
        looking.look_soon(session, one, storage=storage)
    _touch(session, draft)


def detach(session: Session, *, draft_id: int, attachment_id: int, actor: Actor) -> None:
    """Take a file off a draft that is being written; raises `FileNotOfDraft`.

    What was never published is swept after seven days.
    """
    draft = held(session, draft_id, states=WRITTEN)
    require_author(session, actor, draft)
    gone = delete(DraftFile).where(
        DraftFile.draft_id == draft_id, DraftFile.attachment_id == attachment_id
    )
    if not session.scalars(gone.returning(DraftFile.attachment_id)).all():
        raise FileNotOfDraft
    attachments.release(session, used_by=_user(draft), attachment_ids=[attachment_id])
    _touch(session, draft)


def begin(session: Session, draft: Draft) -> None:
    """Let a correction begin with the files of what it puts right."""
    if draft.corrects_id is not None:
        _place(session, draft, [one.id for one in queries.item_files(session, draft.corrects_id)])


def follow_place(session: Session, draft: Draft) -> None:
    """Let a draft's files follow it to another place."""
    files = queries.draft_files(session, draft.id)
    moved = [one.id for one in files if one.division_code != draft.division_code]
    if moved and draft.corrects_id is None:
        attachments.move(session, attachment_ids=moved, division_code=draft.division_code)


def require_linked(session: Session, draft: Draft) -> None:
    """Raise `LinkNowhere` where the text leads to a file that will not be public with it."""
    linked = {int(number) for number in _LINK.findall(draft.body_markdown)}
    missing = linked - {one.id for one in queries.draft_files(session, draft.id)}
    if not missing:
        return
    public = select(Attachment.id).where(
        Attachment.id.in_(missing),
        Attachment.published_at.is_not(None),
        Attachment.withdrawn_at.is_(None),
    )
    if missing - set(session.scalars(public)):
        raise LinkNowhere


def let_go(session: Session, draft: Draft) -> None:
    """Keep no file for a draft that was given up."""
    session.execute(delete(DraftFile).where(DraftFile.draft_id == draft.id))
    attachments.release(session, used_by=_user(draft))


def _user(draft: Draft) -> str:
    return f"draft:{draft.id}"


def _place(session: Session, draft: Draft, attachment_ids: Sequence[int]) -> None:
    query = select(func.max(DraftFile.position)).where(DraftFile.draft_id == draft.id)
    last = session.scalar(query) or 0
    attachments.claim(session, attachment_ids=attachment_ids, used_by=_user(draft))
    session.add_all(
        DraftFile(draft_id=draft.id, attachment_id=number, position=place)
        for place, number in enumerate(attachment_ids, start=last + 1)
    )
    session.flush()


def _touch(session: Session, draft: Draft) -> None:
    """Count another version: whoever looks at the draft decides about other files."""
    draft.version, draft.updated_at = draft.version + 1, clock.now()
    session.flush()
