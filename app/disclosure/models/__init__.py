"""Tables of disclosure: what is public, and what is still being written."""

from app.disclosure.models.drafts import (
    OVER,
    DeskTerm,
    Draft,
    DraftComment,
    DraftOverride,
    DraftReview,
    DraftText,
)
from app.disclosure.models.files import DraftFile, FileScan, ItemFile
from app.disclosure.models.items import STANDING, Item, ItemRevision, Topic

__all__ = [
    "OVER",
    "STANDING",
    "DeskTerm",
    "Draft",
    "DraftComment",
    "DraftFile",
    "DraftOverride",
    "DraftReview",
    "DraftText",
    "FileScan",
    "Item",
    "ItemFile",
    "ItemRevision",
    "Topic",
]
