"""Rules of plates: issuing, the life of a plate, print sheets, checking what was printed."""

from app.doorplates.service.issuing import (
    issue_batch,
    match_groups,
    read_door_list,
)
from app.doorplates.service.life import (
    follow_merger,
    install,
    mark_printed,
    replace,
    report,
    report_damage,
    revoke,
)
from app.doorplates.service.printing import Press, draw_sheet, request_sheet, sheet_files, sheet_for
from app.doorplates.service.verifying import Verification, verify_scanned

__all__ = [
    "Press",
    "Verification",
    "draw_sheet",
    "follow_merger",
    "install",
    "issue_batch",
    "mark_printed",
    "match_groups",
    "read_door_list",
    "replace",
    "report",
    "report_damage",
    "request_sheet",
    "revoke",
    "sheet_files",
    "sheet_for",
    "verify_scanned",
]
