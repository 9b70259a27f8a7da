"""What people and programs send about staff, and what they get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from app.identity.models import TokenKind


class SignIn(BaseModel):
    """A username and its password; a code of the second factor where the account has one."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(min_length=1, max_length=50)
    password: str = Field(min_length=1, max_length=200)
    code: str | None = Field(
        None, max_length=20, description="six digits of the second factor, or a recovery code"
    )


class TokenOut(BaseModel):
    """A bearer token, shown once."""

    token: str
    expires_at: datetime


@dataclass(frozen=True)
class Attempt:
    """A try to sign in: for a browser's session or a program's token, and from where."""

    username: str
    password: str
    kind: TokenKind = TokenKind.SESSION
    address: str = ""
    device: str = ""
    code: str | None = None


@dataclass(frozen=True)
class NewAccount:
    """An account somebody asks for: its role holds at one place, for one office or any."""

    username: str
    role: str
    division_code: str
    full_name: str = ""
    organisation_id: int | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Beginning:
    """How an account began, for whoever approves what it may read.

    `opened_by_id` is None for the operator. `device` is the family of the browser the second
    factor was enrolled in, empty where the operator gave it or that session is no longer known.
    """

    opened_by_id: int | None
    opened_at: datetime
    enrolled_at: datetime | None
    device: str


@dataclass(frozen=True)
class Wish:
    """A grant somebody asks for: one permission, or a role with all of its permissions."""

    name: str
    division_prefix: str
    organisation_id: int | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Opened:
    """An account that was opened, with its initial password, shown once."""

    username: str
    full_name: str
    password: str


@dataclass(frozen=True)
class Moved:
    """What a hand-over moved: grants that hold at once, and those that wait for approval."""

    held: int
    waiting: int
