"""What programs send and get about items, and the small records that rooms pass around."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

TITLE = 120
NOTE = 300
BODY = 100_000


@dataclass(frozen=True)
class TopicView:
    """A topic and its place among the tiles, if it has one."""

    code: str
    name: str
    tile: int | None


@dataclass(frozen=True)
class FeedRow:
    """An item as a feed shows it."""

    id: int
    title: str
    topic_code: str
    division_code: str
    published_at: datetime
    revision: int


@dataclass(frozen=True)
class Feed:
    """A page of a feed; `next` is where the following page begins, if there is one."""

    rows: list[FeedRow]
    next: tuple[datetime, int] | None


class ItemIn(BaseModel):
    """An item to publish; the body is Markdown."""

    model_config = ConfigDict(extra="forbid")

    division_code: str = Field(pattern=r"^\d{6}(\d{3}(\d{3})?)?$")
    topic: str = Field(max_length=40)
    title: str = Field(min_length=1, max_length=TITLE)
    body_markdown: str = Field(min_length=1, max_length=BODY)
    organisation_id: int | None = Field(default=None, ge=1, lt=2**63)


class CorrectionIn(BaseModel):
    """A correction: the whole text as it should read, and what was wrong."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=TITLE)
    body_markdown: str = Field(min_length=1, max_length=BODY)
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=NOTE)]


class WithdrawalIn(BaseModel):
    """Why an item is withdrawn; the reason is public."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]


class FeedItemOut(BaseModel):
    """An item of a feed."""

    id: int
    title: str
    topic: str
    division_code: str
    published_at: datetime
    corrected: bool
    url: str


class FeedOut(BaseModel):
    """A page of a feed, newest first."""

    items: list[FeedItemOut]
    next_cursor: str | None


class FileOut(BaseModel):
    """A file of an item; `sha256` is the sum of what lies at `url`."""

    name: str
    media_type: str
    size: int
    sha256: str
    url: str


class AidListOut(BaseModel):
    """What programs learn of an item's aid list: its sums, never its rows."""

    kind: str
    period: str
    households: int
    members: int
    total_fen: int


class ItemOut(FeedItemOut):
    """An item whole; the rows of its aid list stand on its page alone."""

    body_html: str
    organisation_id: int | None
    revision: int
    corrected_at: datetime | None
    correction_note: str | None
    files: list[FileOut]
    aid_list: AidListOut | None


class TopicOut(BaseModel):
    """A topic."""

    code: str
    name: str
    tile: int | None


class TopicsOut(BaseModel):
    """All topics in their order."""

    topics: list[TopicOut]
