"""What the register is told and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

ADULT, GUARDED = 18, 14  # years: 民法典 第十七条; PIPL 31, under 14 only through a guardian


@dataclass(frozen=True)
class TagIn:
    """A tag as it is written down; `amount_fen` a month."""

    tag: str
    valid_from: date
    valid_until: date | None = None
    amount_fen: int | None = None


@dataclass(frozen=True)
class PersonIn:
    """A person as written down, normalised: half-width digits, the ID number with a capital X."""

    name: str
    relation: str
    is_head: bool = False
    id_number: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    residence: str = "resident"
    tags: tuple[TagIn, ...] = ()


@dataclass(frozen=True)
class HouseholdIn:
    """A household as written down, with its members."""

    division_code: str
    number: str
    members: tuple[PersonIn, ...]
    group_code: str | None = None
    group_label: str = ""
    address: str | None = None
    door_id: int | None = None
    assistance_officer_id: int | None = None


@dataclass(frozen=True)
class Note:
    """What is written into the history: the act, the fields it touched, and where it came from."""

    act: str
    fields: tuple[str, ...]
    source: str
    person_id: int | None = None
    before: Mapping[str, str | None] | None = field(default=None, repr=False)
    after: Mapping[str, str | None] | None = field(default=None, repr=False)
    reason: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class TagView:
    """A tag a person has."""

    id: int
    tag: str
    valid_from: date
    valid_until: date | None
    amount_fen: int | None

    def holds_on(self, day: date) -> bool:
        """Tell whether it is valid on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class PersonView:
    """A person with every value opened; whoever shows it masks it first."""

    id: int
    household_id: int
    is_head: bool
    name: str = field(repr=False)
    id_number: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)
    relation: str
    residence: str
    tags: tuple[TagView, ...] = ()

    def age_on(self, day: date) -> int | None:
        """Count the years lived, None where no birth date is known."""
        if self.birth_date is None:
            return None
        had = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had else 1)

    def is_minor(self, day: date) -> bool:
        """Tell whether the person is under 18; one of unknown age is taken for an adult."""
        age = self.age_on(day)
        return age is not None and age < ADULT


@dataclass(frozen=True)
class HouseholdView:
    """A household with its address opened and its members, the head first."""

    id: int
    division_code: str
    group_code: str | None
    group_label: str
    number: str
    address: str | None = field(repr=False)
    door_id: int | None
    assistance_officer_id: int | None
    state: str
    version: int
    members: tuple[PersonView, ...] = field(repr=False)

    @property
    def head(self) -> PersonView | None:
        """Give the head, who is the first."""
        return next((person for person in self.members if person.is_head), None)


@dataclass(frozen=True)
class Found:
    """Where a looked-up person is, across scopes: ids and the village, nothing else."""

    person_id: int
    household_id: int
    division_code: str


@dataclass(frozen=True)
class BindingView:
    """A binding or a request for one: numbers, words and times."""

    id: int
    account_id: int
    household_id: int | None
    division_code: str
    door_id: int | None
    person_id: int | None
    kind: str
    state: str
    why: str
    asked_at: datetime
    bound_at: datetime | None
    confirmed_at: datetime | None
    decided_at: datetime | None
    granted_by_id: int | None
    ends_on: date | None
    ended_at: datetime | None
    ended_because: str
