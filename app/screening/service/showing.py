"""The passages of a file in which something was found, for whoever may see the file anyway."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.screening.files import reading
from app.screening.schemas import FileFinding
from app.screening.service.scanning import scan_texts

AROUND = 40  # characters shown on either side


@dataclass(frozen=True)
class Excerpt:
    """A finding with what stands around it; empty where it is no passage of text."""

    found: FileFinding
    before: str
    marked: str
    after: str


def show_file(session: Session, content: bytes) -> list[Excerpt]:
    """Read a file and give what `scan_file` finds in it with the passages themselves.

    They hold the values: nothing of them may be kept.
    """
    read = reading.read(content)
    shown = [Excerpt(one, "", "", "") for one in read.findings]
    findings = scan_texts(session, [one.text for one in read.passages])
    for passage, found in zip(read.passages, findings, strict=True):
        text = passage.text
        shown += [
            Excerpt(
                FileFinding(passage.place(one.start), one),
                text[max(0, one.start - AROUND) : one.start],
                text[one.start : one.end],
                text[one.end : one.end + AROUND],
            )
            for one in found
        ]
    return list(dict.fromkeys(shown))
