"""Rules and writes of the catalogue."""

from app.catalogue.service.answering import fulfil, open_event, unfulfil
from app.catalogue.service.digests import send_digests
from app.catalogue.service.examples import known_fields, load_examples
from app.catalogue.service.feeds import create_feed, revoke_feed
from app.catalogue.service.importing import discard, dry_run, import_draft, take_into_force
from app.catalogue.service.opening import follow_merger, open_duties, recount

__all__ = [
    "create_feed",
    "discard",
    "dry_run",
    "follow_merger",
    "fulfil",
    "import_draft",
    "known_fields",
    "load_examples",
    "open_duties",
    "open_event",
    "recount",
    "revoke_feed",
    "send_digests",
    "take_into_force",
    "unfulfil",
]
