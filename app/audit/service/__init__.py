"""Writing the ledger, chaining it, checking it, and what households and auditors do with it."""

from app.audit.service.asking import answer, ask
from app.audit.service.recording import denial, digest_reason, record

__all__ = ["answer", "ask", "denial", "digest_reason", "record"]
