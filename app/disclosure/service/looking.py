"""Looking into files once, and again when what they are compared with has changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.attachments.models import Attachment
from app.disclosure.models import OVER, Draft, DraftFile, FileScan
from app.gateways.storage.protocol import Storage
from app.kernel import clock, outbox
from app.screening import service as screening
from app.screening.schemas import FileFinding

AT_ONCE = 256 * 1024  # bytes that are read within the upload; beyond them a worker does it
MOST_KEPT = 500
PORTION = 20
LOOK = "disclosure.look_into_file"


def look_soon(session: Session, file: Attachment, *, storage: Storage) -> None:
    """Look into a file now, or have a worker do it where that takes long."""
    if file.size <= AT_ONCE:
        look_into(session, file, storage=storage)
    else:
        outbox.publish(session, LOOK, attachment_id=file.id)


def look_into(session: Session, file: Attachment, *, storage: Storage) -> None:
    """Note what is in a file that should not be published: kinds and places, no value."""
    content = storage.get(file.storage_key)
    known = screening.knowledge(session)
    found = screening.scan_file(session, content, file.kind)
    noted: dict[str, Any] = {
        "known": known,
        "findings": [_noted(one) for one in found[:MOST_KEPT]],
        "total": len(found),
        "scanned_at": clock.now(),
    }
    statement = insert(FileScan).values(attachment_id=file.id, **noted)
    session.execute(statement.on_conflict_do_update(index_elements=["attachment_id"], set_=noted))


def _noted(one: FileFinding) -> dict[str, Any]:
    finding = one.finding
    return {
        "where": one.where,
        "kind": finding.kind.value,
        "start": finding.start,
        "end": finding.end,
        "rule": finding.rule,
        "hint": finding.hint,
    }


def look_again(session: Session, *, storage: Storage) -> bool:
    """Look again into files of open drafts that were compared with another word list.

    A portion; tells whether there may be more. A file nobody has read yet is left to its own job,
    so that one which takes its worker down is not tried for ever.
    """
    query = (
        select(Attachment)
        .join(FileScan, FileScan.attachment_id == Attachment.id)
        .where(
            FileScan.known != screening.knowledge(session),
            select(DraftFile)
            .join(Draft, Draft.id == DraftFile.draft_id)
            .where(DraftFile.attachment_id == Attachment.id, Draft.state.not_in(OVER))
            .exists(),
        )
        .order_by(Attachment.id)
        .limit(PORTION)
    )
    files = session.scalars(query).all()
    for file in files:
        look_into(session, file, storage=storage)
    return len(files) == PORTION
