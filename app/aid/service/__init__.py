"""The rules of aid lists: files on their way in, lists, objections."""

from app.aid.service.listing import erase, follow_merger, make, publish, turn_day, use, write_back
from app.aid.service.objections import (
    answer,
    is_open,
    note_overdue,
    object_to,
    open_objection,
    set_aside,
    tell_objection,
)
from app.aid.service.rights import require
from app.aid.service.uploading import (
    discard,
    fields_of,
    own,
    plan_of,
    set_mapping,
    stopping,
    sweep,
    table_of,
    upload,
)

__all__ = [
    "answer",
    "discard",
    "erase",
    "fields_of",
    "follow_merger",
    "is_open",
    "make",
    "note_overdue",
    "object_to",
    "open_objection",
    "own",
    "plan_of",
    "publish",
    "require",
    "set_aside",
    "set_mapping",
    "stopping",
    "sweep",
    "table_of",
    "tell_objection",
    "turn_day",
    "upload",
    "use",
    "write_back",
]
