"""Writing the ledger, chaining it, checking it, and what households and auditors do with it."""

from app.audit.service.asking import answer, ask
from app.audit.service.checking import begin_check, go_on, note_check, running_check
from app.audit.service.heads import Head, export, exported, public_key, read, sign_head
from app.audit.service.keeping import close_month, close_months, make_months
from app.audit.service.recording import denial, digest_reason, record
from app.audit.service.sealing import BATCH, highest_sealed, seal
from app.audit.service.verifying import verify
from app.audit.service.watching import Thresholds, thresholds_of, watch

__all__ = [
    "BATCH",
    "Head",
    "Thresholds",
    "answer",
    "ask",
    "begin_check",
    "close_month",
    "close_months",
    "denial",
    "digest_reason",
    "export",
    "exported",
    "go_on",
    "highest_sealed",
    "make_months",
    "note_check",
    "public_key",
    "read",
    "record",
    "running_check",
    "seal",
    "sign_head",
    "thresholds_of",
    "verify",
    "watch",
]
