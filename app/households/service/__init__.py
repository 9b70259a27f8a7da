"""Rules and writes of the register, its imports, its openings and its bindings."""

from app.households.service.mergers import follow_merger
from app.households.service.officers import hand_over

__all__ = ["follow_merger", "hand_over"]
