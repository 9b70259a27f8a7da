"""The second wall: PostgreSQL itself shows household rows of one division prefix and no others."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, SQLColumnExpression, false, func, or_, text
from sqlalchemy.orm import Session

from app.kernel.db import Fixed

# Outside a transaction that opened a scope the setting is absent or, once one has used the
# connection, an empty string; both must match no row.
POLICY = "starts_with({column}, NULLIF(current_setting('app.scope', true), ''))"
_OPEN = Fixed(text("SELECT set_config('app.scope', :prefix, true)"))


def open_scope(session: Session, prefix: str) -> None:
    """Let this transaction see the rows of one division and what lies below it.

    Raises ValueError for anything but a division code: an empty prefix would open everything.
    """
    if not (prefix.isascii() and prefix.isdigit() and len(prefix) >= 6):
        raise ValueError("a scope is a division code")
    _OPEN.run(session, {"prefix": prefix})


def opening(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """Select this beside a row to open the scope of its division in the query that reads it."""
    return func.set_config("app.scope", column, True)


def below(column: SQLColumnExpression[str], prefixes: Sequence[str]) -> ColumnElement[bool]:
    """Match the rows of these divisions and what lies below them; no division matches no row."""
    return or_(false(), *(column.startswith(prefix, autoescape=True) for prefix in prefixes))


def protect(table: str, *, column: str = "division_code") -> list[str]:
    """Give the statements that put a table behind the wall, for its owner to run in a migration.

    FORCE binds the owner too; a policy of its own lets migrations and the narrow look-up
    functions, which run as the owner, through. It stops forgotten filters, not SQL injection.
    """
    rule = POLICY.format(column=column)
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY scope ON {table} USING ({rule}) WITH CHECK ({rule})",
        f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
    ]
