"""Loading the demo county once, and writing down how to use it."""

from __future__ import annotations

import csv
import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue import service as catalogue
from app.demo import aid, funds, roster, villager
from app.demo.content import DATA, DemoItem, read_items
from app.disclosure import queries as disclosure_queries
from app.disclosure import service as disclosure
from app.disclosure.schemas import CorrectionIn, ItemIn
from app.doorplates import queries as plates
from app.doorplates import service as doorplates
from app.doorplates.errors import PlateNotFound
from app.doorplates.schemas import DoorRow, SheetIn
from app.doorplates.states import State
from app.households.schemas.acts import Why
from app.households.service import doors as households_doors
from app.households.service import importing
from app.identity import queries as identity_queries
from app.identity import roles
from app.identity import service as identity
from app.kernel import clock, deployment, ids
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.db import Database
from app.organisations import queries as organisations
from app.organisations import service as organisations_service
from app.places import queries as places
from app.places import service as places_service
from app.screening import service as screening

COUNTY, TOWNSHIP, VILLAGE = "520203", "520203102", "520203102213"
PLATES, INSTALLED = 600, 120
DIVISIONS_SINCE = date(2024, 1, 1)  # the table is the Bureau of Statistics' of 2023
CORRECTED_AFTER = timedelta(days=2, hours=3)
ACCOUNTS = (
    ("admin", "admin", COUNTY),
    ("auditor", "security_auditor", COUNTY),
    ("steward", "data_steward", COUNTY),
    ("publisher", "publisher", TOWNSHIP),
    ("reviewer1", "first_reviewer", TOWNSHIP),
    ("reviewer2", "second_reviewer", TOWNSHIP),
    ("reviewer3", "final_reviewer", TOWNSHIP),
    ("cadre", "cadre", VILLAGE),
    ("clerk", "clerk", VILLAGE),
    ("committee", "supervision_committee", VILLAGE),
    ("installer", "installer", VILLAGE),
)
DESK = ("publisher", "first_reviewer", "second_reviewer", "final_reviewer")
USERNAMES = [username for username, _role, _place in ACCOUNTS]


def load(session: Session) -> bool:
    """Fill an empty database with the demo county, once; False where it holds real data."""
    if deployment.is_demonstration(session):
        return True
    if disclosure_queries.topics(session) or places.children(session, COUNTY):
        return False
    deployment.mark_demonstration(session)
    load_places(session)
    with (DATA / "topics.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            disclosure.set_topic(
                session,
                code=row["code"],
                name=row["name"],
                position=int(row["position"]),
                tile=int(row["tile"]) if row["tile"] else None,
            )
    for item in read_items(clock.today()):
        _publish(session, item)
    catalogue.load_examples(
        session,
        effective_from=clock.today().replace(day=1),
        county_code=COUNTY,
        actor=OPERATOR,
    )
    screening.import_words(
        session, content=screening.EXAMPLES.read_bytes(), county_code=COUNTY, actor=OPERATOR
    )
    _issue_plates(session)
    _bring_in_roster(session)
    funds.load(session, village=VILLAGE)
    aid.load(session, village=VILLAGE, desk=_desk(session))
    return True


def _desk(session: Session) -> list[Actor]:
    """Open the accounts of the editorial desk, if need be: who writes, then the three reviewers."""
    actors = []
    for username, role, scope in ACCOUNTS:
        if role in DESK:
            identity.set_password(
                session,
                username=username,
                password=ids.token()[:16],
                role=role,
                division_code=scope,
            )
            number = identity_queries.get_by_username(session, username).id
            grants = tuple(Grant(name, scope) for name in roles.ROLES[role])
            actors.append(Actor(username, staff_id=number, grants=grants, role=role))
    return actors


def load_places(session: Session) -> None:
    """Bring in the county's divisions, the village's groups, and the offices."""
    for name in ("liuzhi_divisions.csv", "groups.csv"):
        places_service.import_divisions(
            session,
            content=(DATA / name).read_bytes(),
            actor=OPERATOR,
            effective_on=DIVISIONS_SINCE,
        )
    organisations_service.import_organisations(
        session, content=(DATA / "organisations.csv").read_bytes(), actor=OPERATOR
    )


def _publish(session: Session, item: DemoItem) -> None:
    publisher = organisations.by_key(session, item.organisation)
    published = disclosure.publish_item(
        session,
        wanted=ItemIn(
            division_code=item.division,
            topic=item.topic,
            title=item.original_title or item.title,
            body_markdown=item.original_body or item.body,
            organisation_id=publisher.id,
        ),
        actor=OPERATOR,
        published_at=item.published_at,
    )
    if item.correction:
        disclosure.correct_item(
            session,
            item_id=published.id,
            wanted=CorrectionIn(title=item.title, body_markdown=item.body, note=item.correction),
            actor=OPERATOR,
            corrected_at=item.published_at + CORRECTED_AFTER,
        )
    if item.withdrawn:
        disclosure.withdraw_item(
            session, item_id=published.id, reason=item.withdrawn, actor=OPERATOR
        )


def _issue_plates(session: Session) -> None:
    """Issue 600 plates for the doors of the village's groups, as its 2018 report tells."""
    groups = places.children(session, VILLAGE)
    doors = [
        DoorRow(
            group_code=groups[number % len(groups)].code,
            house_number=f"{number // len(groups) + 1}号",
        )
        for number in range(PLATES)
    ]
    doors.sort(key=lambda door: door.group_code or "")
    doorplates.issue_batch(session, division_code=VILLAGE, doors=doors, actor=OPERATOR)


def _bring_in_roster(session: Session) -> None:
    """Enter the village's 620 invented households, and put those with a plate behind their door."""
    importing.bring_in(
        session,
        division_code=VILLAGE,
        content=roster.neat(_group_names(session)),
        actor=OPERATOR,
        source="import:demo",
    )
    why = Why("plates", "演示：门牌与住户按组和门牌号对应")
    households_doors.assign_matched(session, division_code=VILLAGE, actor=OPERATOR, why=why)


def _group_names(session: Session) -> list[str]:
    return [group.short_name for group in places.children(session, VILLAGE)]


def write_roster(session: Session, path: Path) -> None:
    """Write the same households as an office keeps them, with mistakes, to try an import with."""
    path.write_bytes(roster.messy(_group_names(session)))


def draw(database: Database, *, press: doorplates.Press) -> Path:
    """Draw the demo's print file now, so that it is there before anyone asks for it."""
    with database.unit_of_work() as session:
        batch = plates.first_batch(session)
        sheet = doorplates.request_sheet(
            session,
            batch_id=batch.id,
            wanted=SheetIn(size="small", ground="blue", paper="a4"),
            actor=OPERATOR,
        )
        doorplates.draw_sheet(session, database, sheet_id=sheet.id, press=press)
        for view in plates.plates_of_batch(session, batch.id, limit=INSTALLED):
            if view.state is State.PRINTED:  # a later drawing leaves alone what people did since
                doorplates.install(session, code=view.code, actor=OPERATOR)
        pdf, _manifest = doorplates.sheet_files(sheet, files_dir=press.files_dir)
    return pdf


def has_plate(session: Session, code: str) -> bool:
    """Tell whether a plate of an earlier description belongs to this database."""
    try:
        plates.find(session, code)
    except PlateNotFound:
        return False
    return True


def describe(session: Session, *, base_url: str, sheets: Path, roster_file: Path) -> dict[str, Any]:
    """Say what to open and with which account; the accounts get new passwords and codes."""
    batch = plates.first_batch(session)
    accounts = []
    for username, role, scope in ACCOUNTS:
        password = ids.token()[:16]
        identity.set_password(
            session, username=username, password=password, role=role, division_code=scope
        )
        account = {"username": username, "password": password, "role": role, "scope": scope}
        secret = identity.give_second_factor(session, username=username)
        accounts.append({**account, "totp_secret": secret} if secret else account)
    bound = villager.bind(session, village=places.resolve(session, VILLAGE))
    return {
        "base_url": base_url,
        "village": places.resolve(session, VILLAGE),
        "plates": list(plates.codes_of_batch(session, batch.id)),
        "accounts": accounts,
        "villagers": [bound] if bound else [],
        "sheets": str(sheets),
        "roster": str(roster_file),
    }


def write(path: Path, facts: dict[str, Any]) -> None:
    """Write the file whole or not at all, readable by its owner alone: it holds passwords."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(facts, file, ensure_ascii=False, indent=1)
    draft.replace(path)
