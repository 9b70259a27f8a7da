"""Tables of who is bound to a household, what they consented to, and what they want corrected.

All but the corrections hold numbers and times, and stand open to the app role: whose they are is
found by the account. What a column `X_sealed` holds is encrypted at `Place(table, row, "X")`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered


class HouseholdBinding(Numbered, Base):
    """An account that sees a household's record, or asks to.

    `kind`: a `member` of it (`person_id` says who), the `guardian` of a child of it (`person_id`
    is the child), or a `delegate` of a member for a time (`granted_by_id` is that member's own).
    `why` says why a request could not be granted at once; `name_sealed` is what the asker is
    called, for the clerk to read until it is decided. `household_id` is empty while nobody knows
    who lives behind the door. `confirmed_at` is when whoever uses the account last showed that
    they are the person.
    """

    __tablename__ = "household_bindings"
    __table_args__ = (
        CheckConstraint("kind IN ('member', 'guardian', 'delegate')", name="kind"),
        CheckConstraint("state IN ('pending', 'active', 'refused', 'ended')", name="state"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint(
            "state <> 'active' OR household_id IS NOT NULL"
            " AND (kind = 'delegate') = (person_id IS NULL)"
            " AND (kind = 'delegate') = (ends_on IS NOT NULL)",
            name="active",
        ),
        Index(
            "uq_household_bindings_active",
            "account_id",
            "household_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'active' AND kind <> 'guardian'"),
        ),
        Index(
            "uq_household_bindings_guardian",
            "account_id",
            "person_id",
            unique=True,
            postgresql_where=text("state = 'active' AND kind = 'guardian'"),
        ),
        Index(
            "uq_household_bindings_pending",
            "account_id",
            "kind",
            text("coalesce(door_id, 0)"),
            text("coalesce(person_id, 0)"),
            unique=True,
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_household_bindings_account_id", "account_id", "id"),
        Index(
            "ix_household_bindings_household_id",
            "household_id",
            postgresql_where=text("state = 'active'"),
        ),
        Index(
            "ix_household_bindings_person_id",
            "person_id",
            postgresql_where=text("state = 'active'"),
        ),
        Index(
            "ix_household_bindings_waiting",
            "division_code",
            "id",
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_household_bindings_granted_by_id", "granted_by_id"),
    )

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("villagers.id"))
    household_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("households.id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    door_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("doors.id"))
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(20), default="")
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    bound_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    granted_by_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("household_bindings.id", ondelete="CASCADE")
    )
    ends_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str] = mapped_column(String(20), default="")


class BindingConfirmation(Base):
    """In a session that was begun by a number in doubt, somebody showed that they are the person.

    It holds for that session alone and goes with it: the number's next holder has another one.
    """

    __tablename__ = "binding_confirmations"
    __table_args__ = (Index("ix_binding_confirmations_session_id", "session_id"),)

    binding_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("household_bindings.id", ondelete="CASCADE"), primary_key=True
    )
    session_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("villager_sessions.id", ondelete="CASCADE"), primary_key=True
    )
    confirmed_at: Mapped[datetime]


class BindingAttempt(Numbered, Base):
    """Somebody tried to be bound, to use an invitation or to show who they are; kept for a day.

    Counted by account and by the digest of the proved number, whichever is more.
    """

    __tablename__ = "binding_attempts"
    __table_args__ = (
        Index("ix_binding_attempts_account_id", "account_id", "at"),
        Index("ix_binding_attempts_phone_digest", "phone_digest", "at"),
        Index("ix_binding_attempts_at", "at"),
    )

    account_id: Mapped[int] = mapped_column(BigInteger)
    phone_digest: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class BindingInvitation(Numbered, Base):
    """A member's invitation of a delegate: whoever has the code may use it, once."""

    __tablename__ = "binding_invitations"
    __table_args__ = (
        Index("ix_binding_invitations_granted_by_id", "granted_by_id"),
        Index("ix_binding_invitations_expires_at", "expires_at"),
    )

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    granted_by_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("household_bindings.id", ondelete="CASCADE")
    )
    ends_on: Mapped[date]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class NoticeAcceptance(Numbered, Base):
    """An account read a version of the privacy notice and went on."""

    __tablename__ = "notice_acceptances"
    __table_args__ = (Index("uq_notice_acceptances_version", "account_id", "version", unique=True),)

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("villagers.id"))
    version: Mapped[str] = mapped_column(String(20))
    accepted_at: Mapped[datetime]


class Consent(Numbered, Base):
    """A consent from the moment it was given until it was withdrawn; the lines are its history."""

    __tablename__ = "consents"
    __table_args__ = (
        Index(
            "uq_consents_given",
            "account_id",
            "purpose",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_consents_account_id", "account_id", "id"),
    )

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("villagers.id"))
    purpose: Mapped[str] = mapped_column(String(30))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class OptionalDetail(Numbered, Base):
    """What a villager gave of their own accord; it goes with the consent it rests on."""

    __tablename__ = "optional_details"
    __table_args__ = (Index("uq_optional_details_field", "account_id", "field", unique=True),)

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("villagers.id"))
    consent_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("consents.id", ondelete="CASCADE")
    )
    field: Mapped[str] = mapped_column(String(30))
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    given_at: Mapped[datetime]


class Correction(Numbered, Base):
    """A bound member wants a field of the record to be corrected; behind row-level security.

    `person_id` is empty where it is about the household itself. The wanted value and the
    remark go some time after the answer.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'accepted', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        Index(
            "uq_corrections_open",
            "household_id",
            text("coalesce(person_id, 0)"),
            "field",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_corrections_binding_id", "binding_id", "id"),
        Index("ix_corrections_household_id", "household_id", "id"),
        Index(
            "ix_corrections_waiting",
            "division_code",
            "id",
            postgresql_where=text("state = 'open'"),
        ),
    )

    binding_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("household_bindings.id", ondelete="SET NULL")
    )
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("villagers.id"))
    household_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("households.id"))
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("persons.id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    field: Mapped[str] = mapped_column(String(30))
    value_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    remark_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
