"""The rules of the ledger: months, lines, vouchers, questions, and who is told."""

from app.funds.service.finding import READERS, may, require
from app.funds.service.importing import enter_table, try_table
from app.funds.service.lines import change, enter, remove
from app.funds.service.months import close, open_month, send_back, submit
from app.funds.service.pending import months_for, send_digests
from app.funds.service.questions import (
    answer,
    ask,
    follow_deletion,
    follow_merger,
    forget_askers,
    may_ask,
    open_question,
    set_aside,
    waiting,
)
from app.funds.service.settings import add_category, offer_category, rename_category, set_term
from app.funds.service.vouchers import attach, detach, papers

__all__ = [
    "READERS",
    "add_category",
    "answer",
    "ask",
    "attach",
    "change",
    "close",
    "detach",
    "enter",
    "enter_table",
    "follow_deletion",
    "follow_merger",
    "forget_askers",
    "may",
    "may_ask",
    "months_for",
    "offer_category",
    "open_month",
    "open_question",
    "papers",
    "remove",
    "rename_category",
    "require",
    "send_back",
    "send_digests",
    "set_aside",
    "set_term",
    "submit",
    "try_table",
    "waiting",
]
