"""Scanning: what is found in a text or file, without what an office has published of itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from app.organisations import queries as organisations
from app.screening import queries, words
from app.screening.detecting import everything, plain
from app.screening.files import reading
from app.screening.schemas import FileFinding, Finding, Kind
from app.screening.words import Word

_COUNTRY = re.compile(r"^(?:00)?86(?=[0-9]{10})")
_BLANKS = re.compile(r"[\s\u200b]+")


@dataclass(frozen=True)
class _Known:
    """What a text is compared with: the word list, telephones and addresses of offices."""

    words: list[Word]
    phones: frozenset[str]
    addresses: str


def scan_text(session: Session, text: str, *, division_code: str | None = None) -> list[Finding]:
    """Find what must not be published in a text: personal data and the word list's words.

    Telephones and addresses that an office has published are none: of any office, or with
    `division_code` of those of that place, above and below it.
    """
    return _scan(text, _known(session, division_code))


def scan_texts(session: Session, texts: Sequence[str]) -> list[list[Finding]]:
    """Find the same in several texts, each for itself."""
    known = _known(session, None)
    return [_scan(text, known) for text in texts]


def scan_file(
    session: Session, content: bytes, kind: str = "", *, division_code: str | None = None
) -> list[FileFinding]:
    """Find the same in a file, with what is hidden in it; what it is, its bytes tell.

    `kind` is what the file was taken for, and changes nothing: a name may lie. A file that cannot
    be read is a finding, never an error.
    """
    del kind
    known = _known(session, division_code)
    read = reading.read(content)
    found = list(read.findings)
    for passage in read.passages:
        found += [
            FileFinding(passage.place(finding.start), finding)
            for finding in _scan(passage.text, known)
        ]
    return list(dict.fromkeys(found))


def knowledge(session: Session) -> str:
    """Name what texts and files are compared with now: detectors, words, entries of offices.

    Another name means that what was found before may read differently; in hexadecimal.
    """
    known = _known(session, None)
    words = [(one.kind, one.word, one.replacement) for one in known.words]
    whole = (_edition(), words, sorted(known.phones), known.addresses)
    return hashlib.sha256(repr(whole).encode()).hexdigest()


@cache
def _edition() -> str:
    """Name the detectors by their own source: a better one looks at every file again."""
    room = Path(__file__).parents[1]
    files = sorted(one for one in room.rglob("*") if one.suffix in {".py", ".toml"})
    return hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()


def _known(session: Session, division_code: str | None) -> _Known:
    contacts = organisations.contacts(session, division_code)
    phones = frozenset[str]().union(*(_numbers(phone) for phone, _address in contacts))
    places = "\n".join(_BLANKS.sub("", address) for _phone, address in contacts)
    return _Known(queries.searched_for(session), phones, places)


# A county has hundreds of offices, and each text is compared with all of them: without this the
# gate takes longer over their entries than over the text.
@lru_cache(maxsize=4_096)
def _numbers(phone: str) -> frozenset[str]:
    """Give the numbers of a published entry: 0858-5550101、5550102."""
    found = everything.find(f"电话：{phone}")
    text = f"电话：{phone}"
    return frozenset(_digits(text[one.start : one.end]) for one in found if one.kind is Kind.PHONE)


def _digits(value: str) -> str:
    read = plain.read(value)
    digits = re.sub(r"[^0-9]", "", plain.spoken(read) or read)
    short = _COUNTRY.sub("", digits)
    return "0" + short if short != digits and not short.startswith(("0", "1")) else short


def _scan(text: str, known: _Known) -> list[Finding]:
    personal = [one for one in everything.find(text) if not _is_public(text, one, known)]
    return sorted([*personal, *words.find(text, known.words)], key=lambda one: (one.start, one.end))


def _is_public(text: str, finding: Finding, known: _Known) -> bool:
    value = text[finding.start : finding.end]
    if finding.kind is Kind.PHONE:
        number = _digits(value)
        if number in known.phones:
            return True
        return len(number) in {7, 8} and any(one.endswith(number) for one in known.phones)
    if finding.kind is Kind.ADDRESS:
        return _BLANKS.sub("", value) in known.addresses
    return False
