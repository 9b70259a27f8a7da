"""Bring the schema up to date as the owner, and let the app role use it, never own it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url, text

from app.kernel.db import Base, driver_url

FOLDER = Path(__file__).parent.parent / "migrations"


def configuration(owner_url: str) -> Config:
    """Tell Alembic where the migrations are and which database to bring up to date."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = driver_url(owner_url)
    return config


def newest_revision() -> str:
    """Name the revision this code expects the database to be at."""
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


def upgrade(owner_url: str, *, app_url: str, revision: str = "head") -> None:
    """Run the migrations as the owner and grant the app role what it needs to work.

    Refuses (ValueError) where both addresses name one role: the app would own its tables, and an
    owner is not bound by row-level security.
    """
    owner, role = make_url(owner_url).username, make_url(app_url).username
    if not role or owner == role:
        raise ValueError("DATABASE_URL and DATABASE_OWNER_URL must name two different roles")
    command.upgrade(configuration(owner_url), revision)
    grant_to_app(owner_url, role=role)


def grant_to_app(owner_url: str, *, role: str) -> None:
    """Let `role` read and write every table of the schema public, and nothing more.

    What a model calls append-only may be read and added to alone. Partitions are reached through
    the whole table and never by themselves; functions are the role's and nobody else's.
    """
    engine = create_engine(driver_url(owner_url))
    quoted = engine.dialect.identifier_preparer.quote(role)
    with engine.begin() as connection:
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {quoted}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
            "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
            f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {quoted}",
            f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {quoted}",
        ):
            connection.execute(text(statement))
        for table in _append_only() & set(inspect(connection).get_table_names()):
            connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {quoted}"))
        for partition in connection.scalars(_PARTITIONS).all():
            connection.execute(text(f"REVOKE ALL ON {partition} FROM {quoted}"))
    engine.dispose()


_PARTITIONS = text(
    "SELECT oid::regclass::text FROM pg_class"
    " WHERE relispartition AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
)


def _append_only() -> set[str]:
    tables = Base.metadata.tables.values()
    return {table.name for table in tables if table.info.get("append_only")}
