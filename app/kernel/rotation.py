"""Sealing every value anew under the current key, while everybody goes on reading and writing.

Whatever stands in a column `X_sealed` is found by that rule in the metadata, so that no table is
forgotten. The work is done in chunks, each a transaction of its own: one that is killed leaves
nothing half done, and the next goes on where the last ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    bindparam,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.kernel import crypto, logs
from app.kernel.crypto import Place, Ring, Unreadable

SUFFIX = "_sealed"
CHUNK = 500  # rows; a writer may wait for a chunk, which takes some tens of milliseconds


class NotRotatable(Exception):
    """A table that seals values in a way that leaves them under their key for good."""


@dataclass(frozen=True)
class SealedTable:
    """A table with sealed columns: its single key, a number or a UUID, is part of the seal."""

    table: Table
    columns: tuple[str, ...]

    @property
    def key(self) -> Any:
        """The column the rows are known by."""
        return next(iter(self.table.primary_key.columns))

    def is_under_another(self, name: str) -> ColumnElement[bool]:
        """Match the rows with a value that is not sealed under this key."""
        return or_(*(_named(self.table.c[one]) != _mark(name) for one in self.columns))

    def is_under(self, name: str) -> ColumnElement[bool]:
        """Match the rows with a value that is sealed under this key."""
        return or_(*(_named(self.table.c[one]) == _mark(name) for one in self.columns))


def sealed_tables(metadata: MetaData) -> list[SealedTable]:
    """Find every table with sealed columns; raises `NotRotatable`."""
    found = []
    for table in metadata.sorted_tables:
        columns = tuple(one.name for one in table.columns if one.name.endswith(SUFFIX))
        if not columns:
            continue
        keys = list(table.primary_key.columns)
        if len(keys) != 1 or not isinstance(keys[0].type, BigInteger | Integer | Uuid):
            raise NotRotatable(f"{table.name}: one number or UUID must be its key")
        if table.info.get("append_only"):
            raise NotRotatable(f"{table.name}: its rows are never changed")
        if not all(isinstance(table.c[one].type, LargeBinary) for one in columns):
            raise NotRotatable(f"{table.name}: what is sealed is bytes")
        found.append(SealedTable(table, columns))
    return found


def reseal(session: Session, sealed: SealedTable, *, after: str, limit: int = CHUNK) -> str | None:
    """Seal the next rows after a key under the current one; gives the last row's, None at the end.

    The transaction must have opened the scope. Rows in somebody else's hands are left for the next
    round rather than waited for, so nobody is waited for in a circle; those taken are locked until
    the commit, so no write gets lost.
    """
    ring = crypto.of(session)
    query = (
        select(sealed.key, *(sealed.table.c[one] for one in sealed.columns))
        .where(sealed.is_under_another(ring.current))
        .order_by(sealed.key)
        .limit(limit)
    )
    if after:
        query = query.where(sealed.key > (UUID(after) if _is_uuid(sealed) else int(after)))
    rows = session.execute(query.with_for_update(skip_locked=True)).all()
    if not rows:
        return None
    changed = [
        {"row_key": row[0]} | dict(zip(sealed.columns, _anew(ring, sealed, row), strict=True))
        for row in rows
    ]
    session.connection().execute(
        update(sealed.table)
        .where(sealed.key == bindparam("row_key"))
        .values({one: bindparam(one) for one in sealed.columns}),
        changed,
    )
    return str(rows[-1][0])


def _anew(ring: Ring, sealed: SealedTable, row: Any) -> list[bytes | None]:
    return [
        _sealed_anew(ring, value, sealed, key=row[0], column=column)
        for column, value in zip(sealed.columns, row[1:], strict=True)
    ]


def _sealed_anew(
    ring: Ring, value: bytes | None, sealed: SealedTable, *, key: Any, column: str
) -> bytes | None:
    if value is None or crypto.key_of(value) == ring.current:
        return value
    try:
        text, place = opened(ring, value, table=sealed.table.name, key=key, column=column)
    except Unreadable:
        # One broken value must not keep all others under the old key; it keeps that key alive.
        logs.get(__name__).error("value_unreadable", table=sealed.table.name, row=str(key))
        return value
    return ring.seal(text, place)


def opened(ring: Ring, value: bytes, *, table: str, key: Any, column: str) -> tuple[str, Place]:
    """Open a value of a column `X_sealed`, and give the place it is bound to.

    That is `X` by the rule; some tables bind to the column's whole name. Raises `Unreadable`.
    """
    row = key.int if isinstance(key, UUID) else int(key)
    place = Place(table, row, column.removesuffix(SUFFIX))
    try:
        return ring.open(value, place), place
    except Unreadable:
        place = Place(table, row, column)
        return ring.open(value, place), place


def count_under(session: Session, sealed: SealedTable, name: str) -> int:
    """Count the rows of a table with a value under this key, within the opened scope."""
    query = select(func.count()).select_from(sealed.table).where(sealed.is_under(name))
    return session.scalar(query) or 0


def count_under_another(session: Session, sealed: SealedTable, name: str) -> int:
    """Count the rows of a table with a value that is not under this key."""
    query = select(func.count()).select_from(sealed.table).where(sealed.is_under_another(name))
    return session.scalar(query) or 0


def by_name(metadata: MetaData) -> Mapping[str, SealedTable]:
    """Give the tables with sealed columns by their names."""
    return {one.table.name: one for one in sealed_tables(metadata)}


def _is_uuid(sealed: SealedTable) -> bool:
    return isinstance(sealed.key.type, Uuid)


def _named(column: ColumnElement[Any]) -> ColumnElement[bytes]:
    """Take the key's name, with the length before it, from the front of a sealed value."""
    return func.substring(column, 1, 1 + func.get_byte(column, 0), type_=LargeBinary)


def _mark(name: str) -> ColumnElement[bytes]:
    return literal(bytes((len(name),)) + name.encode(), LargeBinary)
