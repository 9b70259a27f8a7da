"""Migrations: up, down and up again, equal to the models, and the app owns nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import errors
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from app.kernel import migrate
from app.kernel.db import Base, driver_url
from app.registry import import_models
from tests.conftest import Servers


@pytest.fixture
def empty(servers: Servers) -> Iterator[tuple[str, str]]:
    """Create an empty database: (owner's url, app's url)."""
    name = f"sunshine_migrations_{os.getpid()}"
    with psycopg.connect(servers.owner_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    owner, app = (
        make_url(url).set(database=name).render_as_string(hide_password=False)
        for url in (servers.owner_url, servers.app_url)
    )
    yield owner, app
    with psycopg.connect(servers.owner_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _tables(url: str) -> set[str]:
    engine = create_engine(driver_url(url))
    with engine.connect() as connection:
        found = set(inspect(connection).get_table_names()) - _partitions(connection)
    engine.dispose()
    return found


def _partitions(connection: Connection) -> set[str]:
    """Name the parts that tables are kept in; months come and go without a migration."""
    named = text("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
    return set(connection.scalars(named))


def test_an_empty_database_is_brought_up_down_and_up_again(empty: tuple[str, str]) -> None:
    owner, app = empty
    import_models()
    wanted = {table.name for table in Base.metadata.sorted_tables} | {"alembic_version"}
    migrate.upgrade(owner, app_url=app)
    assert _tables(owner) == wanted
    command.downgrade(migrate.configuration(owner), "base")
    assert _tables(owner) == {"alembic_version"}
    migrate.upgrade(owner, app_url=app)
    migrate.upgrade(owner, app_url=app)  # once more changes nothing
    assert _tables(owner) == wanted


def test_migrations_and_models_agree(database_urls: tuple[str, str]) -> None:
    import_models()
    engine = create_engine(driver_url(database_urls[0]))
    with engine.connect() as connection:
        parts = _partitions(connection)
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _parents: kind != "table" or name not in parts,
            },
        )
        differences = compare_metadata(context, Base.metadata)
        revision = context.get_current_revision()
    engine.dispose()
    assert differences == []
    assert revision == migrate.newest_revision()


def test_the_app_role_is_nobody_special_and_owns_nothing(database_urls: tuple[str, str]) -> None:
    with psycopg.connect(database_urls[1]) as connection:
        role = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relowner ="
            " (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        ).fetchone()
    assert role == (False,) * 5
    assert owned == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (a int)",
        "DROP TABLE items",
        "ALTER TABLE items ADD COLUMN mine int",
        "CREATE INDEX mine ON items (title)",
        "TRUNCATE items",
        "CREATE SCHEMA mine",
        "UPDATE alembic_version SET version_num = 'x'",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_the_app_role_changes_no_structure(database_urls: tuple[str, str], statement: str) -> None:
    with (
        psycopg.connect(database_urls[1]) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_one_role_for_both_is_refused(empty: tuple[str, str]) -> None:
    owner, _app = empty
    nameless = make_url(owner).set(username=None, password=None).render_as_string()
    spelled = owner.replace("sunshine_owner", "sunshine%5Fowner")
    for app in (owner, nameless, spelled):
        with pytest.raises(ValueError, match="two different roles"):
            migrate.upgrade(owner, app_url=app)
    assert _tables(owner) == set()
