"""Bringing rosters in: what people do in steps, and what workers do with each roster."""

from app.households.service.importing.at_once import bring_in
from app.households.service.importing.mergers import follow_merger
from app.households.service.importing.planning import read
from app.households.service.importing.refusals import refused_file
from app.households.service.importing.running import run
from app.households.service.importing.steps import (
    discard,
    look_again,
    reopen,
    set_mapping,
    start,
    upload,
)
from app.households.service.importing.sweeping import sweep

__all__ = [
    "bring_in",
    "discard",
    "follow_merger",
    "look_again",
    "read",
    "refused_file",
    "reopen",
    "run",
    "set_mapping",
    "start",
    "sweep",
    "upload",
]
