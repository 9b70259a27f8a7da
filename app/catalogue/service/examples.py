"""The shipped examples: ten pilot fields and the village's 三务, in our own words."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from app.catalogue import queries
from app.catalogue.models import LowerPlaces
from app.catalogue.schemas import FieldIn
from app.catalogue.service.importing import OPEN_DUTIES, hold_from, import_draft
from app.kernel import outbox
from app.kernel.access import Actor

DATA = Path(__file__).parents[1] / "data"


def known_fields() -> dict[str, FieldIn]:
    """Give the fields this release knows, by code, in their order."""
    with (DATA / "fields.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: FieldIn(
                code=row["code"], name=row["name"], lower_places=LowerPlaces(row["lower_places"])
            )
            for row in csv.DictReader(file)
        }


def load_examples(
    session: Session, *, effective_from: date, county_code: str, actor: Actor
) -> list[str]:
    """Bring the examples in and let them hold from a day on; a field that has a catalogue keeps it.

    Gives the names of the fields that were new.
    """
    loaded = []
    for code, field in known_fields().items():
        if queries.effective(session, code) is not None:
            continue
        path = DATA / f"{code}.csv"
        version = import_draft(
            session,
            field=field,
            content=path.read_bytes(),
            file_name=path.name,
            county_code=county_code,
            actor=actor,
        )
        hold_from(session, version, effective_from)
        loaded.append(field.name)
    if loaded:
        outbox.publish(session, OPEN_DUTIES)
    return loaded
