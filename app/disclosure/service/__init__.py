"""Rules of disclosure: writing, reviewing, publishing, correcting and ending."""

from app.disclosure.service.editing import (
    call_back,
    create_draft,
    discard,
    mask_findings,
    save_draft,
    submit,
    take_over,
)
from app.disclosure.service.ending import days_left, expire_due, withdraw_item
from app.disclosure.service.lists import erase_due, latest_day, rows_are_shown
from app.disclosure.service.publishing import publish_due
from app.disclosure.service.records import (
    correct_item,
    follow_merger,
    publish_item,
    set_topic,
)
from app.disclosure.service.reviewing import let_stand, publish_urgently, review, review_late

__all__ = [
    "call_back",
    "correct_item",
    "create_draft",
    "days_left",
    "discard",
    "erase_due",
    "expire_due",
    "follow_merger",
    "latest_day",
    "let_stand",
    "mask_findings",
    "publish_due",
    "publish_item",
    "publish_urgently",
    "review",
    "review_late",
    "rows_are_shown",
    "save_draft",
    "set_topic",
    "submit",
    "take_over",
    "withdraw_item",
]
