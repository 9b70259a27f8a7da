"""Reads of disclosure: what is public, and what lies on the editorial desk."""

from app.disclosure.queries.drafts import (
    DESK,
    SORTS,
    drafts,
    get_draft,
    passages,
    reviews,
    text_of,
    texts,
    within,
)
from app.disclosure.queries.items import (
    MOST,
    PAGE,
    feed,
    get_item,
    get_topic,
    latest_whole,
    newest_by_topic,
    revisions,
    topics,
)
from app.disclosure.queries.listing import PUBLISHED_SORTS, kept_item, published
from app.disclosure.queries.lists import drafts_of_lists, standing_lists
from app.disclosure.queries.work import Work, late_steps, waiting_steps, work

__all__ = [
    "DESK",
    "MOST",
    "PAGE",
    "PUBLISHED_SORTS",
    "SORTS",
    "Work",
    "drafts",
    "drafts_of_lists",
    "feed",
    "get_draft",
    "get_item",
    "get_topic",
    "kept_item",
    "late_steps",
    "latest_whole",
    "newest_by_topic",
    "passages",
    "published",
    "reviews",
    "revisions",
    "standing_lists",
    "text_of",
    "texts",
    "topics",
    "waiting_steps",
    "within",
    "work",
]
