"""What a line of the ledger says, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.kernel.access import Actor, Villager

Outcome = Literal["granted", "denied"]
FINDINGS_TOLD = 200


@dataclass(frozen=True)
class Line:
    """One access to be written down.

    `act`, `fields` and `purpose` are words of the code (`open`, `phone`, `visit`), never what is
    in a record. `reason` is what a person typed, at most 200 characters; it is kept sealed.
    """

    who: Actor | Villager
    act: str
    division_code: str
    household_id: int | None = None
    person_id: int | None = None
    fields: tuple[str, ...] = ()
    purpose: str = ""
    reason: str = ""
    opening_id: int | None = None


@dataclass(frozen=True)
class Access:
    """A line as it is read again."""

    id: int
    at: datetime
    who_kind: str
    who_id: int | None
    who_role: str
    act: str
    outcome: str
    division_code: str
    household_id: int | None
    person_id: int | None
    fields: list[str]
    purpose: str
    opening_id: int | None


@dataclass(frozen=True)
class Wanted:
    """Which lines an auditor looks for; what is None does not matter."""

    line_id: int | None = None
    household_id: int | None = None
    staff_id: int | None = None


EVERYTHING = Wanted()


@dataclass(frozen=True)
class Question:
    """A question about a line, opened."""

    id: int
    line_id: int
    account_id: int
    division_code: str
    household_id: int | None
    text: str
    state: str
    asked_at: datetime
    answer: str | None
    answered_at: datetime | None


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was written: what, which line, where in the chain."""

    kind: str
    line_id: int | None
    sequence: int | None
    sentence: str


@dataclass
class Report:
    """What a check of the whole ledger came to."""

    sealed: int = 0
    waiting: int = 0
    heads: int = 0
    months_dropped: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(
        self, kind: str, sentence: str, *, line_id: int | None = None, sequence: int | None = None
    ) -> None:
        """Note a finding; all are counted, the first ones are told."""
        self.found += 1
        if len(self.findings) < FINDINGS_TOLD:
            self.findings.append(Finding(kind, line_id, sequence, sentence))
