"""Aid lists as staff see them: in a draft with what the gate found, and on their way in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.aid import queries, service
from app.aid.layout import text as texts
from app.aid.models import AidKind, AidUpload
from app.aid.schemas import Cell, Change, Period, Plan, RowIn, total
from app.aid.words import BARRED, FIELDS
from app.disclosure import gate
from app.disclosure.models import Draft
from app.kernel import money
from app.web.flask_app import db


def table_of(draft: Draft, found: Sequence[gate.Found]) -> dict[str, Any] | None:
    """Shape a draft's list with the findings in its cells; None where it has no list."""
    if draft.aid_list_id is None:
        return None
    head = queries.head(db(), draft.aid_list_id)
    listed = queries.get(db(), draft.aid_list_id)
    rows = queries.rows(db(), draft.aid_list_id)
    begins = gate.begins(db(), draft, gate.AID_LIST)
    names = service.fields_of(queries.kind_of(db(), listed))
    return {
        "head": head,
        "total": money.show(head.total_fen),
        "headings": list(names.values()),
        "change": change_words(queries.change(db(), listed)),
        "rows": [
            [_runs(cell, found, begins) for cell in line if cell.field in names]
            for line in texts.cells(rows)
        ],
    }


def _runs(cell: Cell, found: Sequence[gate.Found], begins: int) -> list[dict[str, Any]]:
    """Cut a cell where findings begin and end: runs of text, some with what was found."""
    runs: list[dict[str, Any]] = []
    at, end = begins + cell.start, begins + cell.end
    shift = at
    for number, one in enumerate(found, start=1):
        start, stop = max(one.finding.start, at), min(one.finding.end, end)
        if start >= stop:
            continue
        if start > at:
            runs.append({"text": cell.text[at - shift : start - shift]})
        runs.append({"text": cell.text[start - shift : stop - shift], "found": one, "no": number})
        at = stop
    if at < end:
        runs.append({"text": cell.text[at - shift :]})
    return runs


def change_words(change: Change | None) -> str:
    """Say what came and went since the list before; "" where there is none."""
    if change is None:
        return ""
    parts = [f"和 {Period.parse(change.period).chinese}相比"]
    if change.added_count is not None:
        parts.append(f"新增 {change.added_count} 户 {money.show(change.added_fen or 0)} 元")
        parts.append(f"退出 {change.removed_count} 户 {money.show(change.removed_fen or 0)} 元")
    sign = "+" if change.fen_diff > 0 else ""
    parts.append(f"户数 {change.row_diff:+d}，金额 {sign}{money.show(change.fen_diff)} 元")
    return "，".join(parts)


def mapping_of(row: AidUpload, kind: AidKind, chosen: dict[int, str] | None) -> dict[str, Any]:
    """Shape an upload's columns: what may be chosen for each, and what may not."""
    table = service.table_of(db(), row)
    return {
        "table": table,
        "fields": service.fields_of(kind),
        "barred": BARRED,
        "chosen": chosen or {one.index: one.field for one in table.columns if one.field},
    }


def plan_of(row: AidUpload, plan: Plan) -> dict[str, Any]:
    """Shape what an upload would become: its lines, its sums, what changed."""
    count, members, fen = total(plan.rows)
    used = [name for name in FIELDS if any(name in line.cells for line in plan.lines)]
    return {
        "plan": plan,
        "sums": {"户数": f"{count} 户", "人数": f"{members} 人", "金额": f"{money.show(fen)} 元"},
        "change": change_words(queries.change_of(db(), row, plan.rows)),
        "headings": [FIELDS[name] for name in used],
        "lines": [
            {
                "number": line.number,
                "cells": [_cell(line.row, name, line.cells.get(name, "")) for name in used],
                "fault": line.fault,
                "remark": line.remark,
            }
            for line in plan.lines
        ],
    }


def _cell(row: RowIn | None, field: str, text: str) -> str:
    """Show what is taken as it will stand; what is refused as it was written."""
    if row is None:
        return text
    if field == "amount":
        return money.show(row.amount_fen)
    if field == "area":
        return f"{row.area / 100:.2f}" if row.area is not None else ""
    return str(getattr(row, field) or "")


def body_of(place: str, kind: AidKind, row: AidUpload, plan: Plan) -> dict[str, str]:
    """Suggest the words of the draft around a list; they can be changed there."""
    period = Period.parse(row.period).chinese
    count, members, fen = total(plan.rows)
    people = f" {members} 人" if "members" in kind.shown else ""
    return {
        "title": f"{place}{period}{kind.name}名单公示",
        "body": (
            f"现将{place}{period}{kind.name}名单公示如下，共 {count} 户{people}，"
            f"合计 {money.show(fen)} 元。\n\n"
            f"公示期内对名单有异议的，请在异议期内点“我有异议”，或者向公开单位反映，"
            f"{kind.answer_days} 日内答复。\n\n依据：{kind.legal_basis}。"
        ),
    }
