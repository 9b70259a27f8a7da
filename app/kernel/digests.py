"""Blind digests made anew under the current index key, and those of an old key taken away.

A table says in its `info` how its digests are made (`Digests`). While keys are changed a value is
written and looked up under every key of the ring; once every value has a digest under the current
key, those under the old one may go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, MetaData, Table, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import crypto, logs, rotation
from app.kernel.crypto import Ring, Unreadable

INFO = "digests"


@dataclass(frozen=True)
class Digests:
    """Where the values behind a table's digests are: column `sealed` of the `source` row.

    `link` is the column that names that row, and the one that holds the field's word is `field`,
    which stands for `{}` in `sealed` and in `name`, the field as the ring knows it. A table that
    is its own source keeps one digest, in the row itself.
    """

    source: str
    link: str
    sealed: str
    name: str
    field: str | None = None
    digest: str = "digest"
    key: str = "key_id"


def tables(metadata: MetaData) -> list[tuple[Table, Digests]]:
    """Find every table that keeps blind digests."""
    return [(table, table.info[INFO]) for table in metadata.sorted_tables if INFO in table.info]


def write_current(
    session: Session, table: Table, *, after: str, limit: int = rotation.CHUNK
) -> str | None:
    """Write the next digests that are missing under the current key, after a source row.

    Gives the last row's key, None at the end. The transaction must have opened the scope. The
    source row is locked, since whoever writes a value writes its row first; those in somebody
    else's hands are left for the next round.
    """
    how: Digests = table.info[INFO]
    ring = crypto.of(session)
    behind = table.metadata.tables[how.source]
    source = behind.alias("source")
    key = source.c[next(iter(behind.primary_key.columns)).name]
    secrets = [one for one in source.columns if one.name.endswith(rotation.SUFFIX)]
    query = (
        select(
            table, key.label("source_key"), *(one.label(f"source_{one.name}") for one in secrets)
        )
        .join(source, key == table.c[how.link])
        .where(_lacks(table, how, ring.index_current))
        .order_by(key)
        .limit(limit)
        .with_for_update(of=source, skip_locked=True)
    )
    if after:
        query = query.where(key > int(after))
    rows = session.execute(query).all()
    for row in rows:
        digest = _digest(ring, how, dict(row._mapping))
        if digest is not None:
            _put(session, table, how, dict(row._mapping), digest=digest)
    return str(rows[-1].source_key) if rows else None


def count_lacking(session: Session, table: Table) -> int:
    """Count the values that have no digest under the current key yet, within the opened scope."""
    how: Digests = table.info[INFO]
    lacks = _lacks(table, how, crypto.of(session).index_current)
    return session.scalar(select(func.count()).select_from(table).where(lacks)) or 0


def count_under(session: Session, table: Table, name: str) -> int:
    """Count the digests under a key, within the opened scope."""
    how: Digests = table.info[INFO]
    query = select(func.count()).select_from(table).where(table.c[how.key] == name)
    return session.scalar(query) or 0


def drop(session: Session, table: Table, name: str) -> None:
    """Take away the digests under a key; the caller has seen that every value has another."""
    how: Digests = table.info[INFO]
    if how.source != table.name:
        session.execute(delete(table).where(table.c[how.key] == name))


def _lacks(table: Table, how: Digests, current: str) -> ColumnElement[bool]:
    other = table.alias("other")
    same = [other.c[how.link] == table.c[how.link], other.c[how.key] == current]
    if how.field is not None:
        same.append(other.c[how.field] == table.c[how.field])
    return and_(table.c[how.key] != current, ~select(other.c[how.link]).where(*same).exists())


def _digest(ring: Ring, how: Digests, row: dict[str, Any]) -> bytes | None:
    word = row[how.field] if how.field else ""
    column = how.sealed.format(word)
    sealed, key = row[f"source_{column}"], row["source_key"]
    if sealed is None:
        return None
    try:
        value, _place = rotation.opened(ring, sealed, table=how.source, key=key, column=column)
    except Unreadable:
        logs.get(__name__).error("value_unreadable", table=how.source, row=str(key))
        return None
    return ring.index(how.name.format(word), value)


def _put(
    session: Session, table: Table, how: Digests, row: dict[str, Any], *, digest: bytes
) -> None:
    new = {how.digest: digest, how.key: crypto.of(session).index_current}
    if how.source == table.name:
        session.execute(update(table).where(table.c[how.link] == row[how.link]).values(new))
        return
    whole = {column.name: row[column.name] for column in table.columns} | new
    session.execute(insert(table).values(whole).on_conflict_do_nothing())
