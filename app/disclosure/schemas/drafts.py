"""What the editorial desk sends and gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from app.disclosure.schemas.items import BODY, TITLE

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class DraftIn(BaseModel):
    """A text on its way; the body is Markdown, times carry their zone.

    `corrects_id` names the item it puts right, `supersedes_id` the one it takes the place of;
    `formed_on` is when the information came to be.
    """

    model_config = ConfigDict(extra="forbid")

    division_code: str = Field(pattern=r"^\d{6}(\d{3}(\d{3})?)?$")
    topic: str = Field(max_length=40)
    organisation_id: int | None = Field(default=None, ge=1, lt=2**63)
    catalogue_entry_id: int | None = Field(default=None, ge=1, lt=2**63)
    corrects_id: int | None = Field(default=None, ge=1, lt=2**63)
    supersedes_id: int | None = Field(default=None, ge=1, lt=2**63)
    title: str = Field(min_length=1, max_length=TITLE)
    body_markdown: str = Field(min_length=1, max_length=BODY)
    note: Short = ""
    formed_on: date | None = None
    expires_on: date | None = None
    publish_at: AwareDatetime | None = None


class DraftSaveIn(DraftIn):
    """A draft as it should read now; `version` is the one it was written over."""

    version: int = Field(ge=1, lt=2**31)


class SubmissionIn(BaseModel):
    """Handing a draft in; `exception_reason` asks a reviewer to let the gate's findings stand."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, lt=2**31)
    exception_reason: Short = ""


class PassageIn(BaseModel):
    """A comment on a paragraph, counted from 1."""

    model_config = ConfigDict(extra="forbid")

    paragraph: int = Field(ge=1, le=10_000)
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ReviewIn(BaseModel):
    """A verdict on a draft at the step it stands at."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, lt=2**31)
    verdict: Literal["pass", "return"]
    words: Words = ""
    comments: list[PassageIn] = Field(default_factory=list, max_length=200)


class UrgentIn(BaseModel):
    """Publishing at once, with reviews to follow; the reason stays with the draft."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, lt=2**31)
    reason: Reason


class DraftOut(BaseModel):
    """A draft as programs of an office see it."""

    id: int
    state: str
    version: int
    title: str
    division_code: str
    organisation_id: int | None
    topic: str
    author: str
    item_id: int | None
    corrects_id: int | None
    updated_at: datetime


class DraftsOut(BaseModel):
    """A page of drafts, the last changed first."""

    drafts: list[DraftOut]
    next_page: int | None


@dataclass(frozen=True)
class DraftRow:
    """A draft as a list shows it."""

    id: int
    title: str
    state: str
    division_code: str
    place: str
    office: str | None
    topic_code: str
    author_id: int
    author_name: str
    updated_at: datetime
    state_since: datetime
    version: int
    organisation_id: int | None
    publish_at: datetime | None
    corrects_id: int | None
    item_id: int | None
    urgent: bool
    exception: bool


@dataclass(frozen=True)
class Passage:
    """A comment of a review, read again."""

    paragraph: int
    words: str
    reviewer: str
    step: str
