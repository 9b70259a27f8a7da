"""holidays, the standard catalogue, its duties and calendar feeds"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OPEN = sa.text("done_on IS NULL")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _foreign(
    column: str, target: str, table: str, *, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def _one_of(table: str, column: str, *words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def upgrade() -> None:
    _holidays()
    _catalogue()
    _duties()
    op.create_table(
        "calendar_feeds",
        _id(),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        _moment("created_at"),
        _moment("revoked_at", nullable=True),
        _foreign("division_code", "divisions.code", "calendar_feeds"),
        _foreign("organisation_id", "organisations.id", "calendar_feeds"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feeds_digest")),
    )
    op.create_index(
        "ix_calendar_feeds_place", "calendar_feeds", ["division_code", "organisation_id"]
    )


def _holidays() -> None:
    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("changed_by", sa.String(length=50), nullable=False),
        _moment("changed_at"),
        _one_of("holidays", "source", "package", "edited"),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holidays")),
    )
    op.create_table(
        "holiday_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("changed_by", sa.String(length=50), nullable=False),
        _moment("changed_at"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2200", name=op.f("ck_holiday_years_year")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_holiday_years")),
    )


def _catalogue() -> None:
    op.create_table(
        "catalogue_versions",
        _id(),
        sa.Column("field_code", sa.String(length=40), nullable=False),
        sa.Column("field_name", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("lower_places", sa.String(length=10), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("imported_by", sa.String(length=50), nullable=False),
        _moment("imported_at"),
        _one_of("catalogue_versions", "state", "draft", "effective", "superseded"),
        _one_of("catalogue_versions", "lower_places", "townships", "villages"),
        sa.CheckConstraint(
            "state = 'draft' OR effective_from IS NOT NULL",
            name=op.f("ck_catalogue_versions_dated"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_versions")),
        sa.UniqueConstraint(
            "field_code", "number", name=op.f("uq_catalogue_versions_field_code_number")
        ),
    )
    op.create_index(
        "uq_catalogue_versions_effective",
        "catalogue_versions",
        ["field_code"],
        unique=True,
        postgresql_where=sa.text("state = 'effective'"),
    )
    _entries()


def _entries() -> None:
    table = "catalogue_entries"
    op.create_table(
        table,
        _id(),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("term_text", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("channels", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("method", sa.String(length=14), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        _one_of(
            table,
            "kind",
            *("working_days", "at_once", "monthly", "quarterly", "half_yearly", "yearly"),
            "unparsed",
        ),
        _one_of(table, "audience", "public", "specific"),
        _one_of(table, "method", "proactive", "on_application"),
        _one_of(table, "level", "county", "township_village", "both"),
        sa.CheckConstraint("number BETWEEN 0 AND 250", name=op.f("ck_catalogue_entries_number")),
        sa.CheckConstraint(
            "due_days BETWEEN 0 AND 250", name=op.f("ck_catalogue_entries_due_days")
        ),
        sa.CheckConstraint(
            "(kind IN ('working_days', 'at_once')) = (number IS NOT NULL)",
            name=op.f("ck_catalogue_entries_term"),
        ),
        _foreign("version_id", "catalogue_versions.id", table, ondelete="CASCADE"),
        _foreign("organisation_id", "organisations.id", table),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_entries")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_catalogue_entries_version_id_key")),
    )
    op.create_index("ix_catalogue_entries_order", table, ["version_id", "seq"])


def _duties() -> None:
    op.create_table(
        "duties",
        _id(),
        sa.Column("entry_key", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("period", sa.String(length=7), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_sure", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_ref", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "(period IS NULL) <> (created_on IS NULL)", name=op.f("ck_duties_cause")
        ),
        sa.CheckConstraint("(done_on IS NULL) = (done_ref IS NULL)", name=op.f("ck_duties_done")),
        _foreign("entry_id", "catalogue_entries.id", "duties"),
        _foreign("division_code", "divisions.code", "duties"),
        _foreign("organisation_id", "organisations.id", "duties"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    op.create_index(
        "uq_duties_period",
        "duties",
        ["entry_key", "division_code", "period"],
        unique=True,
        postgresql_where=sa.text("period IS NOT NULL"),
    )
    op.create_index("ix_duties_open", "duties", ["due_on", "id"], postgresql_where=OPEN)
    op.create_index("ix_duties_due", "duties", ["due_on", "id"])
    op.create_index(
        "ix_duties_place",
        "duties",
        ["division_code", "due_on"],
        postgresql_ops={"division_code": "varchar_pattern_ops"},
    )
    op.create_index("ix_duties_office", "duties", ["organisation_id", "due_on"])
    op.create_index("ix_duties_entry_id", "duties", ["entry_id"])
    op.create_index(
        "ix_duties_answer",
        "duties",
        ["entry_key", "division_code", "due_on"],
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_duties_done_ref",
        "duties",
        ["done_ref"],
        postgresql_where=sa.text("done_ref IS NOT NULL"),
    )


def downgrade() -> None:
    for table in (
        *("calendar_feeds", "duties", "catalogue_entries", "catalogue_versions"),
        *("holiday_years", "holidays"),
    ):
        op.drop_table(table)
