"""Keys are changed chunk by chunk: each run is a transaction and publishes the one after it.

A worker that is killed in the middle leaves its chunk undone, and the outbox gives it out again.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.kernel import clock, logs, outbox
from app.kernel.db import Database
from app.operations import key_rotation

log = logs.get(__name__)


def reseal(
    session: Session,
    _database: Database,
    *,
    table: str,
    county: str,
    key: str,
    after: str = "",
    rounds: int = 0,
) -> None:
    """Seal the next values of a table under the current key."""
    last = key_rotation.reseal_next(session, table=table, county=county, key=key, after=after)
    ids = {"table": table, "county": county, "key": key}
    if last is not None:
        outbox.publish(session, "keys.reseal", **ids, after=last, rounds=rounds)
    elif key_rotation.left(session, "data", table):
        if rounds == key_rotation.ROUNDS:
            log.error("values_left_under_old_key", table=table)
            return
        later = clock.now() + key_rotation.NEXT_ROUND
        outbox.publish(session, "keys.reseal", not_before=later, **ids, rounds=rounds + 1)


def reindex(
    session: Session,
    _database: Database,
    *,
    table: str,
    county: str,
    key: str,
    after: str = "",
    rounds: int = 0,
) -> None:
    """Write the next digests of a table under the current index key."""
    last = key_rotation.reindex_next(session, table=table, county=county, key=key, after=after)
    ids = {"table": table, "county": county, "key": key}
    if last is not None:
        outbox.publish(session, "keys.reindex", **ids, after=last, rounds=rounds)
    elif key_rotation.left(session, "index", table):
        if rounds == key_rotation.ROUNDS:
            log.error("values_left_under_old_key", table=table)
            return
        later = clock.now() + key_rotation.NEXT_ROUND
        outbox.publish(session, "keys.reindex", not_before=later, **ids, rounds=rounds + 1)
