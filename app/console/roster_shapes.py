"""How imports, and households of a roster, are shown: masked, with what happens and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.households import masking
from app.households.models.imports import RosterImport
from app.households.queries.imports import Row
from app.households.rosters.decisions import ADD, CHANGE, LEAVE, REFUSE, Step
from app.households.rosters.entries import Member
from app.households.words import FIELDS, RELATIONS
from app.kernel import clock

OUTCOME_NAMES = {ADD: "新增", CHANGE: "改动", LEAVE: "不变", REFUSE: "不导入"}
STATE_NAMES = {
    "uploaded": "等待对应各列",
    "reading": "正在核对",
    "planned": "已核对，等待开始",
    "importing": "正在导入",
    "done": "已完成",
}
FIELD_NAMES = {**FIELDS, "group": "村民组", "number": "户编号"}


def summary(row: RosterImport, place: str) -> dict[str, Any]:
    """Shape an import for the list and the head of its page."""
    counts = row.counts
    return {
        "id": row.id,
        "place": place,
        "state": STATE_NAMES.get(row.state, ""),
        "created_by": row.created_by,
        "created_at": clock.local(row.created_at),
        "finished_at": clock.local(row.finished_at) if row.finished_at else None,
        "started_by": row.started_by,
        "notes": counts.get("notes", 0),
        "households": {name: counts.get(name, 0) for name in OUTCOME_NAMES},
        "persons": {name: counts.get(f"persons_{name}", 0) for name in OUTCOME_NAMES},
        "total": sum(counts.get(name, 0) for name in OUTCOME_NAMES),
        "to_do": counts.get(ADD, 0) + counts.get(CHANGE, 0),
    }


def household(row: Row, sheets: Sequence[str], groups: Mapping[str, str]) -> dict[str, Any]:
    """Shape a household of a roster; no value stands in it whole. `groups` are names by code."""
    entry, decision = row.entry, row.decision
    return {
        "number": row.number,
        "code": entry.number,
        "group": groups.get(entry.group_code or "", entry.group_label),
        "outcome": decision.outcome,
        "outcome_name": OUTCOME_NAMES[decision.outcome],
        "reason": decision.reason,
        "fields": _names(decision.fields),
        "others": decision.others,
        "lines": [
            _line(member, step, sheets)
            for member, step in zip(entry.members, decision.steps, strict=True)
        ],
    }


def _line(member: Member, step: Step, sheets: Sequence[str]) -> dict[str, Any]:
    where = f"第 {member.line} 行"
    if len(sheets) > 1 and member.sheet < len(sheets):
        where = f"{sheets[member.sheet]} {where}"
    return {
        "where": where,
        "name": masking.name(member.name) if member.name else "（没有姓名）",
        "relation": RELATIONS.get(member.relation, "其他"),
        "id_number": masking.mask("id_number", member.id_number) or "",
        "phone": masking.mask("phone", member.phone) or "",
        "outcome": step.outcome,
        "outcome_name": OUTCOME_NAMES[step.outcome],
        "fields": _names(step.fields),
        "reason": step.reason,
        "remarks": member.remarks,
    }


def _names(fields: Sequence[str]) -> str:
    return "、".join(FIELD_NAMES.get(name, name) for name in fields)
