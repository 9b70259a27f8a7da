"""Tables of home visits, of needs and their follow-up, and of packs taken where no signal is."""

from __future__ import annotations

from app.visits.models import logbook, packs

__all__ = ["logbook", "packs"]
