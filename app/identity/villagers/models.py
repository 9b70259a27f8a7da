"""Tables of villagers' accounts: what they are known by, their sessions, codes sent by SMS."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import digests
from app.kernel.db import Base, Numbered


class IdentityKind(StrEnum):
    WECHAT = "wechat"  # openid at the official account
    MINI = "mini"  # openid at the Mini Program
    UNION = "union"  # what both have in common
    PHONE = "phone"


class SessionKind(StrEnum):
    WEB = "web"
    MINI = "mini"


class Way(StrEnum):
    """How a session was begun."""

    WECHAT = "wechat"
    MINI = "mini"
    PHONE = "phone"


class Account(Numbered, Base):
    """A villager's account; one that was deleted leaves its number and nothing of a person.

    `returned_at` is when somebody last signed in by a telephone number that had not been proved
    for so long that the carrier may have given it to somebody else.
    """

    __tablename__ = "villagers"

    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]


class VillagerIdentity(Numbered, Base):
    """One thing an account is known by; the value is sealed."""

    __tablename__ = "villager_identities"
    __table_args__ = (
        CheckConstraint("kind IN ('wechat', 'mini', 'union', 'phone')", name="kind"),
        UniqueConstraint("account_id", "kind"),
    )

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("villagers.id"))
    kind: Mapped[str] = mapped_column(String(10))
    value_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    proved_at: Mapped[datetime]


class IdentityIndex(Base):
    """The blind index of an identity, one row for every index key in use."""

    __tablename__ = "villager_identity_indexes"
    __table_args__ = (
        Index("ix_villager_identity_indexes_identity_id", "identity_id"),
        {
            "info": {
                digests.INFO: digests.Digests(
                    source="villager_identities",
                    link="identity_id",
                    field="kind",
                    sealed="value_sealed",
                    name="villager_{}",
                )
            }
        },
    )

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    key_id: Mapped[str] = mapped_column(String(10))
    identity_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("villager_identities.id", ondelete="CASCADE")
    )


class VillagerSession(Numbered, Base):
    """A session; only the digest of its token is kept."""

    __tablename__ = "villager_sessions"
    __table_args__ = (
        CheckConstraint("kind IN ('web', 'mini')", name="kind"),
        CheckConstraint("way IN ('wechat', 'mini', 'phone')", name="way"),
        Index("ix_villager_sessions_account_id", "account_id"),
        Index("ix_villager_sessions_expires_at", "expires_at"),
    )

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("villagers.id"))
    kind: Mapped[str] = mapped_column(String(10))
    way: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class PhoneCode(Numbered, Base):
    """A code on its way to a telephone: whoever has the challenge and the code has the telephone.

    `account_id` is set where a signed-in villager proves a number, and empty where one signs in.
    `phone_digest` and `address_digest` are for counting; the latter's key changes every day.
    The code goes once it was sent, the number once the challenge is over.
    """

    __tablename__ = "phone_codes"
    __table_args__ = (
        Index("ix_phone_codes_phone_digest", "phone_digest", "created_at"),
        Index("ix_phone_codes_address_digest", "address_digest", "created_at"),
        Index("ix_phone_codes_created_at", "created_at"),
        Index("ix_phone_codes_account_id", "account_id"),
    )

    challenge_digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("villagers.id"))
    phone_digest: Mapped[bytes] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_digest: Mapped[bytes] = mapped_column(LargeBinary)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary)
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    provider_id: Mapped[str | None] = mapped_column(String(100))
    used_at: Mapped[datetime | None]
