"""A request sent twice is done once: its first answer is kept for a day under the sender's key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, Text, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel import clock
from app.kernel.db import Base
from app.kernel.errors import Conflict

KEPT = timedelta(days=1)


class IdempotencyKey(Base):
    """A key, what was asked with it (a digest) and what was answered."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_created_at", "created_at"),)

    actor_name: Mapped[str] = mapped_column(String(50), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class KeyReused(Conflict):
    code = "idempotency_key_reused"
    sentence = "这个 Idempotency-Key 已经用于另一个请求，请换一个新的。"


@dataclass(frozen=True)
class Answer:
    """A status and a body, as they were first sent."""

    status: int
    body: str


def begin(session: Session, *, actor_name: str, key: str, request: bytes) -> Answer | None:
    """Take a key for a request, or give the answer the same request was given before.

    A second request with the same key waits here until the first has committed or failed. Raises
    `KeyReused` where the key belongs to a different request.
    """
    digest = hashlib.sha256(request).hexdigest()
    values = {"actor_name": actor_name, "key": key, "digest": digest, "created_at": clock.now()}
    taken = insert(IdempotencyKey).values(values).on_conflict_do_nothing()
    if session.scalar(taken.returning(IdempotencyKey.key)) is not None:
        return None
    row = session.get_one(IdempotencyKey, (actor_name, key))
    if row.digest != digest:
        raise KeyReused
    return Answer(row.status or 200, row.answer or "")


def keep(session: Session, *, actor_name: str, key: str, answer: Answer) -> None:
    """Keep the answer in the transaction that did the work."""
    row = session.get_one(IdempotencyKey, (actor_name, key))
    row.status, row.answer = answer.status, answer.body


def forget_old(session: Session) -> int:
    """Delete keys that are older than a day; returns how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < clock.now() - KEPT)
    return len(session.scalars(old.returning(IdempotencyKey.key)).all())


def spend(session: Session, *, purpose: str, token: str) -> bool:
    """Use up what counts once, such as the state of a sign-in; False where it was used before.

    `token` has at most 64 characters, and is worthless after the day it is kept for.
    """
    values = {"actor_name": purpose, "key": token, "digest": "", "created_at": clock.now()}
    taken = insert(IdempotencyKey).values(values).on_conflict_do_nothing()
    return session.scalar(taken.returning(IdempotencyKey.key)) is not None
