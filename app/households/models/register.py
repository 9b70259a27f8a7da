"""Tables of the register: households, persons, what they receive, and everything that changed.

All of them stand behind row-level security; a transaction sees the division it opened
(`kernel.scope`). A column `X_sealed` is encrypted at `Place(table, row, "X")`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import digests
from app.kernel.db import Base, Numbered

HERE = "left_on IS NULL"


class Household(Numbered, Base):
    """A household of a village: its place, its door, and who is assigned to assist it.

    `number` is the number the village's own register gives it, unique among those that exist.
    `joined_into_id` is the household that the last members of one that ended went over to.
    """

    __tablename__ = "households"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'ended')", name="state"),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended"),
        Index(
            "uq_households_number",
            "division_code",
            "number",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index(
            "uq_households_door_id",
            "door_id",
            unique=True,
            postgresql_where=text("state = 'active' AND door_id IS NOT NULL"),
        ),
        Index("ix_households_group", "division_code", "group_code"),
        Index(
            "ix_households_assistance_officer_id",
            "assistance_officer_id",
            postgresql_where=text("assistance_officer_id IS NOT NULL"),
        ),
    )

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    group_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"))
    group_label: Mapped[str] = mapped_column(String(40), default="")
    number: Mapped[str] = mapped_column(String(40))
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    door_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("doors.id"))
    assistance_officer_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(10), default="active")
    ended_on: Mapped[date | None]
    joined_into_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("households.id"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Person(Numbered, Base):
    """A person of the register, in the household of today or, having left, of the last day.

    Once the term of keeping is over, one who left is a number without a name.
    """

    __tablename__ = "persons"
    __table_args__ = (
        CheckConstraint("residence IN ('resident', 'away')", name="residence"),
        CheckConstraint("(left_on IS NULL) = (left_because = '')", name="left"),
        CheckConstraint("name_sealed IS NOT NULL OR left_on IS NOT NULL", name="named"),
        Index(
            "uq_persons_head",
            "household_id",
            unique=True,
            postgresql_where=text(f"is_head AND {HERE}"),
        ),
        Index("ix_persons_household_id", "household_id"),
        Index("ix_persons_division_code", "division_code"),
    )

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    household_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("households.id"))
    is_head: Mapped[bool] = mapped_column(default=False)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    birth_date_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    relation: Mapped[str] = mapped_column(String(20))
    residence: Mapped[str] = mapped_column(String(10), default="resident")
    left_on: Mapped[date | None]
    left_because: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[datetime]


class PersonIndex(Base):
    """A blind index: the digest of a phone or an ID number under one key of the ring.

    While keys are changed a value has a row for each key, and is looked up under each. An ID
    number is in the register once: every writer writes a row for each key of its ring, two rings in
    use share a key, and the rows go when the person leaves, so the unique index holds across
    villages, beside row-level security, and while keys are changed.
    """

    __tablename__ = "person_indexes"
    __table_args__ = (
        CheckConstraint("field IN ('phone', 'id_number')", name="field"),
        Index("ix_person_indexes_digest", "field", "digest"),
        Index(
            "uq_person_indexes_id_number",
            "digest",
            "key_id",
            unique=True,
            postgresql_where=text("field = 'id_number'"),
        ),
        {
            "info": {
                digests.INFO: digests.Digests(
                    source="persons", link="person_id", field="field", sealed="{}_sealed", name="{}"
                )
            }
        },
    )

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("persons.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(10), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(10), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))


class PersonTag(Numbered, Base):
    """What a person is or receives (低保, 特困, 残疾 ...), from a day until a day or for now."""

    __tablename__ = "person_tags"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity"),
        CheckConstraint("amount_fen IS NULL OR amount_fen >= 0", name="amount"),
        Index("ix_person_tags_person_id", "person_id"),
        Index("ix_person_tags_division_code", "division_code", "tag"),
    )

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("persons.id"))
    tag: Mapped[str] = mapped_column(String(30))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)  # a month
    source: Mapped[str] = mapped_column(String(60))


class RecordChange(Numbered, Base):
    """Something in the register changed: who, when, from which source, and what stood before.

    The newest line that names a field is that field's provenance.
    """

    __tablename__ = "record_changes"
    __table_args__ = (
        CheckConstraint(
            "actor_kind IN ('staff', 'villager', 'operator', 'system')", name="actor_kind"
        ),
        Index("ix_record_changes_household_id", "household_id", "id"),
        Index("ix_record_changes_person_id", "person_id"),
        Index("ix_record_changes_division_code", "division_code"),
    )

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    household_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("households.id"))
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("persons.id"))
    act: Mapped[str] = mapped_column(String(30))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    source: Mapped[str] = mapped_column(String(60))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(String(50))
    at: Mapped[datetime]
    before_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    after_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
