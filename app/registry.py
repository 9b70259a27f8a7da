"""THE list: which blueprint belongs to which face, which models and command groups there are."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click
from flask import Blueprint

from app.console import doorplates as console_doorplates
from app.console import jobs as console_jobs
from app.console import signing_in as console_signing_in
from app.demo.cli import demo
from app.disclosure.api import api as disclosure_api
from app.disclosure.cli import disclosure
from app.doorplates.api import api as doorplates_api
from app.doorplates.cli import doorplates
from app.identity.api import api as identity_api
from app.identity.cli import identity
from app.operations.cli import jobs
from app.organisations.api import api as organisations_api
from app.organisations.cli import organisations
from app.places.api import api as places_api
from app.places.cli import places
from app.portal import home, items, plates, villages
from app.web.api_docs import pages as api_docs

FACES: Mapping[str, tuple[Blueprint, ...]] = {
    "portal": (home.pages, villages.pages, items.pages, plates.pages),
    "console": (console_signing_in.pages, console_doorplates.pages, console_jobs.pages),
    "api": (
        places_api,
        organisations_api,
        doorplates_api,
        disclosure_api,
        identity_api,
        api_docs,
    ),
}

COMMANDS: tuple[click.Command, ...] = (
    places,
    organisations,
    identity,
    doorplates,
    disclosure,
    jobs,
    demo,
)

MODELS = (
    "app.kernel.deployment",
    "app.kernel.idempotency",
    "app.kernel.outbox",
    "app.operations.models",
    "app.places.models",
    "app.organisations.models",
    "app.identity.models",
    "app.doorplates.models",
    "app.disclosure.models",
)


def import_models() -> None:
    """Load every table into the metadata."""
    for name in MODELS:
        import_module(name)
