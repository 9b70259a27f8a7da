"""What the catalogue takes in and gives out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from app.catalogue.cadence import Cadence
from app.catalogue.models import Audience, Level, LowerPlaces, Method
from app.kernel.csv_table import Fault

State = Literal["overdue", "soon", "open", "in_time", "late"]
STATES: dict[State, str] = {
    "overdue": "已逾期",
    "soon": "快到期",
    "open": "未到期",
    "in_time": "按期公开",
    "late": "逾期公开",
}
COMPARED: dict[str, str] = {
    "category": "一级事项",
    "item": "二级事项",
    "content": "公开内容",
    "legal_basis": "公开依据",
    "term_text": "公开时限",
    "publisher": "公开主体",
    "channels": "公开渠道和载体",
    "audience": "公开对象",
    "method": "公开方式",
    "level": "公开层级",
}
"""What is compared between two versions of an entry."""


class FieldIn(BaseModel):
    """A field of the catalogue: its code, its name and which places 乡/村级 means in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
    name: Annotated[str, StringConstraints(min_length=2, max_length=40)]
    lower_places: LowerPlaces = LowerPlaces.TOWNSHIPS


@dataclass(frozen=True)
class Line:
    """A sound line of a catalogue's file, with its number there."""

    number: int
    seq: int
    key: str
    category: str
    item: str
    content: str
    legal_basis: str
    term_text: str
    cadence: Cadence
    publisher: str
    channels: tuple[str, ...]
    audience: Audience
    method: Method
    level: Level


@dataclass(frozen=True)
class Reading:
    """What a file holds: sound lines, faults of others, and remarks that keep nothing out."""

    lines: Sequence[Line] = ()
    faults: Sequence[Fault] = ()
    remarks: Sequence[Fault] = ()


@dataclass(frozen=True)
class Change:
    """An entry that reads otherwise than in the version in force, and in which columns."""

    seq: int
    category: str
    item: str
    columns: Sequence[str] = ()


@dataclass(frozen=True)
class Comparison:
    """What a version changes against the one in force."""

    added: Sequence[Change] = ()
    changed: Sequence[Change] = ()
    gone: Sequence[Change] = ()
    unchanged: int = 0


@dataclass(frozen=True)
class Plan:
    """A dry run: what was read, and what it would change."""

    reading: Reading
    comparison: Comparison


@dataclass(frozen=True)
class Choice:
    """An entry an editor may publish for at a place."""

    id: int
    field_name: str
    category: str
    item: str
    term_text: str
    is_periodic: bool


@dataclass(frozen=True)
class BoardRow:
    """A duty as the board shows it."""

    id: int
    entry_id: int
    field_name: str
    item: str
    division_code: str
    place: str
    office: str | None
    period: str | None
    created_on: date | None
    due_on: date
    is_sure: bool
    done_on: date | None
    done_ref: str | None
    state: State


Reach = tuple[tuple[str, int | None], ...]
"""Where somebody sees duties: division prefixes, each for one office or (None) for all."""


@dataclass(frozen=True)
class BoardFilter:
    """What of the board is wanted: a place, an office, a state, a month or one day of it."""

    on: date
    soon_until: date
    reach: Reach
    prefix: str = ""
    organisation_id: int | None = None
    state: State | Literal[""] = ""
    month: str = ""
    day: date | None = None
    words: str = ""


@dataclass(frozen=True)
class Group:
    """An office or a place with its duties counted by state; ordered by name or code alone."""

    key: str
    name: str
    counts: dict[str, int] = field(default_factory=dict)
