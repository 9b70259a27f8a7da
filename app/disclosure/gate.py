"""The gate before every review and before publishing: what must not be read by everybody.

What it looks at is one text: title, note, body and aid list, with an empty line between. A
finding names its passage in that text; a second person may let it stand for exactly this text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.aid import queries as aid
from app.disclosure.errors import FilesWaiting, PersonalDataFound
from app.disclosure.models import Draft, DraftOverride
from app.screening import service as screening
from app.screening.schemas import Finding, Kind

Key = tuple[str, int, int, str, str]
"""A passage: kind, begin, end, and in a file its sum and the part; both empty in the text."""
GAP = "\n\n"
AID_LIST = "aid_list"
"""The part that is written back row by row, not into a column of the draft."""
ADVISORY = frozenset({Kind.WRONG_WORD})
"""Kinds that are pointed out and hinder nothing: a word that is spelt wrong."""
IN_FILES = "附件里有不能公开的内容。请去掉或换掉这个文件，或者说明理由请审稿人放行。"


@dataclass(frozen=True)
class Found:
    """A finding in a draft; `stands` where a second person let it stand."""

    finding: Finding
    stands: bool

    @property
    def blocks(self) -> bool:
        """Tell whether it keeps the draft from going on."""
        return not self.stands and self.finding.kind not in ADVISORY

    @property
    def key(self) -> Key:
        """Name the passage as an exception for it does."""
        return self.finding.kind, self.finding.start, self.finding.end, "", ""

    @property
    def facts(self) -> dict[str, object]:
        """Say where it is, never what."""
        one = self.finding
        return {"kind": one.kind, "begins": one.start, "ends": one.end}

    @property
    def may_stand(self) -> bool:
        """Tell whether a second person can decide about it."""
        return True

    @property
    def is_waiting(self) -> bool:
        """Tell whether nobody has looked yet."""
        return False


def _parts(session: Session, draft: Draft) -> list[tuple[str, str, int]]:
    """Give what a draft says, part by part: its name, its text, and where that begins."""
    parts, at = [], 0
    for name in ("title", "note", "body_markdown"):
        text = getattr(draft, name)
        if text:
            parts.append((name, text, at))
            at += len(text) + len(GAP)
    if draft.aid_list_id is not None:
        parts.append((AID_LIST, aid.text_of(session, draft.aid_list_id), at))
    return parts


def text_of(session: Session, draft: Draft) -> str:
    """Write down all that is looked at."""
    return GAP.join(text for _name, text, _begins in _parts(session, draft))


def begins(session: Session, draft: Draft, wanted: str) -> int:
    """Tell where a part of a draft begins in the text that is looked at; 0 where it has none."""
    return next((at for name, _text, at in _parts(session, draft) if name == wanted), 0)


def look(session: Session, draft: Draft, *, text_hash: str) -> list[Found]:
    """Find what a draft must not say, in the order of the text."""
    findings = screening.scan_text(session, text_of(session, draft))
    query = select(DraftOverride).where(
        DraftOverride.draft_id == draft.id,
        DraftOverride.text_hash == text_hash,
        DraftOverride.file_sha256 == "",
    )
    stands = {(one.kind, one.begins, one.ends) for one in session.scalars(query)}
    return [Found(one, (one.kind, one.start, one.end) in stands) for one in findings]


def require_clean(found: Sequence[Found]) -> None:
    """Raise `PersonalDataFound` where anything keeps a draft from going on.

    Or `FilesWaiting` where that is only that a file was not looked into yet.
    """
    blocking = [one for one in found if one.blocks]
    if blocking and all(one.is_waiting for one in blocking):
        raise FilesWaiting
    if blocking:
        sentence = IN_FILES if all("file" in one.facts for one in blocking) else None
        raise PersonalDataFound(sentence, findings=[one.facts for one in blocking])


def masked(session: Session, draft: Draft, findings: Sequence[Finding]) -> dict[str, str]:
    """Give the parts of a draft, by their names, with these findings masked."""
    return {
        name: screening.mask(
            text,
            [
                replace(one, start=one.start - begins, end=one.end - begins)
                for one in findings
                if begins <= one.start and one.end <= begins + len(text)
            ],
        )
        for name, text, begins in _parts(session, draft)
    }
