"""aid lists: kinds with their terms, lists, rows, uploads, objections, and what keeps them true"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NAMED = "社会救助暂行办法第十一条、民发〔2021〕57号：只公示姓名、村组、人数、金额和期间"
PLACED = ["place", "members"]
SUBSIDY = "政府信息公开条例第二十一条、涉农补贴公开标准目录"
KINDS = (
    ("dibao", "农村低保", NAMED, "dibao", PLACED, "refuse", 7, 5, 30),
    ("tekun", "特困供养", NAMED, "social_assistance", PLACED, "mask", 7, 5, 30),
    (
        *("temporary_aid", "临时救助", "社会救助暂行办法第六十一条", "social_assistance"),
        *(PLACED, "refuse", 7, 5, 30),
    ),
    (
        *("farm_subsidy", "涉农补贴", SUBSIDY, "agricultural_subsidy"),
        *(["place", "subsidy", "area"], "refuse", 7, 5, 30),
    ),
)
COLUMNS = (
    *("code", "name", "legal_basis", "topic_code", "shown", "minors"),
    *("objection_days", "answer_days", "shown_days"),
)
KEPT_DAYS = 30
SINCE = date(2021, 7, 1)

# A refusal is a check violation that bears the name of the promise it keeps.
REFUSE = """
CREATE FUNCTION aid_refuse(promise text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'aid lists refuse: %', promise
        USING ERRCODE = 'check_violation', CONSTRAINT = promise;
END
$$
"""

ROWS_HASH = """
CREATE FUNCTION aid_rows_hash(wanted bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(coalesce(string_agg(jsonb_build_array(
        r.position, r.name, r.place, r.members, r.amount_fen, r.subsidy, r.area
    )::text, E'\\n' ORDER BY r.position), ''), 'UTF8')), 'hex')
    FROM public.aid_rows r WHERE r.list_id = wanted
$$
"""

# Rows of a list change while its draft is written, and at no other time.
REQUIRE_OPEN = """
CREATE FUNCTION aid_require_open(wanted bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    list public.aid_lists;
BEGIN
    SELECT * INTO list FROM public.aid_lists l WHERE l.id = wanted FOR NO KEY UPDATE;
    IF list.published_on IS NOT NULL OR list.erased_at IS NOT NULL OR EXISTS (
        SELECT FROM public.drafts d WHERE d.aid_list_id = wanted AND d.state <> 'draft'
    ) THEN
        PERFORM aid_refuse('aid_rows_locked');
    END IF;
END
$$
"""

GUARD_ROW = """
CREATE FUNCTION aid_guard_row() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (
            SELECT FROM public.aid_lists l WHERE l.id = OLD.list_id AND l.erased_at IS NOT NULL
        ) THEN
            PERFORM aid_require_open(OLD.list_id);
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.list_id, NEW.position) IS DISTINCT FROM (OLD.list_id, OLD.position) THEN
        PERFORM aid_refuse('aid_row_fixed');
    END IF;
    PERFORM aid_require_open(NEW.list_id);
    RETURN NEW;
END
$$
"""

SUM_UP = """
CREATE FUNCTION aid_sum_up() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE public.aid_lists l SET row_count = s.rows, member_count = s.members,
            total_fen = s.fen, rows_hash = aid_rows_hash(l.id)
        FROM (SELECT c.list_id, count(r.list_id) AS rows,
                     coalesce(sum(coalesce(r.members, 1)) FILTER (WHERE r.list_id IS NOT NULL), 0) AS members,
                     coalesce(sum(r.amount_fen), 0) AS fen
              FROM (SELECT DISTINCT list_id FROM changed) c
              LEFT JOIN public.aid_rows r ON r.list_id = c.list_id
              GROUP BY c.list_id) s
        WHERE l.id = s.list_id AND l.erased_at IS NULL;
    RETURN NULL;
END
$$
"""

# An erased list keeps its counts and its hash; they are those of the rows it had.
GUARD_LIST = """
CREATE FUNCTION aid_guard_list() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    rows bigint;
    members bigint;
    fen bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM aid_refuse('aid_lists_are_kept');
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id <> OLD.id OR (OLD.published_on IS NOT NULL OR OLD.erased_at IS NOT NULL) AND
                (NEW.kind_id, NEW.organisation_id, NEW.period, NEW.published_on, NEW.objections_until,
                 NEW.row_count, NEW.member_count, NEW.total_fen, NEW.rows_hash, NEW.before_id,
                 NEW.added_count, NEW.added_fen, NEW.removed_count, NEW.removed_fen)
                IS DISTINCT FROM
                (OLD.kind_id, OLD.organisation_id, OLD.period, OLD.published_on, OLD.objections_until,
                 OLD.row_count, OLD.member_count, OLD.total_fen, OLD.rows_hash, OLD.before_id,
                 OLD.added_count, OLD.added_fen, OLD.removed_count, OLD.removed_fen) THEN
            PERFORM aid_refuse('aid_list_published');
        END IF;
        IF OLD.erased_at IS NOT NULL THEN
            IF NEW.erased_at IS DISTINCT FROM OLD.erased_at THEN
                PERFORM aid_refuse('aid_list_erased');
            END IF;
            RETURN NEW;
        END IF;
        IF NEW.erased_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.items i WHERE i.aid_list_id = NEW.id
            AND (i.withdrawn_at IS NOT NULL OR i.superseded_by_id IS NOT NULL)
        ) AND (NEW.published_on IS NOT NULL OR EXISTS (
            SELECT FROM public.drafts d WHERE d.aid_list_id = NEW.id AND d.state <> 'discarded'
        )) THEN
            PERFORM aid_refuse('aid_list_stands');
        END IF;
    END IF;
    SELECT count(*), coalesce(sum(coalesce(r.members, 1)), 0), coalesce(sum(r.amount_fen), 0)
        INTO rows, members, fen FROM public.aid_rows r WHERE r.list_id = NEW.id;
    IF (NEW.row_count, NEW.member_count, NEW.total_fen) IS DISTINCT FROM (rows, members, fen) THEN
        PERFORM aid_refuse('aid_sums');
    END IF;
    NEW.rows_hash := aid_rows_hash(NEW.id);
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    "aid_refuse(text)",
    "aid_rows_hash(bigint)",
    "aid_require_open(bigint)",
    "aid_guard_row()",
    "aid_sum_up()",
    "aid_guard_list()",
)
EVERY = "BEFORE INSERT OR UPDATE OR DELETE"
TRIGGERS = (
    ("aid_guard_list", f"{EVERY} ON aid_lists FOR EACH ROW", "aid_guard_list()"),
    ("aid_guard_row", f"{EVERY} ON aid_rows FOR EACH ROW", "aid_guard_row()"),
    *(
        (
            f"aid_sum_up_{act.lower()}",
            f"AFTER {act} ON aid_rows REFERENCING {side} TABLE AS changed FOR EACH STATEMENT",
            "aid_sum_up()",
        )
        for act, side in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ),
)


def upgrade() -> None:
    _kinds()
    _lists()
    _uploads_and_objections()
    for table in ("drafts", "items"):
        op.add_column(table, sa.Column("aid_list_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_aid_list_id"), table, "aid_lists", ["aid_list_id"], ["id"]
        )
        op.create_index(
            f"uq_{table}_aid_list_id",
            table,
            ["aid_list_id"],
            unique=True,
            postgresql_where=sa.text("aid_list_id IS NOT NULL"),
        )
    op.create_check_constraint(
        op.f("ck_items_aid_list_expires"), "items", "aid_list_id IS NULL OR expires_on IS NOT NULL"
    )
    op.add_column("draft_texts", sa.Column("list_text", sa.Text(), nullable=True))
    for statement in (REFUSE, ROWS_HASH, REQUIRE_OPEN, GUARD_ROW, SUM_UP, GUARD_LIST):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    for name, when, function in TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}")


def _kinds() -> None:
    kinds = op.create_table(
        "aid_kinds",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("topic_code", sa.String(length=40), nullable=False),
        sa.Column("shown", ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("minors", sa.String(length=6), nullable=False),
        sa.Column("objection_days", sa.SmallInteger(), nullable=False),
        sa.Column("answer_days", sa.SmallInteger(), nullable=False),
        sa.Column("shown_days", sa.SmallInteger(), nullable=False),
        sa.Column("kept_days", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "code IN ('dibao', 'tekun', 'temporary_aid', 'farm_subsidy')",
            name=op.f("ck_aid_kinds_code"),
        ),
        sa.CheckConstraint(
            "shown <@ ARRAY['place', 'members', 'subsidy', 'area']::varchar[]",
            name=op.f("ck_aid_kinds_shown"),
        ),
        sa.CheckConstraint("minors IN ('refuse', 'mask')", name=op.f("ck_aid_kinds_minors")),
        sa.CheckConstraint(
            "objection_days BETWEEN 1 AND 60 AND answer_days BETWEEN 1 AND 60"
            " AND shown_days BETWEEN objection_days AND 366 AND kept_days BETWEEN 0 AND 366",
            name=op.f("ck_aid_kinds_days"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_kinds")),
        sa.UniqueConstraint("code", "effective_from", name="uq_aid_kinds_code"),
    )
    op.bulk_insert(
        kinds,
        [
            {
                **dict(zip(COLUMNS, one, strict=True)),
                "kept_days": KEPT_DAYS,
                "effective_from": SINCE,
            }
            for one in KINDS
        ],
    )


def _lists() -> None:
    op.create_table(
        "aid_lists",
        sa.Column("kind_id", sa.BigInteger(), nullable=False),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("rows_hash", sa.String(length=64), nullable=False),
        sa.Column("before_id", sa.BigInteger(), nullable=True),
        sa.Column("added_count", sa.Integer(), nullable=True),
        sa.Column("added_fen", sa.BigInteger(), nullable=True),
        sa.Column("removed_count", sa.Integer(), nullable=True),
        sa.Column("removed_fen", sa.BigInteger(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("objections_until", sa.Date(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.String(length=50), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "period ~ '^2[01][0-9]{2}-(0[1-9]|1[0-2]|Q[1-4])$'", name=op.f("ck_aid_lists_period")
        ),
        sa.CheckConstraint(
            "(published_on IS NULL) = (objections_until IS NULL)",
            name=op.f("ck_aid_lists_published"),
        ),
        sa.CheckConstraint(
            "(added_count IS NULL) = (removed_count IS NULL)"
            " AND (added_count IS NULL) = (added_fen IS NULL)"
            " AND (added_count IS NULL) = (removed_fen IS NULL)"
            " AND (added_count IS NULL OR before_id IS NOT NULL)",
            name=op.f("ck_aid_lists_change"),
        ),
        sa.ForeignKeyConstraint(["kind_id"], ["aid_kinds.id"], name=op.f("fk_aid_lists_kind_id")),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_aid_lists_division_code")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_aid_lists_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["aid_lists.id"], name=op.f("fk_aid_lists_before_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff.id"], name=op.f("fk_aid_lists_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_lists")),
    )
    op.create_index(
        "ix_aid_lists_division_code", "aid_lists", ["division_code", "kind_id", "period"]
    )
    op.create_table(
        "aid_rows",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("members", sa.SmallInteger(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("subsidy", sa.String(length=60), nullable=False),
        sa.Column("area", sa.Integer(), nullable=True),
        sa.CheckConstraint("position > 0", name=op.f("ck_aid_rows_position")),
        sa.CheckConstraint("length(name) >= 2", name=op.f("ck_aid_rows_name")),
        sa.CheckConstraint("members BETWEEN 1 AND 99", name=op.f("ck_aid_rows_members")),
        sa.CheckConstraint("amount_fen BETWEEN 1 AND 9999999999", name=op.f("ck_aid_rows_amount")),
        sa.CheckConstraint("area BETWEEN 1 AND 10000000", name=op.f("ck_aid_rows_area")),
        sa.ForeignKeyConstraint(["list_id"], ["aid_lists.id"], name=op.f("fk_aid_rows_list_id")),
        sa.PrimaryKeyConstraint("list_id", "position", name=op.f("pk_aid_rows")),
    )


def _uploads_and_objections() -> None:
    op.create_table(
        "aid_uploads",
        sa.Column("kind_id", sa.BigInteger(), nullable=False),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seen_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("plan_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "file_sealed IS NULL OR plan_sealed IS NULL", name=op.f("ck_aid_uploads_one_of_both")
        ),
        sa.ForeignKeyConstraint(["kind_id"], ["aid_kinds.id"], name=op.f("fk_aid_uploads_kind_id")),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_aid_uploads_division_code")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_aid_uploads_organisation_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_aid_uploads_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_uploads")),
    )
    op.create_index("ix_aid_uploads_created_at", "aid_uploads", ["created_at"])
    op.create_table(
        "aid_objections",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("set_aside_for", sa.String(length=9), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=50), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'set_aside')", name=op.f("ck_aid_objections_state")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_aid_objections_answered_at")
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answer IS NOT NULL)", name=op.f("ck_aid_objections_answer")
        ),
        sa.CheckConstraint(
            "(state = 'set_aside') = (set_aside_for IS NOT NULL)",
            name=op.f("ck_aid_objections_set_aside"),
        ),
        sa.CheckConstraint(
            "set_aside_for IN ('abuse', 'elsewhere')",
            name=op.f("ck_aid_objections_set_aside_for"),
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["aid_lists.id"], name=op.f("fk_aid_objections_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["staff.id"], name=op.f("fk_aid_objections_answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_objections")),
    )
    op.create_index("ix_aid_objections_list_id", "aid_objections", ["list_id"])
    op.create_index("ix_aid_objections_state", "aid_objections", ["state", "due_on"])


def downgrade() -> None:
    for name, when, _function in TRIGGERS:
        table = "aid_lists" if "aid_lists" in when else "aid_rows"
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for function in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_column("draft_texts", "list_text")
    op.drop_constraint(op.f("ck_items_aid_list_expires"), "items")
    for table in ("items", "drafts"):
        op.drop_index(f"uq_{table}_aid_list_id", table_name=table)
        op.drop_constraint(op.f(f"fk_{table}_aid_list_id"), table)
        op.drop_column(table, "aid_list_id")
    for table in ("aid_objections", "aid_uploads", "aid_rows", "aid_lists", "aid_kinds"):
        op.drop_table(table)
