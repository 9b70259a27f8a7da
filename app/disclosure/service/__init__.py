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
from app.disclosure.service.filing import attach, detach
from app.disclosure.service.lateness import remind_late, set_late_review
from app.disclosure.service.lists import erase_due, rows_are_shown
from app.disclosure.service.looking import look_again, look_into
from app.disclosure.service.publishing import publish_due
from app.disclosure.service.records import (
    correct_item,
    follow_merger,
    publish_item,
    set_topic,
)
from app.disclosure.service.reviewing import let_stand, publish_urgently, review, review_late
from app.disclosure.service.word_import import adopt, read_for_draft, read_for_new

__all__ = [
    "adopt",
    "attach",
    "call_back",
    "correct_item",
    "create_draft",
    "days_left",
    "detach",
    "discard",
    "erase_due",
    "expire_due",
    "follow_merger",
    "let_stand",
    "look_again",
    "look_into",
    "mask_findings",
    "publish_due",
    "publish_item",
    "publish_urgently",
    "read_for_draft",
    "read_for_new",
    "remind_late",
    "review",
    "review_late",
    "rows_are_shown",
    "save_draft",
    "set_late_review",
    "set_topic",
    "submit",
    "take_over",
    "withdraw_item",
]
