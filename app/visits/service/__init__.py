"""Rules and writes of visits, needs and packs."""

from __future__ import annotations

from app.visits.service.logbook import amend_visit, household_for, log_visit, may_amend, read_visit
from app.visits.service.merging import follow_merger
from app.visits.service.needs import (
    change_due,
    follow_household,
    give_to,
    hand_over,
    move_need,
    owners,
    read_need,
)
from app.visits.service.packs import contact, groups, prepare_pack, revoke_pack
from app.visits.service.retention import erase_expired
from app.visits.service.settling import choices_of, compare, settle
from app.visits.service.syncing import MOST_MESSAGES, receive
from app.visits.service.telling import tell_household

__all__ = [
    "MOST_MESSAGES",
    "amend_visit",
    "change_due",
    "choices_of",
    "compare",
    "contact",
    "erase_expired",
    "follow_household",
    "follow_merger",
    "give_to",
    "groups",
    "hand_over",
    "household_for",
    "log_visit",
    "may_amend",
    "move_need",
    "owners",
    "prepare_pack",
    "read_need",
    "read_visit",
    "receive",
    "revoke_pack",
    "settle",
    "tell_household",
]
