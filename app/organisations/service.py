"""Writes of the offices and units: one at a time, or a whole table."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.kernel import changes, clock, csv_table
from app.kernel.access import Actor
from app.kernel.csv_table import Fault
from app.kernel.turns import take_turn
from app.organisations import queries
from app.organisations.errors import ImportRefused, KeyTaken
from app.organisations.models import Kind, Organisation
from app.organisations.schemas import Details, ImportSummary, KeyedDetails
from app.places import queries as places

PERMISSION = "organisations.maintain"
TURN = "organisations"
COLUMNS = ("key", "name", "kind", "division_code", "phone", "address", "hours", "duty")
SENTENCES = {
    "key": "标识应当是 1 到 64 个小写字母、数字或下划线。",
    "name": "名称应当有 1 到 100 个字。",
    "kind": f"类别应当是 {'、'.join(Kind)} 之一。",
    "division_code": "区划代码应当是 6 到 14 位数字。",
    "phone": "电话只能由数字、空格和 +-()（）转、；组成，最多 50 个字。",
    "address": "地址最多 200 个字。",
    "hours": "办公时间最多 200 个字。",
    "duty": "职责最多 500 个字。",
}


def register(
    session: Session, *, details: Details, actor: Actor, key: str | None = None
) -> Organisation:
    """Register an organisation of a division in force.

    Raises `DivisionNotFound`, `Forbidden`, and `KeyTaken` where the key stands for another.
    """
    actor.require(PERMISSION, division_code=details.division_code)
    places.hold(session, details.division_code)
    take_turn(session, TURN)
    if key is not None and _by_key(session, [key]):
        raise KeyTaken
    organisation = Organisation(key=key, **details.model_dump())
    session.add(organisation)
    session.flush()
    _announce(session, organisation.division_code)
    return organisation


def change(
    session: Session, *, organisation_id: int, details: Details, actor: Actor
) -> Organisation:
    """Say everything about an organisation anew; raises `OrganisationNotFound`, `Forbidden`."""
    organisation = queries.get(session, organisation_id)
    places.hold(session, details.division_code)
    _change(session, organisation, details, actor)
    return organisation


def close(session: Session, *, organisation_id: int, actor: Actor) -> Organisation:
    """Close an organisation: it is listed no more, and kept; raises `OrganisationNotFound`."""
    organisation = queries.get(session, organisation_id)
    actor.require(PERMISSION, division_code=organisation.division_code)
    if organisation.closed_at is None:
        organisation.closed_at = clock.now()
        session.flush()
        _announce(session, organisation.division_code)
    return organisation


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Let the offices of a merged village stay for what they published, and be listed no more.

    The village it became part of has its own committee; the rest move there.
    """
    committees = (Kind.VILLAGE_COMMITTEE, Kind.VILLAGE_SUPERVISION_COMMITTEE)
    of_old = Organisation.division_code == old_code
    ends = update(Organisation).where(of_old, Organisation.kind.in_(committees))
    session.execute(ends.where(Organisation.closed_at.is_(None)).values(closed_at=clock.now()))
    session.execute(update(Organisation).where(of_old).values(division_code=new_code))
    _announce(session, new_code)


def import_organisations(session: Session, *, content: bytes, actor: Actor) -> ImportSummary:
    """Register or change the organisations of a CSV file, by their keys; twice is as once.

    Columns: `key,name,kind,division_code,phone,address,hours,duty`. A key that is missing from the
    file is left as it is; a closed one that is listed is open again. Raises `ImportRefused`, and
    writes nothing, where any line is faulty: all of them are in `facts["lines"]`.
    """
    rows, faults = _read(content)
    in_force = places.in_force(session, {row.division_code for _, row in rows})
    faults += [
        (number, "没有这个区划代码，或者它已经撤销。")
        for number, row in rows
        if row.division_code not in in_force
    ]
    if faults:
        raise ImportRefused(lines=sorted(faults))
    take_turn(session, TURN)
    known = _by_key(session, [row.key for _, row in rows])
    added = changed = 0
    for _, row in rows:
        details = Details(**row.model_dump(exclude={"key"}))
        if row.key not in known:
            register(session, details=details, actor=actor, key=row.key)
            added += 1
        elif _change(session, known[row.key], details, actor):
            changed += 1
    return ImportSummary(added=added, changed=changed, unchanged=len(rows) - added - changed)


def _read(content: bytes) -> tuple[list[tuple[int, KeyedDetails]], list[Fault]]:
    """Read the sound rows, each with its line number, and the faults of the others."""
    table = csv_table.read(content, columns=COLUMNS)
    rows, faults = [], list(table.faults)
    first_seen: dict[str, int] = {}
    for line in table.lines:
        key = line.values["key"]
        if key and key in first_seen:
            faults.append((line.number, f"标识与第 {first_seen[key]} 行重复。"))
        first_seen.setdefault(key, line.number)
        try:
            rows.append((line.number, KeyedDetails.model_validate(line.values)))
        except ValidationError as error:
            faults += [(line.number, SENTENCES[str(fault["loc"][0])]) for fault in error.errors()]
    return rows, faults


def _by_key(session: Session, keys: Iterable[str]) -> dict[str, Organisation]:
    query = select(Organisation).where(Organisation.key.in_(list(keys)))
    found = session.scalars(query.execution_options(populate_existing=True))
    return {organisation.key: organisation for organisation in found if organisation.key}


def _change(session: Session, organisation: Organisation, details: Details, actor: Actor) -> bool:
    """Write the details where they differ, and tell whether they did."""
    affected = sorted({organisation.division_code, details.division_code})
    for division_code in affected:
        actor.require(PERMISSION, division_code=division_code)
    wanted = {**details.model_dump(), "closed_at": None}
    if all(getattr(organisation, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(organisation, name, value)
    session.flush()
    for division_code in affected:
        _announce(session, division_code)
    return True


def _announce(session: Session, division_code: str) -> None:
    """Announce the whole county: what an office published may stand anywhere in it."""
    changes.division_changed(session, division_code[:6])
