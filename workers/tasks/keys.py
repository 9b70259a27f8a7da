"""Keys are changed chunk by chunk: each run is a transaction and publishes the one after it.

A worker that is killed in the middle leaves its chunk undone, and the outbox gives it out again.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.kernel import clock, logs, outbox
from app.kernel.db import Database
from app.operations import key_rotation
from app.operations.key_rotation import Stretch

log = logs.get(__name__)


def change(
    session: Session, _database: Database, *, after: str = "", rounds: int = 0, **of: str
) -> None:
    """Bring the next rows of a table under the current key, as `Stretch` names it."""
    stretch = Stretch(**of)
    last = key_rotation.change_next(session, stretch, after=after)
    if last is not None:
        outbox.publish(session, "keys.change", **stretch.ids(), after=last, rounds=rounds)
    elif key_rotation.left(session, stretch.part, stretch.table):
        if rounds == key_rotation.ROUNDS:
            log.error("values_left_under_old_key", table=stretch.table)
            return
        later = clock.now() + key_rotation.NEXT_ROUND
        ids = stretch.ids() | {"rounds": rounds + 1}
        outbox.publish(session, "keys.change", not_before=later, **ids)
