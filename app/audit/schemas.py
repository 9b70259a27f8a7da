"""What a line of the ledger says, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.kernel.access import Actor, Villager

Outcome = Literal["granted", "denied"]


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
