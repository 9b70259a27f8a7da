"""A worker that also knows the tests' tasks; its argument is the folder it shares with the test."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.db import Database
from workers import main
from workers.registry import TASKS

FOLDER = Path(sys.argv[1])


def count(session: Session, _database: Database, number: int) -> None:
    """Have one effect."""
    session.execute(text("INSERT INTO effects VALUES (:number)"), {"number": number})


def wait(session: Session, database: Database, number: int) -> None:
    """Have one effect, say so in the folder, and wait at the gate before it is committed."""
    count(session, database, number)
    (FOLDER / f"started-{number}-{uuid.uuid4()}").touch()
    with (FOLDER / "gate").open("rb"):
        pass


if __name__ == "__main__":
    main.run({**TASKS, "tests.count": count, "tests.wait": wait})
