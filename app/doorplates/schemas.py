"""What programs send and get about plates, and the small records that rooms pass around."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.doorplates.states import State

Size = Literal["large", "medium", "small"]
Ground = Literal["blue", "green"]
Paper = Literal["a4", "a3"]


@dataclass(frozen=True)
class DoorRow:
    """One door of the list that a batch is issued from; empty where the list says nothing."""

    group_code: str | None = None
    group_label: str = ""
    house_number: str = ""
    label: str = ""


@dataclass(frozen=True)
class DoorView:
    """A door that a plate hangs at, is printed or is issued for."""

    id: int
    division_code: str
    group_code: str | None
    group_label: str
    house_number: str
    label: str


@dataclass(frozen=True)
class PlateView:
    """A plate with its door, as one query gives it."""

    id: int
    code: str
    serial: str
    state: State
    division_code: str
    group_code: str | None
    group_label: str
    house_number: str
    label: str
    door_id: int
    batch_id: int


class DoorIn(BaseModel):
    """One door of a batch."""

    model_config = ConfigDict(extra="forbid")

    group: str = Field(default="", max_length=40)
    house_number: str = Field(default="", max_length=40)
    label: str = Field(default="", max_length=60)


class BatchIn(BaseModel):
    """A batch to issue: a number of plates, or the doors they are for."""

    model_config = ConfigDict(extra="forbid")

    division_code: str = Field(pattern=r"^\d{12}$")
    count: int | None = Field(default=None, ge=1, le=200_000)
    doors: list[DoorIn] | None = Field(default=None, min_length=1, max_length=20_000)


class BatchOut(BaseModel):
    """A batch that was issued."""

    id: int
    division_code: str
    plates: int
    created_at: datetime


class PlateOut(BaseModel):
    """A plate as staff see it."""

    code: str
    serial: str
    state: State
    group: str
    house_number: str


class PlatesOut(BaseModel):
    """The plates of a batch, a page at a time."""

    plates: list[PlateOut]
    next_after: int | None


class ScannedOut(BaseModel):
    """What anyone may know of a plate: its village and group, never its household."""

    code: str
    state: State
    note: str | None
    division_code: str
    village: str
    group: str | None
    page_url: str


class SheetIn(BaseModel):
    """A print file to draw."""

    model_config = ConfigDict(extra="forbid")

    size: Size = "small"
    ground: Ground = "blue"
    paper: Paper = "a4"


class SheetOut(BaseModel):
    """A print file and how far it is."""

    id: int
    batch_id: int
    size: Size
    ground: Ground
    paper: Paper
    state: Literal["waiting", "drawing", "ready", "failed"]
    plates: int
    drawn: int
    pages: int | None
    fault: str | None


class ReasonIn(BaseModel):
    """Why a plate changes its state."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=2, max_length=200)


class ReportIn(BaseModel):
    """What is wrong with a plate; nothing about who says so."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["damaged", "swapped"]
