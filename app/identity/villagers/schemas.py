"""What the Mini Program sends and gets about a villager's account."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class WeChatCode(BaseModel):
    """A code WeChat gave the Mini Program; it counts once, for five minutes."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=512)


class SessionOut(BaseModel):
    """A bearer token, shown once."""

    token: str
    expires_at: datetime


class PhoneOut(BaseModel):
    """The number that is proved now, masked."""

    phone: str


class OwnSession(BaseModel):
    """One sign-in that holds."""

    id: int
    kind: str
    way: str
    created_at: datetime
    expires_at: datetime
    current: bool


class AccountOut(BaseModel):
    """One's own account: the ways to sign in, the proved number (masked), the sessions."""

    wechat: bool
    mini_program: bool
    phone: str | None
    sessions: list[OwnSession]
