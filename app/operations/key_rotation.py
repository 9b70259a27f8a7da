"""Changing the keys of a running platform: what is published, how far it is, what may be forgotten.

Rows behind row-level security are opened county by county.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.households.service.importing import files
from app.kernel import clock, crypto, digests, key_file, outbox, rotation, scope
from app.kernel.db import Base
from app.kernel.errors import NotFound
from app.kernel.key_file import KeyInUse, KeyView
from app.places import queries as places

SETTLED = timedelta(seconds=3 * key_file.AGE)  # until every process has read the file again
NEXT_ROUND = timedelta(seconds=10)
ROUNDS = 100  # of coming back for rows that were in somebody's hands


class NoSuchKey(NotFound):
    code = "no_such_key"
    sentence = "密钥文件里没有这把密钥，请用 sunshine keys list 查看编号。"


class KeysNotReadYet(RuntimeError):
    """This process still uses the key before; the work comes back in a moment."""


@dataclass(frozen=True)
class Stretch:
    """A chain of work: a table within a county, brought under at least this key of a part."""

    part: str
    table: str
    county: str
    key: str

    def ids(self) -> dict[str, Any]:
        """Give it as a task's payload."""
        return asdict(self)


def publish(session: Session, part: str, *, key: str) -> int:
    """Publish the work of one part (`data` or `index`): a chain for each table and county."""
    due = clock.now() + SETTLED
    stretches = [
        Stretch(part, table, county, key)
        for county in places.counties(session)
        for table in _tables(part)
    ]
    for stretch in stretches:
        outbox.publish(session, "keys.change", not_before=due, **stretch.ids())
    return len(stretches)


def change_next(session: Session, stretch: Stretch, *, after: str) -> str | None:
    """Bring the next rows under the current key; gives where the next chunk begins.

    None at the end of the table. Raises `KeysNotReadYet`.
    """
    ring = crypto.of(session)
    current = ring.current if stretch.part == "data" else ring.index_current
    if int(current[1:]) < int(stretch.key[1:]):
        raise KeysNotReadYet
    scope.open_scope(session, stretch.county)
    if stretch.part == "data":
        table = rotation.by_name(Base.metadata)[stretch.table]
        return rotation.reseal(session, table, after=after)
    return digests.write_current(session, Base.metadata.tables[stretch.table], after=after)


def left(session: Session, part: str, table: str) -> int:
    """Count what of a table is not under the current key yet, within the opened scope."""
    if part == "data":
        current = crypto.of(session).current
        return rotation.count_under_another(
            session, rotation.by_name(Base.metadata)[table], current
        )
    return digests.count_lacking(session, Base.metadata.tables[table])


def standing(session: Session, key: KeyView) -> int:
    """Count what stands under a key: rows with such a value, or digests."""
    return sum(
        rotation.count_under(session, tables[table], key.name)
        if key.part == "data"
        else digests.count_under(session, Base.metadata.tables[table], key.name)
        for tables in (rotation.by_name(Base.metadata),)
        for table in _each_scope(session, key.part)
    )


def release(session: Session, path: Path, name: str, *, files_dir: Path) -> KeyView:
    """See that nothing needs a key any more, and take away its digests; gives the key.

    The caller commits, then takes it out of the file. Raises `NoSuchKey`, and `KeyInUse` where it
    is the current one, where a row or a file still stands under it, and while a transaction is open
    that began when it was in use.
    """
    found = [key for key in key_file.describe(path) if key.name == name]
    if not found:
        raise NoSuchKey
    key = found[0]
    if key.is_current or key_file.prepared(path, key.part) == name:
        raise KeyInUse
    _require_no_late_writer(session, key)
    if key.part == "data" and (rosters := files.count_under(files_dir, name)):
        raise KeyInUse(
            f"还有 {rosters} 份上传的名单或“未导入”表在用这把密钥。"
            "它们最多留八天，请等清理以后再试，或者先在花名册页面删掉。"
        )
    for table in _each_scope(session, key.part):
        if key.part == "data":
            tables = rotation.by_name(Base.metadata)
            remaining = rotation.count_under(session, tables[table], name)
        else:
            remaining = digests.count_lacking(session, Base.metadata.tables[table])
        if remaining:
            raise KeyInUse(f"还有 {remaining} 行资料在用这把密钥（{table}），请等轮换做完再试。")
        if key.part == "index":
            digests.drop(session, Base.metadata.tables[table], name)
    return key


def _require_no_late_writer(session: Session, key: KeyView) -> None:
    """Refuse while somebody who sealed under the key may still commit."""
    since = key.superseded_at
    if since is None:
        return
    waiting = session.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start < :settled"
        ),
        {"settled": since + SETTLED},
    )
    if waiting or clock.now() < since + SETTLED:
        raise KeyInUse("还有换密钥之前开始的操作没有结束，请稍等再试。")


def _tables(part: str) -> list[str]:
    if part == "data":
        return list(rotation.by_name(Base.metadata))
    return [table.name for table, _how in digests.tables(Base.metadata)]


def _each_scope(session: Session, part: str) -> Iterator[str]:
    """Give every table under every county's scope, opened; one without a wall once."""
    walled = set(session.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity")).all())
    for place, county in enumerate(places.counties(session) or ["000000"]):
        scope.open_scope(session, county)
        yield from (table for table in _tables(part) if place == 0 or table in walled)
