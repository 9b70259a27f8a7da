"""the access ledger"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A month's partition is made beside the table and attached, so that lines which a wrong clock put
# into the default one move to where they belong. It gives no rights: the app reads and adds
# through the whole table alone.
MAKE_MONTH = """
CREATE FUNCTION ledger_make_month(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s'
AS $$
DECLARE
    first timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
    after timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    part text := 'access_ledger_' || to_char(month, 'YYYYMM');
BEGIN
    IF month NOT BETWEEN date '2020-01-01' AND date '2199-12-31' THEN
        RAISE EXCEPTION 'not a month of the ledger';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger_months', 0));
    IF to_regclass('public.' || part) IS NOT NULL THEN
        RETURN false;
    END IF;
    LOCK TABLE public.access_ledger_other IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.access_ledger INCLUDING ALL)', part);
    EXECUTE format('INSERT INTO public.%I SELECT * FROM public.access_ledger_other WHERE at >= $1 AND at < $2', part) USING first, after;
    DELETE FROM public.access_ledger_other WHERE at >= first AND at < after;
    EXECUTE format('ALTER TABLE public.access_ledger ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', part, first, after);
    RETURN true;
END
$$
"""

# Refuses what is not over for 36 months by the server's own clock, what was not closed, and a
# month with a line that no seal covers. Seals go up to the place where the closing cut the chain.
DROP_MONTH = """
CREATE FUNCTION ledger_drop_month(wanted date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s'
AS $$
DECLARE
    first timestamptz := date_trunc('month', wanted::timestamp) AT TIME ZONE 'UTC';
    after timestamptz := (date_trunc('month', wanted::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    part text := 'access_ledger_' || to_char(wanted, 'YYYYMM');
    closing public.ledger_closings;
    unsealed boolean;
    counted bigint;
BEGIN
    IF after > now() - interval '36 months' THEN
        RAISE EXCEPTION 'this month of the ledger is kept';
    END IF;
    SELECT * INTO closing FROM public.ledger_closings WHERE ledger_closings.month = first::date;
    IF NOT FOUND OR to_regclass('public.' || part) IS NULL THEN
        RAISE EXCEPTION 'this month of the ledger is not closed';
    END IF;
    EXECUTE format('SELECT count(*), bool_or(s.line_id IS NULL) FROM public.%I l LEFT JOIN public.ledger_seals s ON s.line_id = l.id', part) INTO counted, unsealed;
    IF unsealed OR counted <> closing.lines THEN
        RAISE EXCEPTION 'this month of the ledger is not what was closed';
    END IF;
    IF EXISTS (SELECT FROM public.ledger_seals s WHERE s.sequence <= closing.sequence AND s.line_at >= after) THEN
        RAISE EXCEPTION 'seals of later months would be lost';
    END IF;
    EXECUTE format('DROP TABLE public.%I', part);
    -- Lines that a wrong clock dated before the ledger began go with the seals around them.
    DELETE FROM public.access_ledger_other o USING public.ledger_seals s
        WHERE s.line_id = o.id AND s.sequence <= closing.sequence AND o.at < after;
    DELETE FROM public.ledger_seals WHERE sequence <= closing.sequence;
    DELETE FROM public.ledger_reasons WHERE at >= first AND at < after;
    RETURN counted;
END
$$
"""


def upgrade() -> None:
    _ledger()
    _chain()
    _questions()
    op.execute("CREATE TABLE access_ledger_other PARTITION OF access_ledger DEFAULT")
    op.execute(MAKE_MONTH)
    op.execute(DROP_MONTH)
    for function in ("ledger_make_month(date)", "ledger_drop_month(date)"):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    op.execute(
        "SELECT ledger_make_month((date_trunc('month', now()) + n * interval '1 month')::date)"
        " FROM generate_series(-1, 12) n"
    )


def _ledger() -> None:
    op.execute("CREATE SEQUENCE access_ledger_id_seq AS bigint")
    op.create_table(
        "access_ledger",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who_kind", sa.String(length=10), nullable=False),
        sa.Column("who_id", sa.BigInteger(), nullable=True),
        sa.Column("who_role", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=30), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("fields", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("reason_digest", sa.LargeBinary(), nullable=True),
        sa.Column("opening_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "who_kind IN ('staff', 'villager', 'operator', 'system')",
            name=op.f("ck_access_ledger_who_kind"),
        ),
        sa.CheckConstraint(
            "outcome IN ('granted', 'denied')", name=op.f("ck_access_ledger_outcome")
        ),
        sa.CheckConstraint(
            "act ~ '^[a-z_]+$' AND purpose ~ '^[a-z_]*$'", name=op.f("ck_access_ledger_words")
        ),
        sa.CheckConstraint(
            "array_to_string(fields, ',') ~ '^[a-z_,]*$'", name=op.f("ck_access_ledger_fields")
        ),
        sa.CheckConstraint(
            "division_code ~ '^[0-9]{6,14}$'", name=op.f("ck_access_ledger_division_code")
        ),
        sa.PrimaryKeyConstraint("id", "at", name=op.f("pk_access_ledger")),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index(
        "ix_access_ledger_household",
        "access_ledger",
        ["household_id", "id"],
        postgresql_where=sa.text("household_id IS NOT NULL"),
    )
    op.create_index("ix_access_ledger_at", "access_ledger", ["at"], postgresql_using="brin")
    op.create_index("ix_access_ledger_who", "access_ledger", ["who_kind", "who_id", "id"])


def _chain() -> None:
    op.create_table(
        "ledger_reasons",
        sa.Column("line_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_ledger_reasons")),
    )
    op.create_table(
        "ledger_seals",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("line_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line_digest", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ledger_seals")),
    )
    op.create_index("uq_ledger_seals_line_id", "ledger_seals", ["line_id"], unique=True)
    op.create_table(
        "ledger_heads",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ledger_heads")),
    )
    op.create_table(
        "ledger_closings",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_ledger_closings")),
    )


def _questions() -> None:
    op.create_table(
        "audit_questions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'answered')", name=op.f("ck_audit_questions_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_questions")),
    )
    op.create_index(
        "uq_audit_questions_open",
        "audit_questions",
        ["line_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_audit_questions_account_id", "audit_questions", ["account_id", "id"])
    op.create_index("ix_audit_questions_state", "audit_questions", ["state", "id"])
    op.create_table(
        "audit_flags",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rule", sa.String(length=10), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_line_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rule IN ('many', 'hours', 'strange')", name=op.f("ck_audit_flags_rule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_flags")),
    )
    op.create_table(
        "audit_checks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checks")),
    )
    op.create_index("uq_audit_flags_key", "audit_flags", ["key"], unique=True)
    op.create_index("ix_audit_flags_staff_id", "audit_flags", ["staff_id", "id"])


def downgrade() -> None:
    op.execute("DROP FUNCTION ledger_drop_month(date)")
    op.execute("DROP FUNCTION ledger_make_month(date)")
    for table in (
        "audit_checks",
        "audit_flags",
        "audit_questions",
        "ledger_closings",
        "ledger_heads",
        "ledger_seals",
        "ledger_reasons",
        "access_ledger",
    ):
        op.drop_table(table)
    op.execute("DROP SEQUENCE access_ledger_id_seq")
