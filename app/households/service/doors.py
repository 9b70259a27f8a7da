"""Which household lives behind which door: one by one, or a whole village by group and number."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.doorplates import queries as doorplates
from app.doorplates.schemas import DoorView
from app.households.errors import DoorElsewhere, DoorTaken
from app.households.house_numbers import house_key
from app.households.models.register import Household
from app.households.schemas import Note
from app.households.schemas.acts import Matching, Pair, Seen, Why
from app.households.service import acts
from app.households.service.history import note_changes
from app.households.service.keepers import require_keep
from app.kernel import crypto, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.kernel.errors import Conflict
from app.places.group_names import group_key

Key = tuple[str, str]


def assign_door(session: Session, seen: Seen, *, door_id: int, actor: Actor, why: Why) -> Household:
    """Put a household behind a door of its village; the door it had is free.

    Plates come and go at a door, so a new plate changes nothing here. Raises as `acts.hold` does,
    `DoorNotFound`, `DoorElsewhere`, and `DoorTaken` where another household lives there.
    """
    household = acts.hold(session, seen, actor=actor)
    door = doorplates.get_door(session, door_id)
    if door.division_code != household.division_code:
        raise DoorElsewhere
    if household.door_id == door_id:
        return household
    if household.door_id is not None:
        _release(session, household, by=actor, why=why)
    _put(session, household, door_id, by=actor, why=why)
    return household


def release_door(session: Session, seen: Seen, *, actor: Actor, why: Why) -> Household:
    """Take a household from its door; raises as `acts.hold` does, and `Conflict` without a door."""
    household = acts.hold(session, seen, actor=actor)
    if household.door_id is None:
        raise Conflict("这一户没有对应门牌。")
    _release(session, household, by=actor, why=why)
    return household


def match_doors(
    session: Session, *, division_code: str, actor: Actor, batch_id: int | None = None
) -> Matching:
    """Find which free doors and households without one belong together; nothing is written.

    They meet where the group and the house number are the same and nobody else's; the number is
    taken from the address, and from the household's number where there is no address.
    """
    require_keep(actor, division_code)
    scope.open_scope(session, division_code)
    taken, homes = _homes(session, division_code)
    doors: dict[Key, list[int]] = defaultdict(list)
    without: list[int] = []
    for door in doorplates.doors(session, division_code, batch_id=batch_id):
        number = house_key(door.house_number)
        if door.id in taken:
            continue
        if number is None:
            without.append(door.id)
        else:
            doors[_group(door), number].append(door.id)
    pairs, ambiguous, alone = [], [], []
    for (group, house), households in homes.items():
        there = doors.pop((group, house), [])
        if house == "" or not there:
            alone += households
        elif len(there) == len(households) == 1:
            pairs.append(Pair(households[0], there[0]))
        else:
            ambiguous += households
    free = without + [number for numbers in doors.values() for number in numbers]
    return Matching(tuple(sorted(pairs)), tuple(ambiguous), tuple(alone), tuple(sorted(free)))


def assign_matched(
    session: Session,
    *,
    division_code: str,
    actor: Actor,
    why: Why,
    batch_id: int | None = None,
) -> Matching:
    """Put every household behind the door that is certainly its own; gives what was found."""
    found = match_doors(session, division_code=division_code, actor=actor, batch_id=batch_id)
    door_of = {pair.household_id: pair.door_id for pair in found.matched}
    free = select(Household).where(
        Household.id.in_(door_of), Household.state == "active", Household.door_id.is_(None)
    )
    households = session.scalars(free.order_by(Household.id).with_for_update()).all()
    try:
        with session.begin_nested():
            for household in households:
                household.door_id = door_of[household.id]
                household.version += 1
    except IntegrityError as error:
        raise DoorTaken from error
    notes = [(household, _note(door_of[household.id], why)) for household in households]
    note_changes(session, notes, by=actor)
    for household in households:
        audit.record(session, Line(actor, "change", division_code, household_id=household.id))
    return found


def _homes(session: Session, division_code: str) -> tuple[set[int], dict[Key, list[int]]]:
    """Give the doors that are taken, and the households without one by group and number."""
    query = select(Household).where(
        Household.division_code == division_code, Household.state == "active"
    )
    taken: set[int] = set()
    homes: dict[Key, list[int]] = defaultdict(list)
    for household in session.scalars(query.order_by(Household.id)):
        if household.door_id is not None:
            taken.add(household.door_id)
            continue
        place = Place("households", household.id, "address")
        address = crypto.open_value(session, household.address_sealed, place)
        number = house_key(address, bare=False) if address else house_key(household.number)
        homes[_group(household), number or ""].append(household.id)
    return taken, homes


def _group(one: DoorView | Household) -> str:
    return one.group_code or group_key(one.group_label)


def _put(session: Session, household: Household, door_id: int, *, by: Actor, why: Why) -> None:
    try:
        with session.begin_nested():
            household.door_id = door_id
    except IntegrityError as error:
        raise DoorTaken from error
    acts.finish(session, household, by=by, note=_note(door_id, why))


def _note(door_id: int, why: Why) -> Note:
    return Note("plate_assigned", (), why.source, after={"door": str(door_id)}, reason=why.reason)


def _release(session: Session, household: Household, *, by: Actor, why: Why) -> None:
    before, household.door_id = household.door_id, None
    note = Note("plate_released", (), why.source, before={"door": str(before)}, reason=why.reason)
    acts.finish(session, household, by=by, note=note)
