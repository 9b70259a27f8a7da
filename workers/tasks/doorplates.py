"""Drawing plates."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.doorplates import service
from app.doorplates.press import press_of
from app.kernel.db import Database
from app.kernel.settings import get_settings


def draw_sheet(session: Session, database: Database, *, sheet_id: int) -> None:
    """Draw a print file that was asked for."""
    service.draw_sheet(session, database, sheet_id=sheet_id, press=press_of(get_settings()))
