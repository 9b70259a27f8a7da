"""Tables of disclosure: what is public, and what is still being written."""

from app.disclosure.models.drafts import (
    DeskTerm,
    Draft,
    DraftComment,
    DraftOverride,
    DraftReview,
    DraftText,
)
from app.disclosure.models.items import STANDING, Item, ItemRevision, Topic

__all__ = [
    "STANDING",
    "DeskTerm",
    "Draft",
    "DraftComment",
    "DraftOverride",
    "DraftReview",
    "DraftText",
    "Item",
    "ItemRevision",
    "Topic",
]
