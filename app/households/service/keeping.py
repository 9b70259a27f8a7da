"""The register's own pages: lists, the search by name, a household for whoever keeps it.

Each reading writes its line of the ledger in the transaction it reads in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.doorplates import queries as doorplates
from app.doorplates.schemas import DoorView
from app.households.errors import HouseholdNotFound, RecordRefused
from app.households.models.register import Household, PersonTag, RecordChange
from app.households.queries import history, names
from app.households.queries import openings as records
from app.households.queries.names import ListedHousehold, NameHit
from app.households.schemas import MaskedRecord, Sight
from app.households.service import acts, finding
from app.households.tags import TAG_KINDS
from app.households.words import RELATIONS
from app.identity import roles
from app.kernel import clock, scope
from app.kernel.access import Actor
from app.places.group_names import group_key

PAGE = 50
MOST_DOORS = 300
PURPOSE = "service"  # 办理事项


@dataclass(frozen=True)
class Choice:
    """A member to choose in a form; a minor whom the keeper may not see goes without a name."""

    id: int
    label: str
    relation: str
    is_head: bool


@dataclass(frozen=True)
class RunningTag:
    """A tag that can be ended."""

    id: int
    label: str


@dataclass(frozen=True)
class Kept:
    """A household as whoever keeps it sees it: masked, with what its forms offer."""

    record: MaskedRecord
    division_code: str
    version: int
    group: str | None
    door: DoorView | None
    members: tuple[Choice, ...]
    running: tuple[RunningTag, ...]
    doors: tuple[DoorView, ...]


def list_households(
    session: Session, *, division_code: str, group: str | None, after: str, actor: Actor
) -> list[ListedHousehold]:
    """List a page of a village's or a group's households; raises `RecordRefused`, which is noted.

    One line of the ledger says that the list was seen.
    """
    _require(session, division_code, group, act="list", actor=actor)
    return names.list_households(
        session, division_code=division_code, group=group, after=after, limit=PAGE + 1
    )


def find_by_name(
    session: Session, *, division_code: str, group: str | None, wanted: str, actor: Actor
) -> list[NameHit]:
    """Find persons by a part of their name; raises `RecordRefused`, which is noted.

    The ledger's line says that a name was looked for, not which.
    """
    _require(session, division_code, group, act="search", actor=actor)
    return names.find_by_name(session, division_code=division_code, group=group, wanted=wanted)


def _require(
    session: Session, division_code: str, group: str | None, *, act: str, actor: Actor
) -> None:
    code = names.code_of(group)
    line = Line(actor, act, code or division_code, fields=("name",))
    if not actor.may_at(roles.RECORDS_OPEN, division_code=division_code, group_code=code):
        raise RecordRefused(afterwards=audit.denial(line))
    scope.open_scope(session, division_code)
    audit.record(session, line)


def find(session: Session, *, household_id: int, county_code: str, actor: Actor) -> Household:
    """Give a household to whoever keeps the register at its place, and open its village's scope.

    Raises `HouseholdNotFound` for any other, as where there is none; that is noted.
    """
    household = finding.household_of(
        session, household_id=household_id, permission=roles.HOUSEHOLDS_KEEP, actor=actor
    )
    if household is not None:
        return household
    line = Line(actor, "open", county_code, household_id=household_id)
    raise HouseholdNotFound(afterwards=audit.denial(line))


def look(session: Session, *, household: Household, actor: Actor) -> Kept:
    """Read a household for its keeper, masked; raises `RecordEnded`."""
    sight = Sight(
        **{
            name: actor.may_at(permission, **finding.at(household))
            for name, permission in (
                ("minors", roles.RECORDS_MINORS),
                ("health", roles.RECORDS_HEALTH),
                ("money", roles.RECORDS_MONEY),
            )
        }
    )
    record = records.masked(session, household.id, sight=sight)
    line = Line(
        actor,
        "open",
        household.division_code,
        household_id=household.id,
        fields=record.fields,
        purpose=PURPOSE,
    )
    audit.record(session, line)
    door_id = household.door_id
    return Kept(
        record=record,
        division_code=household.division_code,
        version=household.version,
        group=household.group_code or household.group_label or None,
        door=doorplates.get_door(session, door_id) if door_id else None,
        members=tuple(_choices(session, household, record)),
        running=tuple(_running(session, record)),
        doors=tuple(_free_doors(session, household)),
    )


def _choices(session: Session, household: Household, record: MaskedRecord) -> list[Choice]:
    shown = {person.id: person.name for person in record.persons}
    return [
        Choice(
            person.id,
            f"{shown.get(person.id, '未成年人')}（{RELATIONS.get(person.relation, '')}）",
            person.relation,
            person.is_head,
        )
        for person in acts.members(session, household.id).values()
    ]


def _running(session: Session, record: MaskedRecord) -> list[RunningTag]:
    shown = {person.id: person.name for person in record.persons}
    today = clock.today()
    query = select(PersonTag).where(
        PersonTag.person_id.in_(shown),
        (PersonTag.valid_until.is_(None)) | (PersonTag.valid_until > today),
    )
    return [
        RunningTag(tag.id, f"{shown[tag.person_id]}：{TAG_KINDS[tag.tag].name}")
        for tag in session.scalars(query.order_by(PersonTag.id))
        if tag.tag in TAG_KINDS and records.may_see(TAG_KINDS[tag.tag].sensitivity, record.sight)
    ]


def _free_doors(session: Session, household: Household) -> list[DoorView]:
    """List doors without a household, those of the household's own group first."""
    taken = set(
        session.scalars(
            select(Household.door_id).where(
                Household.division_code == household.division_code,
                Household.door_id.is_not(None),
                Household.state == "active",
            )
        )
    )
    free = [
        door for door in doorplates.doors(session, household.division_code) if door.id not in taken
    ]
    mine = household.group_code or group_key(household.group_label)
    free.sort(key=lambda door: (door.group_code or group_key(door.group_label)) != mine)
    return free[:MOST_DOORS]


def changes(
    session: Session, *, household: Household, before: int | None, actor: Actor
) -> Sequence[RecordChange]:
    """List what happened to a household, the newest first; the values stay sealed."""
    line = Line(
        actor,
        "open",
        household.division_code,
        household_id=household.id,
        fields=("history",),
        purpose=PURPOSE,
    )
    audit.record(session, line)
    return history.changes(session, household.id, before=before, limit=PAGE + 1)
