"""Change keys in chunks of two rows and be killed in the middle of the fourth."""

from __future__ import annotations

import os
import signal
from typing import Any

from sqlalchemy import select

from app.kernel import outbox, rotation
from app.registry import import_models
from workers import start
from workers.registry import find_task

DONE_BEFORE = 3
_reseal = rotation.reseal
_chunks = 0


def reseal_two(session: Any, sealed: Any, *, after: str) -> str | None:
    """Seal two rows; at the fourth time the process is gone before it commits."""
    global _chunks  # noqa: PLW0603 - a program of one purpose
    last = _reseal(session, sealed, after=after, limit=2)
    if last is not None:
        _chunks += 1
    if _chunks > DONE_BEFORE:
        os.kill(os.getpid(), signal.SIGKILL)
    return last


def main() -> None:
    """Do whatever is in the outbox, row after row."""
    import_models()
    database = start.open_database(start.read_settings())
    setattr(rotation, "reseal", reseal_two)  # noqa: B010 - a plain assignment is refused by mypy
    while True:
        with database.reading() as session:
            open_rows = select(outbox.OutboxRow.id).where(outbox.OutboxRow.state == "pending")
            row_id = session.scalars(open_rows.order_by(outbox.OutboxRow.id)).first()
        if row_id is None:
            return
        outbox.perform(database, row_id, find_task=find_task)


if __name__ == "__main__":
    main()
