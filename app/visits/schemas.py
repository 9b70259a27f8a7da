"""What home visits are told and what they tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.households.words import PURPOSES
from app.visits.words import CATEGORIES

LONGEST_NOTE, LONGEST_NEED, LONGEST_MET = 2000, 500, 200
MOST_NEEDS, MOST_MET = 10, 30


class NeedIn(BaseModel):
    """A need as it was heard; no `due_on` is a week from now, no owner the visit's author."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    category: str = Field(pattern="|".join(f"^{code}$" for code in CATEGORIES))
    text: str = Field(min_length=1, max_length=LONGEST_NEED, repr=False)
    due_on: date | None = None
    owner_staff_id: int | None = None


class WrittenVisit(BaseModel):
    """A visit as it stands written, whatever its length has become."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    client_id: UUID
    revision: UUID
    household_id: int
    purpose: str
    visited_on: date
    met_person_ids: list[int] = []
    met: str = Field(default="", repr=False)
    notes: str = Field(default="", repr=False)


class VisitIn(WrittenVisit):
    """A visit as it is written down, in a form of the console or on a device without signal."""

    purpose: str = Field(pattern="|".join(f"^{code}$" for code in PURPOSES))
    met_person_ids: list[int] = Field(default=[], max_length=MOST_MET)
    met: str = Field(default="", max_length=LONGEST_MET, repr=False)
    notes: str = Field(default="", max_length=LONGEST_NOTE, repr=False)
    needs: list[NeedIn] = Field(default=[], max_length=MOST_NEEDS)


class OfflineVisit(VisitIn):
    """A visit out of an envelope; `follows` are the versions of it that the device had sent."""

    follows: list[UUID] = Field(default=[], max_length=20)


class OfflineOpening(BaseModel):
    """A plate that was opened on a device, out of an envelope."""

    model_config = ConfigDict(extra="forbid")

    household_id: int
    opened_at: AwareDatetime


class Message(BaseModel):
    """An envelope as a device sends it: whose it is stands outside, what it says is encrypted."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    revision: UUID
    pack_id: UUID
    kind: Literal["visit", "opening"]
    envelope: str = Field(max_length=40_000, repr=False)


@dataclass(frozen=True)
class Result:
    """What became of a message: `stored`, `already` there, `waiting` for a person, `refused`."""

    id: UUID
    revision: UUID
    result: Literal["stored", "already", "waiting", "refused"]
    sentence: str = ""


@dataclass(frozen=True)
class VisitView:
    """A visit with what was written opened; the persons met by their numbers."""

    id: int
    client_id: UUID
    household_id: int
    division_code: str
    staff_id: int
    staff_name: str
    purpose: str
    visited_on: date
    met_person_ids: tuple[int, ...]
    met: str = field(repr=False)
    notes: str = field(repr=False)
    source: str
    logged_at: datetime
    changed_at: datetime | None


@dataclass(frozen=True)
class EventView:
    """A step of a need."""

    act: str
    note: str = field(repr=False)
    staff_name: str
    at: datetime


@dataclass(frozen=True)
class NeedView:
    """A need with its text opened, and its steps where they were asked for, oldest first."""

    id: int
    household_id: int
    division_code: str
    visit_id: int | None
    category: str
    text: str = field(repr=False)
    owner_staff_id: int
    due_on: date
    state: str
    row_version: int
    created_at: datetime
    events: tuple[EventView, ...] = ()


@dataclass(frozen=True)
class NeedAt:
    """Which need is to be moved: where it stands, and the version its form showed."""

    need_id: int
    division_code: str
    row_version: int


@dataclass(frozen=True)
class RecordLine:
    """A visit or an open need as a household's record lists it.

    `on` is the day of the visit or the day the need is due, `word` its purpose or category.
    """

    id: int
    on: date
    kind: Literal["visit", "need"]
    word: str
    state: str
    staff_name: str


@dataclass(frozen=True)
class NeedLine:
    """A line of someone's follow-ups: nothing sealed is opened for it."""

    id: int
    household_id: int
    division_code: str
    group_code: str | None
    group_label: str
    number: str
    category: str
    due_on: date
    state: str


@dataclass(frozen=True)
class PackPerson:
    """An adult of a household in a pack, masked."""

    id: int
    name: str
    relation: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class PackEntry:
    """A household in a pack: masked, with the digest that a typed code is compared with."""

    id: int
    group: str
    number: str
    address: str
    plate: str
    persons: tuple[PackPerson, ...]
    minors: int


@dataclass(frozen=True)
class PackContent:
    """What a device is given to encrypt and keep."""

    id: UUID
    village: str
    prepared_at: datetime
    expires_at: datetime
    server_key: str
    households: tuple[PackEntry, ...]


@dataclass(frozen=True)
class GroupChoice:
    """A group that a pack can be made of."""

    code: str
    name: str
    households: int
