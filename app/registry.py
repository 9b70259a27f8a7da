"""THE list: which blueprint belongs to which face, which models and command groups there are.

Each stands here by its address, `module:name`, so that a process loads what it serves and no more:
the villagers' face without the staff's, one command without all the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

FACES: Mapping[str, tuple[str, ...]] = {
    "portal": (
        "app.portal.home:pages",
        "app.portal.villages:pages",
        "app.portal.items:pages",
        "app.portal.objections:pages",
        "app.portal.files:pages",
        "app.portal.funds:pages",
        "app.portal.funds:asking",
        "app.portal.plates:pages",
        "app.portal.inbox:pages",
        "app.portal.signing_in:pages",
        "app.portal.villagers:pages",
        "app.portal.binding:pages",
        "app.portal.my_household:pages",
        "app.portal.corrections:pages",
        "app.portal.rights:pages",
        "app.portal.consents:pages",
        "app.portal.calendars:pages",
    ),
    "console": (
        "app.console.home:pages",
        "app.console.signing_in:pages",
        "app.console.security:pages",
        "app.console.wechat:pages",
        "app.console.accounts:pages",
        "app.console.approvals:pages",
        "app.console.doorplates:pages",
        "app.console.rosters:pages",
        "app.console.households:pages",
        "app.console.jobs:pages",
        "app.console.auditing:pages",
        "app.console.inbox:pages",
        "app.console.records:pages",
        "app.console.visits:pages",
        "app.console.follow_ups:pages",
        "app.console.packs:pages",
        "app.console.offline:pages",
        "app.console.words:pages",
        "app.console.attachments:pages",
        "app.console.files:pages",
        "app.console.preview:pages",
        "app.console.bindings:pages",
        "app.console.work:pages",
        "app.console.drafts:pages",
        "app.console.draft_files:pages",
        "app.console.draft_word:pages",
        "app.console.reviewing:pages",
        "app.console.items:pages",
        "app.console.holidays:pages",
        "app.console.catalogue:pages",
        "app.console.board:pages",
        "app.console.aid:pages",
        "app.console.objections:pages",
        "app.console.funds:pages",
        "app.console.fund_lines:pages",
        "app.console.fund_questions:pages",
        "app.console.fund_tables:pages",
        "app.console.settings:pages",
    ),
    "api": (
        "app.places.api:api",
        "app.organisations.api:api",
        "app.doorplates.api:api",
        "app.disclosure.api.items:api",
        "app.disclosure.api.drafts:api",
        "app.funds.api:api",
        "app.identity.api:api",
        "app.notices.api:api",
        "app.identity.villagers.api:api",
        "app.web.api_docs:pages",
    ),
}

COMMANDS: Mapping[str, str] = {
    "up": "app.supervisor.cli:up",
    "migrate": "app.operations.cli:migrate_schema",
    "prepare": "app.demo.cli:prepare",
    "jobs": "app.operations.cli:jobs",
    "keys": "app.operations.keys:keys",
    "audit": "app.audit.cli:audit",
    "demo": "app.demo.cli:demo",
    "places": "app.places.cli:places",
    "organisations": "app.organisations.cli:organisations",
    "identity": "app.identity.cli:identity",
    "doorplates": "app.doorplates.cli:doorplates",
    "disclosure": "app.disclosure.cli:disclosure",
    "screening": "app.screening.cli:screening",
    "workdays": "app.workdays.cli:workdays",
    "catalogue": "app.catalogue.cli:catalogue",
}

MODELS = (
    "app.kernel.deployment",
    "app.kernel.idempotency",
    "app.kernel.outbox",
    "app.gateways.models",
    "app.operations.models",
    "app.places.models",
    "app.organisations.models",
    "app.audit.models",
    "app.identity.models",
    "app.identity.villagers.models",
    "app.doorplates.models",
    "app.screening.models",
    "app.attachments.models",
    "app.households.models",
    "app.notices.models",
    "app.visits.models",
    "app.aid.models",
    "app.disclosure.models",
    "app.workdays.models",
    "app.catalogue.models",
    "app.funds.models",
)


def import_models() -> None:
    """Load every table into the metadata."""
    for name in MODELS:
        import_module(name)


def load(address: str) -> Any:
    """Import what stands at `module:name`."""
    module, _, name = address.partition(":")
    return getattr(import_module(module), name)
