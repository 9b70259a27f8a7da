"""What the register is told and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

ADULT, GUARDED = 18, 14  # years: 民法典 第十七条; PIPL 31, under 14 only through a guardian


def age_on(born: date, day: date) -> int:
    """Count the years somebody born then has lived on a day."""
    had = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year - (0 if had else 1)


def is_minor(born: date | None, day: date) -> bool:
    """Tell whether somebody is under 18; one of unknown age is taken for an adult."""
    return born is not None and age_on(born, day) < ADULT


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
        return None if self.birth_date is None else age_on(self.birth_date, day)

    def is_minor(self, day: date) -> bool:
        """Tell whether the person is under 18; one of unknown age is taken for an adult."""
        return is_minor(self.birth_date, day)


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


@dataclass(frozen=True)
class StatedPurpose:
    """What a record is opened for; a `reason` in one's own words where it is something else."""

    purpose: str
    reason: str = field(default="", repr=False)


@dataclass(frozen=True)
class OpenRecord:
    """A record that somebody holds open for a purpose until `closes_at`."""

    id: int
    household_id: int
    division_code: str
    group_code: str | None
    purpose: str
    reason: str = field(repr=False)
    closes_at: datetime


@dataclass(frozen=True)
class Sight:
    """Which of the values that ask for a grant of their own somebody may see."""

    minors: bool = False
    health: bool = False
    money: bool = False


@dataclass(frozen=True)
class MaskedTag:
    """What a person is or receives, without the amount."""

    tag: str
    valid_until: date | None
    has_amount: bool


@dataclass(frozen=True)
class MaskedPerson:
    """A person as the record shows it: no value in full.

    `given` is what they gave of their own accord for what the record is open for, by field.
    """

    id: int
    name: str
    relation: str
    residence: str
    birth_year: str | None
    id_number: str | None
    phone: str | None
    is_minor: bool
    tags: tuple[MaskedTag, ...]
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MaskedRecord:
    """A household's record, masked; `fields` names what it shows, as the ledger notes it.

    `hidden_minors` counts the persons that are left out for want of a grant.
    """

    household_id: int
    village: str
    group: str
    number: str
    address: str | None
    plate_serial: str | None
    officer: str | None
    officer_office: str | None
    recorded_at: datetime | None
    persons: tuple[MaskedPerson, ...]
    hidden_minors: int
    sight: Sight
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Revealed:
    """One value in full: which field, of whom (masked; empty for the household's), the value."""

    word: str
    person: str
    value: str = field(repr=False)
