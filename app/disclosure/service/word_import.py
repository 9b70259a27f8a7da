"""A Word document read into a draft: its text for the editor, its images as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.attachments import queries as attachment_queries
from app.attachments import service as attachments
from app.attachments.errors import FileRefused
from app.attachments.models import Attachment
from app.attachments.words import address
from app.disclosure import queries, word
from app.disclosure.errors import FileNotMine, PlaceWanted, TooManyFiles
from app.disclosure.models import Draft
from app.disclosure.schemas import BODY
from app.disclosure.service import filing
from app.disclosure.service.desk import held, require_author
from app.gateways.storage.protocol import Storage
from app.kernel.access import Actor

REFUSED = "有 {count} 张图片读不出来，没有带过来，请截图后另外上传。"
TOO_LONG = "文字超过 10 万字，保存以前请删短或分成几篇。"


@dataclass(frozen=True)
class ReadIn:
    """What was read: Markdown with links to its images, the files these are, and what to know."""

    markdown: str
    file_ids: list[int]
    notes: list[str]


def read_for_draft(
    session: Session, *, draft_id: int, version: int, content: bytes, storage: Storage, actor: Actor
) -> ReadIn:
    """Read a document for a draft that is being written; its images hang on the draft at once.

    Raises what `held` and `require_author` do, a `FileRefused`, or `TooManyFiles`.
    """
    draft = held(session, draft_id, states=filing.WRITTEN, version=version)
    require_author(session, actor, draft)
    had = queries.draft_files(session, draft.id)
    text = word.to_markdown(content)
    kept = _keep(session, text, draft.division_code, had=had, storage=storage, actor=actor)
    new = [one for one in kept if one is not None and one not in had]
    filing.hang(session, draft, new, storage=storage)
    return _led(text, kept)


def read_for_new(
    session: Session, *, division_code: str, content: bytes, storage: Storage, actor: Actor
) -> ReadIn:
    """Read a document for a draft that was not saved yet; its images wait for `adopt`.

    Raises a `FileRefused`, `TooManyFiles`, or `PlaceWanted` where images have no place yet.
    """
    text = word.to_markdown(content)
    if text.images and not division_code:
        raise PlaceWanted
    kept = _keep(session, text, division_code, had=(), storage=storage, actor=actor)
    return _led(text, kept)


def adopt(
    session: Session, draft: Draft, *, file_ids: Sequence[int], storage: Storage, actor: Actor
) -> None:
    """Hang the images of a document on the draft they were read for.

    Raises `FileNotMine` for what somebody else brought, or what is used or public already.
    """
    files = [attachment_queries.get(session, number) for number in dict.fromkeys(file_ids)]
    for one in files:
        is_free = one.published_at is None and one.withdrawn_at is None
        is_mine = actor.staff_id is not None and one.uploaded_by_id == actor.staff_id
        if not (is_free and is_mine) or attachment_queries.uses(session, one.id):
            raise FileNotMine
    filing.hang(session, draft, files, storage=storage)
    filing.follow_place(session, draft)


def _keep(
    session: Session,
    text: word.WordText,
    division_code: str,
    *,
    had: Sequence[Attachment],
    storage: Storage,
    actor: Actor,
) -> list[Attachment | None]:
    """Keep the images in their order, each once; None for one that attachments refuse."""
    if len(text.images) + len(had) > filing.MOST:
        raise TooManyFiles
    known = {one.sha256: one for one in had}
    kept: list[Attachment | None] = []
    for number, content in enumerate(text.images, start=1):
        try:
            one = attachments.keep(
                session,
                content=content,
                name=f"图片{number}",
                division_code=division_code,
                actor=actor,
                storage=storage,
            )
        except FileRefused:
            kept.append(None)
            continue
        kept.append(known.setdefault(one.sha256, one))
    return kept


def _led(text: word.WordText, kept: Sequence[Attachment | None]) -> ReadIn:
    markdown = word.with_addresses(text.markdown, [address(one) if one else "" for one in kept])
    notes = list(text.notes)
    if refused := sum(one is None for one in kept):
        notes.append(REFUSED.format(count=refused))
    if len(markdown) > BODY:
        notes.append(TOO_LONG)
    numbers = dict.fromkeys(one.id for one in kept if one is not None)
    return ReadIn(markdown, list(numbers), notes)
