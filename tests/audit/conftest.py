"""A ledger that a test may write, seal, and tamper with as the owner of the tables."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from app.audit import service
from app.audit.schemas import Line, Report
from app.kernel.access import Actor
from app.kernel.db import Database

VILLAGE = "520203102001"
CADRE = Actor(name="cadre", staff_id=7, role="cadre")


class Ledger:
    """Lines of one cadre, and the owner's hand in them."""

    def __init__(self, database: Database, owner: Engine) -> None:
        self.database, self._owner = database, owner

    def write(self, count: int = 1, *, household_id: int = 5, reason: str = "") -> list[int]:
        """Write lines, each in a transaction of its own."""
        numbers = []
        for _ in range(count):
            with self.database.unit_of_work() as session:
                line = Line(CADRE, "open", VILLAGE, household_id, fields=("name",), reason=reason)
                numbers.append(service.record(session, line))
        return numbers

    def seal(self) -> int:
        """Seal everything; returns how many lines."""
        total = 0
        while True:
            with self.database.unit_of_work() as session:
                sealed = len(service.seal(session))
            total += sealed
            if sealed < service.BATCH:
                return total

    def sign(self) -> None:
        """Sign the chain's end."""
        with self.database.unit_of_work() as session:
            service.sign_head(session)

    def tamper(self, *statements: str, **values: object) -> None:
        """Do what only the owner of the tables can."""
        with self._owner.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), values)

    def verify(self, exported: list[service.Head] | None = None) -> Report:
        """Check the whole ledger."""
        with self.database.reading() as session:
            return service.verify(session, exported=exported or [])

    def found(self, exported: list[service.Head] | None = None) -> list[tuple[str, int | None]]:
        """Give what a check finds: (kind, line)."""
        return [(one.kind, one.line_id) for one in self.verify(exported).findings]


@pytest.fixture
def ledger(database: Database, owner_engine: Engine) -> Ledger:
    """Give an empty ledger."""
    return Ledger(database, owner_engine)


@pytest.fixture
def sealed(ledger: Ledger) -> tuple[Ledger, list[int]]:
    """Give a ledger of ten sealed lines, signed, with their numbers."""
    numbers = ledger.write(10)
    ledger.seal()
    ledger.sign()
    return ledger, numbers
