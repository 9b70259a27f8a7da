"""What acts on households are told, and how doors and households met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Why:
    """Where a change comes from (`clerk`, `import`, `correction` ...) and what was said for it."""

    source: str
    reason: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Seen:
    """A household as someone saw it; `version` None where nobody looked before acting."""

    household_id: int
    division_code: str
    version: int | None = None


@dataclass(frozen=True)
class Split:
    """Who leaves a household for one of their own, and how the two are headed afterwards.

    `head_id` heads the new one; `remaining_head_id` the old one where its head leaves.
    `relations`, to the head of the household a person is in afterwards, by the person's number.
    """

    member_ids: frozenset[int]
    head_id: int
    number: str
    remaining_head_id: int | None = None
    relations: Mapping[int, str] = field(default_factory=dict)
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Move:
    """Who goes over to another household, each with the relation to its head.

    `next_head_id` heads the household they leave, where its head goes and others stay.
    """

    relations: Mapping[int, str]
    next_head_id: int | None = None


@dataclass(frozen=True)
class Departure:
    """A person's end of stay: `because` died, moved (out of the county) or error."""

    person_id: int
    because: str
    on: date
    next_head_id: int | None = None


@dataclass(frozen=True, order=True)
class Pair:
    """A household and the door that is certainly its own."""

    household_id: int
    door_id: int


@dataclass(frozen=True)
class Matching:
    """How doors and households of a village met, by number.

    `ambiguous` households share group and house number with others or with several doors; `alone`
    found no free door, `free` doors no household.
    """

    matched: tuple[Pair, ...]
    ambiguous: tuple[int, ...]
    alone: tuple[int, ...]
    free: tuple[int, ...]


@dataclass(frozen=True)
class Provenance:
    """Where the value of a field comes from: by which act, from which source, by whom, when."""

    act: str
    source: str
    actor_kind: str
    actor_name: str
    at: datetime
