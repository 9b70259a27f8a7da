"""The gate's other half: what is in the files of a draft, hidden or not, and in their names.

A file is read once (`service.looking`); here its findings are put beside the exceptions of this
very text. What was not read yet, or was compared with another word list, holds a draft up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.attachments.models import Attachment
from app.disclosure import gate, queries
from app.disclosure.gate import Found
from app.disclosure.models import OVER, Draft, DraftOverride, FileScan
from app.screening import service as screening
from app.screening.schemas import Finding, Kind, found

NAME = "文件名"
LONGEST_PART = 200
WAITING, TOO_MANY = "waiting", "too_many"
_WAITING = found(Kind.UNREADABLE, 0, 0, WAITING, "这个文件还在检查，请过一会儿刷新再看。")
_TOO_MANY = "要看的地方太多（共 {} 处），这里只列出一部分；请先改好文件再上传。"


@dataclass(frozen=True)
class FoundInFile(Found):
    """A finding in a file of a draft; `where` names the part of it."""

    file: Attachment
    where: str

    @property
    def key(self) -> gate.Key:
        """Name the passage by the file's sum and the part."""
        kind, begins, ends = self.finding.kind, self.finding.start, self.finding.end
        return kind, begins, ends, self.file.sha256, self.where

    @property
    def facts(self) -> dict[str, object]:
        """Say where it is, never what."""
        return {**super().facts, "file": self.file.id, "where": self.where}

    @property
    def may_stand(self) -> bool:
        """Tell whether a second person can decide about it: what is not known yet nobody can."""
        return self.finding.rule not in {WAITING, TOO_MANY}

    @property
    def is_waiting(self) -> bool:
        """Tell whether the file was not looked into yet."""
        return self.finding.rule == WAITING


def look_at_all(session: Session, draft: Draft, *, text_hash: str) -> list[Found]:
    """Find what a draft must not say: in its text, then in its files, in their order."""
    text = gate.look(session, draft, text_hash=text_hash)
    return [*text, *look(session, draft, text_hash=text_hash)]


def look(session: Session, draft: Draft, *, text_hash: str) -> list[FoundInFile]:
    """Find what the files of a draft must not hold."""
    files = queries.draft_files(session, draft.id)
    if not files:
        return []
    query = select(DraftOverride).where(
        DraftOverride.draft_id == draft.id, DraftOverride.text_hash == text_hash
    )
    stands = {
        (one.kind, one.begins, one.ends, one.file_sha256, one.part)
        for one in session.scalars(query)
    }
    return [
        FoundInFile(one.finding, one.key in stands, one.file, one.where)
        for one in _found(session, files, is_over=draft.state in OVER)
    ]


def _found(
    session: Session, files: Sequence[Attachment], *, is_over: bool
) -> Iterator[FoundInFile]:
    """Read what was noted of each file; of a draft that is over, what was noted then."""
    known = screening.knowledge(session)
    scans = queries.scans(session, [one.id for one in files])
    names = screening.scan_texts(session, [one.name for one in files])
    for file, in_name in zip(files, names, strict=True):
        yield from (FoundInFile(one, False, file, NAME) for one in in_name)
        scan = scans.get(file.id)
        if scan is None or (scan.known != known and not is_over):
            yield FoundInFile(_WAITING, False, file, "整个文件")
            continue
        yield from (FoundInFile(one, False, file, where) for where, one in _read(scan))


def _read(scan: FileScan) -> Iterator[tuple[str, Finding]]:
    """Read the findings that were noted; two of one kind at one place are one."""
    noted = [
        (
            str(one["where"])[:LONGEST_PART],
            found(Kind(one["kind"]), one["start"], one["end"], one["rule"], one["hint"]),
        )
        for one in scan.findings
    ]
    yield from {
        (where, one.kind, one.start, one.end): (where, one) for where, one in noted
    }.values()
    if scan.total > len(noted):
        hint = _TOO_MANY.format(scan.total)
        yield "整个文件", found(Kind.UNREADABLE, 0, 0, TOO_MANY, hint)
