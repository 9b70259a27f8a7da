"""The import of a table of divisions: what it adds, renames, closes and brings back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, false, insert, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.turns import take_turn
from app.places.display_names import shorten
from app.places.errors import ImportRefused
from app.places.models import CODE_LENGTHS, Division, DivisionMerger, DivisionVersion, Level
from app.places.schemas import ImportSummary
from app.places.service import division_table
from app.places.service.division_table import DivisionTable, Known, Row
from app.places.service.writing import PERMISSION, TURN, announce, write_date


@dataclass
class Plan:
    """What a table changes, before anything is written."""

    added: list[Row] = field(default_factory=list)
    renamed: list[Row] = field(default_factory=list)
    reopened: list[Row] = field(default_factory=list)
    closed: list[Known] = field(default_factory=list)
    unchanged: int = 0

    @property
    def named(self) -> list[Row]:
        """The rows that open a version."""
        return [*self.added, *self.renamed, *self.reopened]

    @property
    def codes(self) -> list[str]:
        """Every code that changes."""
        return [*(row.code for row in self.named), *(place.code for place in self.closed)]


def import_divisions(
    session: Session,
    *,
    content: bytes,
    actor: Actor,
    effective_on: date | None = None,
    complete: bool = False,
) -> ImportSummary:
    """Bring the divisions to what a file says, from `effective_on` (today) on; twice is as once.

    `content` is a CSV file `code,parent_code,level,name`. The children it lists of a place are
    taken as all children of that place: one missing among them has vanished, with all below it.
    About a place of which it lists no child it says nothing, so a file of one village's groups
    touches no other village's. A table that would close more than half of a place's children is
    refused unless it is said to be `complete`, for such a table is mostly a part of one.

    Raises `ImportRefused`, and writes nothing, where any line is faulty (all of them are in
    `facts["lines"]`), where the date is to come, or before what is on record.
    """
    table, codes_in_file = division_table.read(content)
    day = effective_on or clock.today()
    if day > clock.today():
        raise ImportRefused("生效日期不能晚于今天。")
    counties = {code[: CODE_LENGTHS[Level.COUNTY]] for code in table.rows}
    for county in sorted(counties):
        actor.require(PERMISSION, division_code=county)
    take_turn(session, TURN)
    known = _known(session, counties)
    table.check_against(known, codes_in_file=codes_in_file)
    table.refuse_if_faulty()
    plan = _plan(table, known)
    table.refuse_if_faulty()
    _check_dates(plan, known, day)
    if not complete:
        _check_closures(plan, known)
    _write(session, plan, known, day)
    announce(session, plan.codes)
    return ImportSummary(
        added=len(plan.added),
        renamed=len(plan.renamed),
        closed=len(plan.closed),
        reopened=len(plan.reopened),
        unchanged=plan.unchanged,
    )


def _known(session: Session, counties: Iterable[str]) -> dict[str, Known]:
    applied = and_(DivisionMerger.old_code == Division.code, DivisionMerger.applied_at.is_not(None))
    query = (
        select(
            Division.code,
            Division.parent_code,
            DivisionVersion.name,
            DivisionVersion.short_name,
            DivisionVersion.valid_from,
            DivisionVersion.valid_to,
            DivisionVersion.id,
            DivisionMerger.old_code.is_not(None),
        )
        .join(DivisionVersion, DivisionVersion.division_code == Division.code)
        .outerjoin(DivisionMerger, applied)
        .where(or_(false(), *(Division.code.startswith(county) for county in counties)))
        .ext(distinct_on(Division.code))
        .order_by(Division.code, DivisionVersion.id.desc())
    )
    return {row[0]: Known(*row) for row in session.execute(query)}


def _plan(table: DivisionTable, known: dict[str, Known]) -> Plan:
    """Compare the table with what is on record; notes rows whose parent the table itself closes."""
    plan = Plan(closed=_vanished(table, known))
    closing = {place.code for place in plan.closed}
    for row in table.rows.values():
        before = known.get(row.code)
        if row.parent_code in closing:
            table.faults.append((row.number, "表里列出了上级的同级区划，却没有列出上级本身。"))
        elif before is None:
            plan.added.append(row)
        elif not before.is_open:
            plan.reopened.append(row)
        elif before.name != row.name:
            plan.renamed.append(row)
        else:
            plan.unchanged += 1
    return plan


def _vanished(table: DivisionTable, known: dict[str, Known]) -> list[Known]:
    """List the open divisions that a listed place no longer has, and those below them."""
    listed = {row.parent_code for row in table.rows.values()} - {None}
    vanished: dict[str, Known] = {}
    for place in sorted(known.values(), key=lambda place: len(place.code)):
        if not place.is_open or place.code in table.rows:
            continue
        if place.parent_code in listed or place.parent_code in vanished:
            vanished[place.code] = place
    return list(vanished.values())


def _check_dates(plan: Plan, known: dict[str, Known], day: date) -> None:
    touched = [known[row.code] for row in (*plan.renamed, *plan.reopened)] + plan.closed
    latest = max((place.valid_to or place.valid_from for place in touched), default=day)
    if day < latest:
        raise ImportRefused(
            f"生效日期早于现有记录的日期（{write_date(latest)}），请改用不早于它的日期。"
        )


def _check_closures(plan: Plan, known: dict[str, Known]) -> None:
    closing = {place.code for place in plan.closed}
    missing = Counter(
        place.parent_code for place in plan.closed if place.parent_code not in closing
    )
    for parent, count in missing.items():
        whole = sum(place.is_open and place.parent_code == parent for place in known.values())
        if parent is not None and count * 2 > whole:
            raise ImportRefused(
                f"{known[parent].short_name}（{parent}）现有 {whole} 个下级，表里缺少 {count} 个。"
                "如果它们确实都已撤销，请声明这张表是完整的，再导入一次。"
            )


def _write(session: Session, plan: Plan, known: dict[str, Known], day: date) -> None:
    ending = [known[row.code].version_id for row in plan.renamed]
    ending += [place.version_id for place in plan.closed]
    if ending:
        session.execute(
            update(DivisionVersion).where(DivisionVersion.id.in_(ending)).values(valid_to=day)
        )
    if plan.added:
        downwards = sorted(plan.added, key=lambda row: len(row.code))
        session.execute(insert(Division), [_division(row) for row in downwards])
    if plan.named:
        session.execute(insert(DivisionVersion), [_version(row, day) for row in plan.named])


def _division(row: Row) -> dict[str, object]:
    return {"code": row.code, "parent_code": row.parent_code, "level": row.level}


def _version(row: Row, day: date) -> dict[str, object]:
    return {
        "division_code": row.code,
        "name": row.name,
        "short_name": shorten(row.name, level=row.level),
        "valid_from": day,
    }
