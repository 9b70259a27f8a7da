"""Real PostgreSQL and Valkey for every test; pytest-socket refuses the world beyond loopback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.kernel import migrate
from app.kernel.db import Base, Database, driver_url
from app.registry import import_models


@dataclass(frozen=True)
class Servers:
    """The servers this run tests against; `owner_url` may create databases."""

    owner_url: str
    app_url: str
    redis_url: str


def _with_database(url: str, name: str) -> str:
    return url.rpartition("/")[0] + "/" + name


@pytest.fixture(scope="session")
def servers() -> Servers:
    """Find the servers named in the environment."""
    return Servers(
        os.environ["TEST_DATABASE_OWNER_URL"],
        os.environ["TEST_DATABASE_URL"],
        os.environ["TEST_REDIS_URL"],
    )


@pytest.fixture(scope="session")
def database_urls(servers: Servers) -> Iterator[tuple[str, str]]:
    """Create a database of this run's own with the whole schema: (owner's url, app's url)."""
    name = f"sunshine_test_{os.getpid()}"
    with psycopg.connect(servers.owner_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    owner, app = _with_database(servers.owner_url, name), _with_database(servers.app_url, name)
    import_models()
    engine = create_engine(driver_url(owner))
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32))"))
    engine.dispose()
    migrate.grant_to_app(owner, role="sunshine_app")
    yield owner, app
    with psycopg.connect(servers.owner_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def shared_database(database_urls: tuple[str, str]) -> Iterator[Database]:
    """Connect as the app role, which owns nothing."""
    database = Database(database_urls[1])
    yield database
    database.dispose()


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """Give a session whose every write is undone after the test, commits included."""
    with shared_database.engine.connect() as connection:
        transaction = connection.begin()
        with Session(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as session:
            yield session
        transaction.rollback()


@pytest.fixture
def database(shared_database: Database) -> Iterator[Database]:
    """Give a database that tests may commit to; it is emptied afterwards."""
    yield shared_database
    with shared_database.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(text(f'DELETE FROM "{table.name}"'))  # noqa: S608 - our own names


@pytest.fixture
def redis_url(servers: Servers) -> Iterator[str]:
    """Give an empty Valkey."""
    client = redis.Redis.from_url(servers.redis_url)
    client.flushdb()
    yield servers.redis_url
    client.flushdb()
    client.close()
