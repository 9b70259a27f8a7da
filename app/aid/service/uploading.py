"""A file on its way to a list: kept sealed until its columns are chosen, and no longer."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.aid import layout, queries
from app.aid.errors import (
    ColumnBarred,
    LeavingOutWanted,
    MappingRefused,
    PeriodRefused,
    UploadNotFound,
)
from app.aid.layout import Column, Reading, Table
from app.aid.models import AidKind, AidUpload
from app.aid.schemas import Plan, RowIn, Tried, UploadIn
from app.aid.service import rights
from app.aid.words import ALWAYS, BARRED, FIELDS
from app.households.rosters.cells import half_width
from app.kernel import clock, crypto
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.organisations import queries as organisations
from app.places import queries as places
from app.screening import service as screening
from app.screening.schemas import PERSONAL, Kind

TABLE = AidUpload.__tablename__
KEPT_FOR = timedelta(days=1)  # an upload nobody goes on with
STOPPING = PERSONAL | {Kind.UNREADABLE}
_CELL = re.compile(r"^(?:工作表“(.*?)(?:（隐藏）)?” )?([A-Z]{1,3})(?:([0-9]+)| 列)(?:（隐藏）)?$")
_CELL_NUMBER = re.compile(r"(?<=[A-Z])[0-9]+(?=$|（)")


def upload(session: Session, *, wanted: UploadIn, actor: Actor) -> AidUpload:
    """Take a file in, and look through all of it once; raises what is wrong with it."""
    places.hold(session, wanted.division_code)
    kind = queries.kind_named(session, wanted.kind)
    if wanted.period.first_day > clock.today():
        raise PeriodRefused
    row = AidUpload(
        kind_id=kind.id,
        division_code=wanted.division_code,
        organisation_id=wanted.organisation_id,
        period=str(wanted.period),
        staff_id=actor.staff_id,
        created_at=clock.now(),
    )
    if wanted.organisation_id is not None:
        organisations.get(session, wanted.organisation_id)
    rights.require(session, actor, row)
    layout.read(wanted.content)
    found = [
        [one.finding.label, one.where]
        for one in screening.scan_file(session, wanted.content)
        if one.finding.kind in STOPPING
    ]
    session.add(row)
    session.flush()
    _seal(session, row, "file", b64encode(wanted.content).decode())
    _seal(session, row, "seen", json.dumps(found, ensure_ascii=False))
    session.flush()
    return row


def own(session: Session, upload_id: int, *, actor: Actor, for_change: bool = False) -> AidUpload:
    """Give an upload to whoever made it; raises `UploadNotFound` or `Forbidden`.

    With `for_change` a second click waits for the first, and finds what that left.
    """
    row = session.get(
        AidUpload, upload_id, with_for_update=for_change or None, populate_existing=for_change
    )
    if row is None:
        raise UploadNotFound
    rights.require(session, actor, row)
    if row.staff_id != actor.staff_id:
        raise UploadNotFound
    return row


def table_of(session: Session, row: AidUpload) -> Table:
    """Read an upload's file; raises `UploadNotFound` once its columns were chosen."""
    return layout.read(_file(session, row))


def fields_of(kind: AidKind) -> dict[str, str]:
    """Give the fields a list of a kind has, by name, in their order: the whitelist."""
    return {name: text for name, text in FIELDS.items() if name in (*ALWAYS, *kind.shown)}


def stopping(session: Session, row: AidUpload, mapping: Mapping[int, str]) -> list[str]:
    """Tell what must not be published and stands outside the chosen columns, and where."""
    table = table_of(session, row)
    barred = [column for column in table.columns if column.barred and column.filled]
    known = {column.letter for column in table.columns if column.index in mapping}
    known |= {column.letter for column in barred}
    told = [f"{_column(one)}：{BARRED[one.barred]}" for one in barred]
    for label, where in json.loads(_opened(session, row, "seen") or "[]"):
        place = _CELL.match(where)
        if place is None and not table.sheet:
            continue  # a text names no cells: its columns are looked at one by one below
        if place is not None and half_width(place[1] or "") == table.sheet and place[2] in known:
            continue
        told.append(f"{_CELL_NUMBER.sub(' 列', where) if place else where}：{label}")
    if not table.sheet:
        told += [
            f"{_column(one)}：{label}"
            for one in table.columns
            if one.letter not in known and (label := _found_in(session, table, one))
        ]
    return list(dict.fromkeys(told))


def _column(column: Column) -> str:
    hidden = "（隐藏）" if column.hidden else ""
    return f"{column.letter} 列{hidden}“{column.heading or '没有表头'}”"


def _found_in(session: Session, table: Table, column: Column) -> str:
    """Name what a column of a text holds that must not be published; "" where it is nothing."""
    cells = (line.cells[column.index] for line in table.lines if column.index < len(line.cells))
    text = "\n\n".join(f"{column.heading}：{cell}" for cell in cells if str(cell))
    found = [one for one in screening.scan_text(session, text) if one.kind in STOPPING]
    return found[0].label if found else ""


def set_mapping(
    session: Session,
    upload_id: int,
    *,
    columns: Mapping[int, str],
    leave_out: bool,
    actor: Actor,
) -> AidUpload:
    """Choose what each column holds, read the lines, and let the file go.

    Raises `ColumnBarred`, `MappingRefused`, or `LeavingOutWanted` where the file holds what must
    not be published and nobody said yet that it is left out.
    """
    row = own(session, upload_id, actor=actor, for_change=True)
    table, kind = table_of(session, row), session.get_one(AidKind, row.kind_id)
    mapping = {index: field for index, field in columns.items() if field}
    _check_mapping(table, mapping, fields_of(kind))
    told = stopping(session, row, mapping)
    if told and not leave_out:
        raise LeavingOutWanted(places=told)
    reading = Reading(mapping, kind.minors, clock.today())
    lines = [layout.read_line(table, line, reading) for line in table.lines]
    left = [
        one.heading or f"{one.letter} 列"
        for one in table.columns
        if one.index not in mapping and one.filled
    ]
    plan = Plan(tuple(_note_same(lines)), tuple(left))
    row.file_sealed = row.seen_sealed = None
    _seal(session, row, "plan", json.dumps(asdict(plan), ensure_ascii=False))
    session.flush()
    return row


def _check_mapping(table: Table, mapping: Mapping[int, str], fields: Mapping[str, str]) -> None:
    known = {column.index: column for column in table.columns}
    if any(index in known and known[index].barred for index in mapping):
        raise ColumnBarred
    if not set(mapping) <= set(known) or not set(mapping.values()) <= set(fields):
        raise MappingRefused("没有这样的列，请按页面上的选。")
    if len(set(mapping.values())) < len(mapping):
        raise MappingRefused("同一项内容只能选一列。")
    if not set(ALWAYS) <= set(mapping.values()):
        raise MappingRefused("姓名和金额各要选一列。")


def _note_same(lines: list[Tried]) -> list[Tried]:
    """Point out lines of the same name and place; two people may have one name."""
    seen: dict[tuple[str, str], int] = {}
    noted = []
    for one in lines:
        key = (one.row.name, one.row.place) if one.row else None
        if key is not None and key in seen:
            told = f"与第 {seen[key]} 行的姓名和村组相同，请核对。"
            noted.append(replace(one, remark=one.remark + told))
            continue
        if key is not None:
            seen[key] = one.number
        noted.append(one)
    return noted


def plan_of(session: Session, row: AidUpload) -> Plan:
    """Open what an upload would become; raises `UploadNotFound` before its columns are chosen."""
    text = _opened(session, row, "plan")
    if text is None:
        raise UploadNotFound
    content = json.loads(text)
    lines = tuple(
        Tried(**{**one, "row": RowIn(**one["row"]) if one["row"] else None})
        for one in content["lines"]
    )
    return Plan(lines, tuple(content["left_out"]))


def discard(session: Session, upload_id: int, *, actor: Actor) -> None:
    """Throw an upload away, with its file."""
    session.delete(own(session, upload_id, actor=actor, for_change=True))
    session.flush()


def sweep(session: Session) -> None:
    """Throw away what nobody went on with."""
    session.execute(delete(AidUpload).where(AidUpload.created_at < clock.now() - KEPT_FOR))


def _seal(session: Session, row: AidUpload, column: str, text: str) -> None:
    sealed = crypto.seal_value(session, text, Place(TABLE, row.id, column))
    setattr(row, f"{column}_sealed", sealed)


def _opened(session: Session, row: AidUpload, column: str) -> str | None:
    sealed = getattr(row, f"{column}_sealed")
    return crypto.open_value(session, sealed, Place(TABLE, row.id, column))


def _file(session: Session, row: AidUpload) -> bytes:
    text = _opened(session, row, "file")
    if text is None:
        raise UploadNotFound
    return b64decode(text)
