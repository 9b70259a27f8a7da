"""Issuing codes: by number, or for the doors of a list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.doorplates import codes
from app.doorplates.errors import BadCount, DoorRowsRefused, FormUsed, NotAVillage
from app.doorplates.models import Batch
from app.doorplates.schemas import DoorRow
from app.doorplates.states import State
from app.identity import roles
from app.kernel import clock, csv_table
from app.kernel.access import Actor
from app.places import queries as places
from app.places.group_names import group_key

MOST = 200_000
CHUNK = 20_000
ROUNDS = 20  # of drawing again for codes that were taken; one is already a rarity
UNKNOWN_GROUP = "这个村没有这个村民组，请先核对组名或导入村民组。"
SHARED_NAME = "这个村有不止一个组叫这个名字，请改写 14 位的组代码。"
LENGTHS = {"group": 40, "house_number": 40, "label": 60}

_INSERT_DOORS = text(
    "INSERT INTO doors (division_code, group_code, group_label, house_number, label)"
    " SELECT :division, row.group_code, row.group_label, row.house_number, row.label"
    " FROM unnest(CAST(:group_codes AS text[]), CAST(:group_labels AS text[]),"
    " CAST(:house_numbers AS text[]), CAST(:labels AS text[]))"
    " WITH ORDINALITY AS row(group_code, group_label, house_number, label, place)"
    " ORDER BY row.place RETURNING id"
)
_INSERT_PLATES = text(
    "INSERT INTO doorplates (code, serial, door_id, batch_id, state)"
    " SELECT row.code, row.serial, row.door_id, :batch, :state"
    " FROM unnest(CAST(:codes AS text[]), CAST(:serials AS text[]), CAST(:doors AS bigint[]))"
    " WITH ORDINALITY AS row(code, serial, door_id, place) ORDER BY row.place"
    " ON CONFLICT (code) DO NOTHING RETURNING door_id"
)
_TAKE_SERIALS = text(
    "INSERT INTO doorplate_serials (division_code, last) VALUES (:division, :count)"
    " ON CONFLICT (division_code) DO UPDATE SET last = doorplate_serials.last + excluded.last"
    " RETURNING last"
)


def issue_batch(
    session: Session,
    *,
    division_code: str,
    doors: Sequence[DoorRow] | int,
    actor: Actor,
    request_key: str | None = None,
    draw: Callable[[int], list[str]] = codes.draw,
) -> Batch:
    """Issue a plate for every door of a list, or for a number of doors not known yet.

    A second call with the same `request_key` gives the first one's batch. Raises `Forbidden`,
    `NotAVillage`, `BadCount`, `DivisionNotFound`, and `FormUsed` where the key asked for others.
    """
    _require_village(division_code)
    actor.require(roles.ISSUE, division_code=division_code)
    places.hold(session, division_code)
    if not 1 <= (doors if isinstance(doors, int) else len(doors)) <= MOST:
        raise BadCount
    rows = [DoorRow()] * doors if isinstance(doors, int) else doors
    if request_key is not None:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": request_key})
        query = select(Batch).where(Batch.request_key == request_key)
        earlier = session.scalars(query).one_or_none()
        if earlier is not None:
            if (earlier.division_code, earlier.plates) != (division_code, len(rows)):
                raise FormUsed
            return earlier
    batch = Batch(
        division_code=division_code,
        plates=len(rows),
        request_key=request_key,
        created_by=actor.name,
        created_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    for start in range(0, len(rows), CHUNK):
        _issue_chunk(session, batch, rows[start : start + CHUNK], draw)
    return batch


def _issue_chunk(
    session: Session, batch: Batch, rows: Sequence[DoorRow], draw: Callable[[int], list[str]]
) -> None:
    inserted = session.execute(
        _INSERT_DOORS,
        {
            "division": batch.division_code,
            "group_codes": [row.group_code for row in rows],
            "group_labels": [row.group_label for row in rows],
            "house_numbers": [row.house_number for row in rows],
            "labels": [row.label for row in rows],
        },
    )
    issue_for_doors(session, batch=batch, door_ids=sorted(inserted.scalars()), draw=draw)


def issue_for_doors(
    session: Session,
    *,
    batch: Batch,
    door_ids: Sequence[int],
    draw: Callable[[int], list[str]] = codes.draw,
) -> None:
    """Give each door a draft plate with a fresh code; a code that is taken is drawn again."""
    taken = {"division": batch.division_code, "count": len(door_ids)}
    last = session.execute(_TAKE_SERIALS, taken).scalar_one()
    first = last - len(door_ids) + 1
    serial_of = {
        door_id: f"{batch.division_code}-{first + place:05d}"
        for place, door_id in enumerate(door_ids)
    }
    waiting = list(door_ids)
    for _round in range(ROUNDS):
        done = session.execute(
            _INSERT_PLATES,
            {
                "batch": batch.id,
                "state": State.DRAFT,
                "codes": draw(len(waiting)),
                "serials": [serial_of[door_id] for door_id in waiting],
                "doors": waiting,
            },
        )
        issued = set(done.scalars())
        waiting = [door_id for door_id in waiting if door_id not in issued]
        if not waiting:
            return
    raise RuntimeError("codes keep colliding: the source of randomness is broken")


def read_door_list(session: Session, *, division_code: str, content: bytes) -> list[DoorRow]:
    """Read a CSV of `group,house_number,label`; all bad rows are refused together.

    Raises `DoorRowsRefused` with the list of (line, sentence) in its facts.
    """
    table = csv_table.read(content, columns=tuple(LENGTHS))
    lines = list(table.faults)
    records = [(line.number, line.values) for line in table.lines]
    rows = match_groups(session, division_code=division_code, records=records, lines=lines)
    if lines:
        raise DoorRowsRefused(lines=sorted(lines))
    return rows


def match_groups(
    session: Session,
    *,
    division_code: str,
    records: Iterable[tuple[int, dict[str, str]]],
    lines: list[tuple[int, str]],
) -> list[DoorRow]:
    """Turn records into doors, naming their villager group; faults are added to `lines`.

    Where the village has groups in the register, a group must be one of them, by code or by name
    (`一组`, `1组`, `1` are the same; a name that two groups of a merged village share is a fault);
    where it has none, the list's own words are kept.
    """
    _require_village(division_code)
    groups: dict[str, set[str]] = defaultdict(set)
    for place in places.children(session, division_code):
        for key in (place.code, group_key(place.short_name)):
            groups[key].add(place.code)
    rows = []
    seen: dict[tuple[str, str], int] = {}
    for line, record in records:
        group, number, label = (record[name] for name in LENGTHS)
        fault = _fault(record)
        named = groups.get(group) or groups.get(group_key(group)) or set() if group else set()
        group_code = next(iter(named)) if len(named) == 1 else None
        if group and groups and group_code is None:
            fault = fault or (SHARED_NAME if named else UNKNOWN_GROUP)
        if number and not fault:
            first = seen.setdefault((group_code or group, number), line)
            if first != line:
                fault = f"同一组的门牌号与第 {first} 行重复。"
        if fault:
            lines.append((line, fault))
        rows.append(DoorRow(group_code, "" if group_code else group, number, label))
    return rows


def _require_village(division_code: str) -> None:
    if not re.fullmatch(r"[0-9]{12}", division_code):
        raise NotAVillage


def _fault(record: dict[str, str]) -> str | None:
    if not any(record.values()):
        return "这一行是空的。"
    for name, length in LENGTHS.items():
        if len(record[name]) > length:
            return f"{name} 超过 {length} 个字。"
        if any(ord(symbol) < 32 or ord(symbol) == 127 for symbol in record[name]):
            return f"{name} 里有看不见的控制字符。"
    return None
