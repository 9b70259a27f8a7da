"""Signed heads: the chain's end, signed with a key that is not in the database, kept elsewhere.

Ed25519 (RFC 8032), so that whoever keeps the exported heads can check them with the public key
alone. The private key is derived from the root of the key ring.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.errors import BadHeads
from app.audit.models import LedgerHead, LedgerSeal
from app.audit.service import chain
from app.kernel import clock, crypto

EVERY = timedelta(minutes=5)
FOLDER, FILE = "audit-heads", "heads.jsonl"


@dataclass(frozen=True)
class Head:
    """The chain's hash at a place, as it was signed then."""

    sequence: int
    hash: bytes
    signed_at: datetime
    signature: bytes


def public_key(session: Session) -> str:
    """Give the public key to check heads with, in hexadecimal, to be kept with them."""
    return _signer(session).public_key().public_bytes_raw().hex()


def sign_head(session: Session, *, every: timedelta = EVERY) -> Head | None:
    """Sign the chain's end where it has grown and the last head is `every` old.

    Returns the newest head, None where nothing was ever sealed.
    """
    last = session.scalars(select(LedgerHead).order_by(LedgerHead.sequence.desc()).limit(1)).first()
    end = session.scalars(select(LedgerSeal).order_by(LedgerSeal.sequence.desc()).limit(1)).first()
    moment = clock.now()
    grown = end is not None and (last is None or end.sequence > last.sequence)
    if end is None or not grown or (last and abs(moment - last.signed_at) < every):
        return Head(last.sequence, last.hash, last.signed_at, last.signature) if last else None
    signature = _signer(session).sign(_said(end.sequence, end.hash, moment))
    head = Head(end.sequence, end.hash, moment, signature)
    session.execute(insert(LedgerHead).values(**vars(head)).on_conflict_do_nothing())
    return head


def sign_closing(
    session: Session, *, month: date, sequence: int, end: bytes, lines: int, closed_at: datetime
) -> bytes:
    """Sign what is left of a month that is dropped."""
    return _signer(session).sign(closing_said(month, sequence, end, lines, closed_at))


def closing_said(month: date, sequence: int, end: bytes, lines: int, closed_at: datetime) -> bytes:
    """Write down a closing for signing."""
    words = b"sunshine ledger closing 1"
    return chain.encode(words, month.isoformat(), sequence, end, lines, closed_at)


def is_signed(key: str, said: bytes, signature: bytes) -> bool:
    """Tell whether a signature holds under a public key in hexadecimal."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def head_is_signed(key: str, head: Head) -> bool:
    """Tell whether a head's signature holds under a public key in hexadecimal."""
    return is_signed(key, _said(head.sequence, head.hash, head.signed_at), head.signature)


def export(session: Session, *, data_dir: Path) -> Path | None:
    """Append the newest head to the file outside the database, on disk before this returns.

    A head that already stands there last is not written again. None where nothing was sealed yet.
    """
    head = sign_head(session, every=timedelta(0))
    if head is None:
        return None
    path = data_dir / FOLDER / FILE
    if _last_exported(path) != head.sequence:
        _append(path, _written(head, key=public_key(session)))
    return path


def exported(*, data_dir: Path) -> list[Head]:
    """Read the heads that were exported on this machine; none where there is no file."""
    path = data_dir / FOLDER / FILE
    return read(path.read_text().splitlines()) if path.exists() else []


def read(lines: Iterable[str]) -> list[Head]:
    """Read exported heads back; raises `BadHeads`."""
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            facts = json.loads(line)
            found.append(
                Head(
                    int(facts["sequence"]),
                    bytes.fromhex(facts["hash"]),
                    datetime.fromisoformat(facts["signed_at"]),
                    b64decode(facts["signature"]),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadHeads(lines=[(number, "不是一条链头记录。")]) from error
    return found


def _signer(session: Session) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(crypto.of(session).derive("audit-head"))


def _said(sequence: int, end: bytes, signed_at: datetime) -> bytes:
    return chain.encode(b"sunshine ledger head 1", sequence, end, signed_at)


def _written(head: Head, *, key: str) -> str:
    facts = {
        "sequence": head.sequence,
        "hash": head.hash.hex(),
        "signed_at": head.signed_at.isoformat(),
        "signature": b64encode(head.signature).decode(),
        "public_key": key,
    }
    return json.dumps(facts) + "\n"


def _last_exported(path: Path) -> int | None:
    """Tell how far the file goes; None where it is new or its last line was torn by a crash."""
    try:
        return read(path.read_text().splitlines()[-1:])[0].sequence
    except (FileNotFoundError, IndexError, BadHeads):
        return None


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    folder = os.open(path.parent, os.O_RDONLY)  # a new file's name must be on disk as well
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
