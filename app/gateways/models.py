"""What the gateways keep: tokens that stand for the platform with others."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered


class GatewayToken(Numbered, Base):
    """The access token of one WeChat application, shared by every process; sealed.

    `forced_at` is when it was last renewed by force, `forced` how often on that day in Shanghai.
    """

    __tablename__ = "gateway_tokens"

    app_id: Mapped[str] = mapped_column(String(64), unique=True)
    token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    forced_at: Mapped[datetime | None]
    forced_on: Mapped[date | None]
    forced: Mapped[int]
