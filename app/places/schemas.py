"""What places tell the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from app.places.models import Level


@dataclass(frozen=True)
class Place:
    """A division under one of its names.

    `ended_on` is the first day this name no longer held (empty: it holds today); `successor_code`
    is the village this one was merged into, one step of it.
    """

    code: str
    level: str
    name: str
    short_name: str
    parent_code: str | None
    ended_on: date | None = None
    successor_code: str | None = None


@dataclass(frozen=True)
class Name:
    """A name a division bore from `valid_from` up to, not including, `valid_to`."""

    name: str
    short_name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class ImportSummary:
    """How many divisions an import added, renamed, closed, brought back and left as they were."""

    added: int = 0
    renamed: int = 0
    closed: int = 0
    reopened: int = 0
    unchanged: int = 0


class PlaceOut(BaseModel):
    """A division under its newest name; `ended_on` is the day it ceased to be in force."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    level: Level
    name: str
    short_name: str
    parent_code: str | None
    ended_on: date | None


class DivisionOut(PlaceOut):
    """A division, those it lies in from the county down, and where a merged one leads today."""

    parents: list[PlaceOut]
    successor: PlaceOut | None


class DivisionsOut(BaseModel):
    """Some divisions."""

    divisions: list[PlaceOut]
