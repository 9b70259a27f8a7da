"""the fund ledger: months, lines, vouchers, questions, and the triggers that keep its sums"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CATEGORIES = (
    ("operation_income", "income", "经营收入"),
    ("contract_income", "income", "发包和上交收入"),
    ("lease_income", "income", "租赁收入"),
    ("investment_income", "income", "投资收益"),
    ("grant_income", "income", "财政补助收入"),
    ("donation_income", "income", "捐赠收入"),
    ("other_income", "income", "其他收入"),
    ("operation_expense", "expense", "经营支出"),
    ("public_works_expense", "expense", "公益事业支出"),
    ("welfare_expense", "expense", "福利和慰问支出"),
    ("dividend_expense", "expense", "收益分配"),
    ("wages_expense", "expense", "劳务和误工补助"),
    ("office_expense", "expense", "办公和管理支出"),
    ("assets_expense", "expense", "购建资产支出"),
    ("other_expense", "expense", "其他支出"),
)
TERMS = (("amount", 5), ("use", 5), ("voucher", 5), ("other", 5))

# A refusal is a check violation that bears the name of the promise it keeps.
REFUSE = """
CREATE FUNCTION fund_refuse(promise text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the fund ledger refuses: %', promise
        USING ERRCODE = 'check_violation', CONSTRAINT = promise;
END
$$
"""

# The lines in their order, and the hash of the month before: a chain over the whole ledger.
LINES_HASH = """
CREATE FUNCTION fund_lines_hash(wanted bigint, opening bigint, former text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\\n', coalesce(former, ''), opening::text, (
        SELECT string_agg(jsonb_build_array(
            l.no, to_char(l.on_date, 'YYYY-MM-DD'), l.kind, l.category_code, l.sign, l.amount_fen,
            l.summary, l.approved_by, l.corrects_line_id,
            (SELECT jsonb_agg(v.attachment_id ORDER BY v.position)
             FROM public.fund_vouchers v WHERE v.line_id = l.id)
        )::text, E'\\n' ORDER BY l.no)
        FROM public.fund_lines l WHERE l.month_id = wanted
    )), 'UTF8')), 'hex')
$$
"""

# Whoever opens a month waits for others who open one of the village, and for whoever changes the
# month before it. A month's update locks no earlier one: lines lock months forwards alone.
GUARD_MONTH = """
CREATE FUNCTION fund_guard_month() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    former public.fund_months;
    place integer;
    income bigint;
    expense bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM fund_refuse('fund_months_are_kept');
    END IF;
    place := NEW.year * 12 + NEW.month;
    IF TG_OP = 'INSERT' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('fund_months:' || NEW.division_code, 0));
        SELECT * INTO former FROM public.fund_months m
            WHERE m.division_code = NEW.division_code
            ORDER BY m.year DESC, m.month DESC LIMIT 1 FOR SHARE;
        IF NEW.state <> 'open' THEN
            PERFORM fund_refuse('fund_state');
        ELSIF former.id IS NOT NULL AND former.year * 12 + former.month <> place - 1 THEN
            PERFORM fund_refuse('fund_next_month');
        END IF;
    ELSE
        IF OLD.state = 'closed' THEN
            PERFORM fund_refuse('fund_month_closed');
        ELSIF (NEW.id, NEW.division_code, NEW.year, NEW.month)
                IS DISTINCT FROM (OLD.id, OLD.division_code, OLD.year, OLD.month) THEN
            PERFORM fund_refuse('fund_month_fixed');
        ELSIF NEW.state <> OLD.state
                AND (OLD.state, NEW.state) NOT IN
                    (('open', 'submitted'), ('submitted', 'open'), ('submitted', 'closed')) THEN
            PERFORM fund_refuse('fund_state');
        END IF;
        SELECT * INTO former FROM public.fund_months m
            WHERE m.division_code = NEW.division_code AND m.year * 12 + m.month < place
            ORDER BY m.year DESC, m.month DESC LIMIT 1;
    END IF;
    IF former.id IS NOT NULL AND NEW.opening_fen IS DISTINCT FROM former.closing_fen THEN
        PERFORM fund_refuse('fund_opening');
    END IF;
    SELECT coalesce(sum(l.sign * l.amount_fen) FILTER (WHERE l.kind = 'income'), 0),
           coalesce(sum(l.sign * l.amount_fen) FILTER (WHERE l.kind = 'expense'), 0)
        INTO income, expense FROM public.fund_lines l WHERE l.month_id = NEW.id;
    IF (NEW.income_fen, NEW.expense_fen) IS DISTINCT FROM (income, expense) THEN
        PERFORM fund_refuse('fund_sums');
    END IF;
    IF NEW.state = 'closed' THEN
        IF former.id IS NOT NULL AND former.state <> 'closed' THEN
            PERFORM fund_refuse('fund_order');
        ELSIF EXISTS (
            SELECT FROM public.fund_lines l WHERE l.month_id = NEW.id AND CASE
                WHEN NEW.closed_by_id IS NULL THEN NEW.closed_by_name IN (l.entered_by_name, l.changed_by_name)
                ELSE NEW.closed_by_id IN (l.entered_by_id, l.changed_by_id) END
        ) THEN
            PERFORM fund_refuse('fund_own_entries');
        ELSIF EXISTS (
            SELECT FROM public.fund_lines l WHERE l.month_id = NEW.id HAVING max(l.no) <> count(*)
        ) THEN
            PERFORM fund_refuse('fund_numbers');
        END IF;
        NEW.lines_hash := fund_lines_hash(NEW.id, NEW.opening_fen, former.lines_hash);
    END IF;
    RETURN NEW;
END
$$
"""

CARRY_BALANCE = """
CREATE FUNCTION fund_carry_balance() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE public.fund_months m SET opening_fen = NEW.closing_fen
        WHERE m.division_code = NEW.division_code
        AND m.year * 12 + m.month = NEW.year * 12 + NEW.month + 1
        AND m.opening_fen <> NEW.closing_fen;
    RETURN NULL;
END
$$
"""

# Locks the month, so that no line slips in while it closes.
REQUIRE_OPEN = """
CREATE FUNCTION fund_require_open(wanted bigint) RETURNS public.fund_months
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ledger public.fund_months;
BEGIN
    SELECT * INTO ledger FROM public.fund_months m WHERE m.id = wanted FOR UPDATE;
    IF ledger.state = 'closed' THEN
        PERFORM fund_refuse('fund_month_closed');
    ELSIF ledger.state = 'submitted' THEN
        PERFORM fund_refuse('fund_month_submitted');
    END IF;
    RETURN ledger;
END
$$
"""

# What is left of a corrected line, together with its other corrections in the same category, is
# never less than nothing: `delta` is what the line that is written changes of it.
REQUIRE_CORRECTION = """
CREATE FUNCTION fund_require_correction(line public.fund_lines, is_kept boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    original public.fund_lines;
    rest bigint;
BEGIN
    SELECT * INTO original FROM public.fund_lines l WHERE l.id = line.corrects_line_id FOR UPDATE;
    IF original.division_code IS DISTINCT FROM line.division_code
            OR original.corrects_line_id IS NOT NULL
            OR NOT EXISTS (SELECT FROM public.fund_months m
                           WHERE m.id = original.month_id AND m.state = 'closed')
            OR (line.sign = -1 AND (line.kind, line.category_code)
                               <> (original.kind, original.category_code)) THEN
        PERFORM fund_refuse('fund_correction');
    END IF;
    SELECT coalesce(sum(l.sign * l.amount_fen), 0) INTO rest FROM public.fund_lines l
        WHERE l.corrects_line_id = original.id AND l.id <> line.id
        AND (l.kind, l.category_code) = (original.kind, original.category_code);
    IF is_kept AND (line.kind, line.category_code) = (original.kind, original.category_code) THEN
        rest := rest + line.sign * line.amount_fen;
    END IF;
    IF original.amount_fen + rest < 0 THEN
        PERFORM fund_refuse('fund_reversal');
    END IF;
END
$$
"""

GUARD_LINE = """
CREATE FUNCTION fund_guard_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ledger public.fund_months;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM fund_require_open(OLD.month_id);
        IF OLD.corrects_line_id IS NOT NULL THEN
            PERFORM fund_require_correction(OLD, false);
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.month_id, NEW.corrects_line_id)
            IS DISTINCT FROM (OLD.id, OLD.month_id, OLD.corrects_line_id) THEN
        PERFORM fund_require_open(OLD.month_id);
        PERFORM fund_refuse('fund_line_fixed');
    END IF;
    ledger := fund_require_open(NEW.month_id);
    IF NEW.division_code <> ledger.division_code
            OR to_char(NEW.on_date, 'YYYY-MM')
               <> to_char(make_date(ledger.year, ledger.month, 1), 'YYYY-MM') THEN
        PERFORM fund_refuse('fund_line_month');
    END IF;
    IF NEW.corrects_line_id IS NOT NULL THEN
        PERFORM fund_require_correction(NEW, true);
    END IF;
    RETURN NEW;
END
$$
"""

SUM_UP = """
CREATE FUNCTION fund_sum_up() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wanted bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.month_id ELSE NEW.month_id END;
BEGIN
    UPDATE public.fund_months m SET income_fen = s.income, expense_fen = s.expense
        FROM (SELECT coalesce(sum(l.sign * l.amount_fen) FILTER (WHERE l.kind = 'income'), 0) AS income,
                     coalesce(sum(l.sign * l.amount_fen) FILTER (WHERE l.kind = 'expense'), 0) AS expense
              FROM public.fund_lines l WHERE l.month_id = wanted) s
        WHERE m.id = wanted
        AND (m.income_fen, m.expense_fen) IS DISTINCT FROM (s.income::bigint, s.expense::bigint);
    RETURN NULL;
END
$$
"""

GUARD_VOUCHER = """
CREATE FUNCTION fund_guard_voucher() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM fund_require_open((SELECT l.month_id FROM public.fund_lines l WHERE l.id = OLD.line_id));
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    PERFORM fund_require_open((SELECT l.month_id FROM public.fund_lines l WHERE l.id = NEW.line_id));
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    "fund_refuse(text)",
    "fund_lines_hash(bigint, bigint, text)",
    "fund_guard_month()",
    "fund_carry_balance()",
    "fund_require_open(bigint)",
    "fund_require_correction(public.fund_lines, boolean)",
    "fund_guard_line()",
    "fund_sum_up()",
    "fund_guard_voucher()",
)
TRIGGERS = (
    ("fund_guard_month", "BEFORE INSERT OR UPDATE OR DELETE", "fund_months"),
    ("fund_carry_balance", "AFTER UPDATE", "fund_months"),
    ("fund_guard_line", "BEFORE INSERT OR UPDATE OR DELETE", "fund_lines"),
    ("fund_sum_up", "AFTER INSERT OR UPDATE OR DELETE", "fund_lines"),
    ("fund_guard_voucher", "BEFORE INSERT OR UPDATE OR DELETE", "fund_vouchers"),
)


def upgrade() -> None:
    _data()
    _ledger()
    _questions()
    for statement in (
        *(REFUSE, LINES_HASH, GUARD_MONTH, CARRY_BALANCE),
        *(REQUIRE_OPEN, REQUIRE_CORRECTION, GUARD_LINE, SUM_UP, GUARD_VOUCHER),
    ):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    for name, when, table in TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _data() -> None:
    categories = op.create_table(
        "fund_categories",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('income', 'expense')", name=op.f("ck_fund_categories_kind")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_fund_categories")),
        sa.UniqueConstraint("code", "kind", name="uq_fund_categories_code_kind"),
        sa.UniqueConstraint("name", name=op.f("uq_fund_categories_name")),
    )
    terms = op.create_table(
        "fund_terms",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 60", name=op.f("ck_fund_terms_days")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_fund_terms")),
    )
    op.bulk_insert(
        categories,
        [
            {"code": code, "kind": kind, "name": name, "position": position, "in_use": True}
            for position, (code, kind, name) in enumerate(CATEGORIES, start=1)
        ],
    )
    op.bulk_insert(terms, [{"kind": kind, "days": days} for kind, days in TERMS])


def _ledger() -> None:
    op.create_table(
        "fund_months",
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), nullable=False),
        sa.Column("income_fen", sa.BigInteger(), nullable=False),
        sa.Column("expense_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "closing_fen",
            sa.BigInteger(),
            sa.Computed("opening_fen + income_fen - expense_fen", persisted=True),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_by_name", sa.String(length=50), nullable=True),
        sa.Column("lines_hash", sa.String(length=64), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("length(division_code) = 12", name=op.f("ck_fund_months_village")),
        sa.CheckConstraint(
            "year BETWEEN 2000 AND 2199 AND month BETWEEN 1 AND 12",
            name=op.f("ck_fund_months_month"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'submitted', 'closed')", name=op.f("ck_fund_months_state")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL AND closed_by_name IS NOT NULL"
            " AND lines_hash IS NOT NULL)",
            name=op.f("ck_fund_months_closed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_fund_months_division_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_months")),
        sa.UniqueConstraint("division_code", "year", "month", name="uq_fund_months_month"),
    )
    op.create_table(
        "fund_steps",
        sa.Column("month_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=9), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "act IN ('submitted', 'returned', 'closed')", name=op.f("ck_fund_steps_act")
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["fund_months.id"], name=op.f("fk_fund_steps_month_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_steps")),
    )
    op.create_index(op.f("ix_fund_steps_month_id"), "fund_steps", ["month_id"])
    _lines()


def _lines() -> None:
    op.create_table(
        "fund_lines",
        sa.Column("month_id", sa.BigInteger(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("category_code", sa.String(length=30), nullable=False),
        sa.Column("summary", sa.String(length=120), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("sign", sa.SmallInteger(), nullable=False),
        sa.Column("approved_by", sa.String(length=60), nullable=False),
        sa.Column("corrects_line_id", sa.BigInteger(), nullable=True),
        sa.Column("entered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("entered_by_name", sa.String(length=50), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_by_name", sa.String(length=50), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("no > 0", name=op.f("ck_fund_lines_no")),
        sa.CheckConstraint(
            "amount_fen BETWEEN 1 AND 9999999999", name=op.f("ck_fund_lines_amount")
        ),
        sa.CheckConstraint(
            "sign = 1 OR (sign = -1 AND corrects_line_id IS NOT NULL)",
            name=op.f("ck_fund_lines_sign"),
        ),
        sa.CheckConstraint(
            "length(summary) >= 2 AND length(approved_by) >= 2", name=op.f("ck_fund_lines_words")
        ),
        sa.ForeignKeyConstraint(
            ["category_code", "kind"],
            ["fund_categories.code", "fund_categories.kind"],
            name="fk_fund_lines_category",
        ),
        sa.ForeignKeyConstraint(
            ["corrects_line_id"], ["fund_lines.id"], name=op.f("fk_fund_lines_corrects_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["month_id"], ["fund_months.id"], name=op.f("fk_fund_lines_month_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_lines")),
        sa.UniqueConstraint(
            "month_id", "no", name="uq_fund_lines_no", deferrable=True, initially="DEFERRED"
        ),
    )
    op.create_index(
        "ix_fund_lines_corrects_line_id",
        "fund_lines",
        ["corrects_line_id"],
        postgresql_where=sa.text("corrects_line_id IS NOT NULL"),
    )
    op.create_table(
        "fund_vouchers",
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("attachment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 10", name=op.f("ck_fund_vouchers_position")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["fund_lines.id"], name=op.f("fk_fund_vouchers_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_fund_vouchers_attachment_id")
        ),
        sa.PrimaryKeyConstraint("line_id", "attachment_id", name=op.f("pk_fund_vouchers")),
        sa.UniqueConstraint("line_id", "position", name="uq_fund_vouchers_position"),
    )


def _questions() -> None:
    op.create_table(
        "fund_questions",
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.String(length=300), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("set_aside_for", sa.String(length=15), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=50), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'set_aside')", name=op.f("ck_fund_questions_state")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_fund_questions_answered_at")
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answer IS NOT NULL AND text IS NOT NULL)",
            name=op.f("ck_fund_questions_answer"),
        ),
        sa.CheckConstraint(
            "(state = 'set_aside') = (set_aside_for IS NOT NULL)",
            name=op.f("ck_fund_questions_set_aside"),
        ),
        sa.CheckConstraint(
            "set_aside_for IN ('personal_data', 'abuse')",
            name=op.f("ck_fund_questions_set_aside_for"),
        ),
        sa.ForeignKeyConstraint(["kind"], ["fund_terms.kind"], name=op.f("fk_fund_questions_kind")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["fund_lines.id"], name=op.f("fk_fund_questions_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_questions")),
    )
    op.create_index("ix_fund_questions_account_id", "fund_questions", ["account_id"])
    op.create_index(
        "ix_fund_questions_division_code", "fund_questions", ["division_code", "state", "due_on"]
    )
    op.create_index("ix_fund_questions_line_id", "fund_questions", ["line_id"])
    op.create_index(
        "uq_fund_questions_waiting",
        "fund_questions",
        ["line_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    for name, _when, table in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for function in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {function}")
    for table in (
        *("fund_questions", "fund_vouchers", "fund_lines", "fund_steps", "fund_months"),
        *("fund_terms", "fund_categories"),
    ):
        op.drop_table(table)
