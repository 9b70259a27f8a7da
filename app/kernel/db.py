"""PostgreSQL: engines, the declarative base and the unit of work, the only place that commits."""

from __future__ import annotations

import select
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, cast

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import (
    BigInteger,
    ClauseElement,
    CursorResult,
    DateTime,
    Engine,
    Identity,
    MetaData,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler

from app.kernel.crypto import KEYS, KeySource
from app.kernel.errors import SunshineError
from app.kernel.key_file import KeyFile

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table; times are stored with their zone."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}


class Numbered:
    """A table whose key is a number that PostgreSQL gives out."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)


def driver_url(url: str) -> str:
    """Name the psycopg driver in a plain `postgresql://` address."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else url


def plain_url(url: str) -> str:
    """Give the address libpq understands, for direct connections."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # its constructor has no types


class Fixed:
    """A statement of columns that never changes: written out once, and run past the ORM.

    To look it up among all that SQLAlchemy has compiled costs as much as to run it. Rows come as
    the driver gives them: a word of an enumeration as its text.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement

    @cached_property
    def _written(self) -> tuple[str, dict[str, object]]:
        """Give the text, and the values that stand in the statement itself."""
        compiled = cast(SQLCompiler, self._statement.compile(dialect=_DIALECT))
        # Names that are bound in a run have no value yet; a list after IN is written out here.
        expanded = compiled.construct_expanded_state(compiled.params)
        values = {
            name: value.value if isinstance(value, Enum) else value
            for name, value in expanded.parameters.items()
        }
        return expanded.statement, values

    def run(
        self, session: Session, parameters: Mapping[str, object]
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run it in the session's transaction with values for what it binds."""
        written, values = self._written
        return session.connection().exec_driver_sql(written, {**values, **parameters})

    def rows(self, session: Session, parameters: Mapping[str, object]) -> list[Any]:
        """Run it in the session's transaction and give its rows, as the driver's named tuples.

        A result of SQLAlchemy's costs as much again as the driver's. Who listens to statements
        hears this one too, and faults come as SQLAlchemy's.
        """
        written, values = self._written
        bound = {**values, **parameters}
        connection = session.connection()
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        with driver.cursor(row_factory=namedtuple_row) as cursor:
            if listeners := connection.dispatch.before_cursor_execute:
                listeners(connection, cursor, written, bound, None, False)
            try:
                return cursor.execute(written, bound).fetchall()
            except psycopg.Error as fault:
                raise DBAPIError.instance(
                    written, None, fault, psycopg.Error, hide_parameters=True
                ) from fault


def _refuse_the_dead(connection: psycopg.Connection[Any], _record: object, _proxy: object) -> None:
    """Tell the pool that a connection was closed from the other side; it opens another.

    Whoever closes leaves something to be read, where an idle connection has nothing to say. A
    question to the server (pre-ping) would cost a round trip for every request.
    """
    watched = select.poll()
    watched.register(connection.fileno(), select.POLLIN)
    if watched.poll(0):
        connection.close()
        raise DisconnectionError


_NOT_WAITING = Fixed(text("SET LOCAL synchronous_commit = off"))


class Database:
    """One PostgreSQL as this process sees it: an engine that writes and one that only reads."""

    def __init__(self, url: str, *, pool_size: int = 5, keys: KeySource | None = None) -> None:
        """`keys` is what personal values are sealed under; every session carries it."""
        self.url = plain_url(url)
        self.info: dict[Any, Any] = {KEYS: keys} if keys else {}
        options: dict[str, Any] = {
            "hide_parameters": True,
            "pool_size": pool_size,
            "max_overflow": 5,
        }
        self.engine: Engine = create_engine(driver_url(url), **options)
        # Outside a transaction a read costs one round trip instead of three.
        self.read_engine: Engine = create_engine(
            driver_url(url),
            isolation_level="AUTOCOMMIT",
            connect_args={"options": "-c default_transaction_read_only=on"},
            **options,
        )
        for engine in (self.engine, self.read_engine):
            event.listen(engine, "checkout", _refuse_the_dead)

    @contextmanager
    def unit_of_work(self, *, waits_for_disk: bool = True) -> Iterator[Session]:
        """Open a session that commits when the block returns and rolls back when it raises.

        What a refusal wants noted all the same (`afterwards`) is written once all else is undone.
        Where it does not wait for the disk, a crash of the server may undo the last of such units
        wholly, newest first: for work that a later unit, which waits, declares finished.
        """
        with Session(self.engine, expire_on_commit=False, info=self.info) as session:
            try:
                if not waits_for_disk:
                    _NOT_WAITING.run(session, {})
                yield session
                session.commit()
            except SunshineError as error:
                session.rollback()
                self._note(error)
                raise
            except BaseException:
                session.rollback()
                raise

    def _note(self, error: SunshineError) -> None:
        if error.afterwards is not None:
            write, error.afterwards = error.afterwards, None  # once, however many units it leaves
            with self.unit_of_work() as session:
                write(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that can only read."""
        with Session(self.read_engine, autoflush=False, info=self.info) as session:
            try:
                yield session
            except SunshineError as error:
                session.rollback()
                self._note(error)
                raise

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self.read_engine.dispose()


_connected: dict[tuple[str, Path | None], Database] = {}


def connect(url: str, keys_file: Path | None = None) -> Database:
    """Give this process's one `Database` for an address and a key file."""
    named = (url, keys_file)
    if named not in _connected:
        _connected[named] = Database(url, keys=KeyFile(keys_file) if keys_file else None)
    return _connected[named]


def disconnect() -> None:
    """Close every connection that `connect` opened."""
    while _connected:
        _connected.popitem()[1].dispose()
