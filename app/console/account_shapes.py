"""Accounts, grants and wishes as pages show them, with names in the place of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from app.identity import queries, roles
from app.identity.models import FactorReset, Staff, StaffGrant
from app.identity.schemas import Beginning
from app.kernel import clock
from app.places import queries as places

STATES = {"pending": "等待批准", "active": "有效", "refused": "没有批准", "ended": "已结束"}
DECISIONS = {"pending": "等待办理", "approved": "已批准", "refused": "没有批准"}
OPERATOR = "系统操作员"
SOON = timedelta(hours=1)  # an enrolment so soon after the opening is worth a second question


def account(session: Session, staff: Staff) -> dict[str, Any]:
    """Shape an account for a list."""
    return {
        "id": staff.id,
        "username": staff.username,
        "full_name": staff.full_name,
        "role": roles.ROLE_NAMES.get(staff.role, staff.role),
        "place": places.get(session, staff.division_code).short_name,
        "code": staff.division_code,
        "disabled": staff.disabled_at is not None,
        "enrolled": staff.totp_enrolled_at is not None,
        "must_change": staff.must_change_password,
    }


def grants(session: Session, rows: Sequence[StaffGrant]) -> list[dict[str, Any]]:
    """Shape grants, those that hold first, with who asked, who decided and when."""
    people = _people(session, rows)
    order = {"pending": 0, "active": 1}
    return [
        {
            "id": row.id,
            "what": roles.PERMISSION_NAMES.get(row.permission, row.permission),
            "role": roles.ROLE_NAMES.get(row.role, ""),
            "place": places.get(session, row.division_prefix).short_name,
            "code": row.division_prefix,
            "organisation_id": row.organisation_id,
            "ends_on": row.ends_on,
            "over": row.ends_on is not None and row.ends_on < clock.today(),
            "state": STATES[row.state],
            "live": row.state in queries.LIVE,
            "asked": _who(people, row.asked_by_id, row.asked_at),
            "decided": _who(people, row.decided_by_id, row.decided_at),
            "ended": _who(people, row.ended_by_id, row.ended_at),
        }
        for row in sorted(rows, key=lambda row: (order.get(row.state, 2), row.id))
    ]


def resets(session: Session, rows: Sequence[FactorReset]) -> list[dict[str, Any]]:
    """Shape wishes to clear a second factor."""
    people = queries.names(
        session, {n for row in rows for n in (row.asked_by_id, row.decided_by_id) if n}
    )
    return [
        {
            "id": row.id,
            "proof": row.proof,
            "state": DECISIONS[row.state],
            "asked": _who(people, row.asked_by_id, row.asked_at),
            "decided": _who(people, row.decided_by_id, row.decided_at),
        }
        for row in rows
    ]


def waiting(session: Session, rows: Sequence[tuple[StaffGrant, Staff]]) -> list[dict[str, Any]]:
    """Shape what waits, person by person, first those who can be approved."""
    began = queries.beginnings(session, {staff.id: staff for _grant, staff in rows}.values())
    openers = {one.opened_by_id for one in began.values() if one.opened_by_id is not None}
    names = queries.names(session, openers)
    people: list[dict[str, Any]] = [
        {
            "staff": account(session, staff),
            "began": _began(names, began[staff.id]),
            "grants": grants(session, [grant for grant, _staff in group]),
        }
        for staff, group in groupby(rows, key=lambda row: row[1])
    ]
    return sorted(people, key=lambda one: not one["staff"]["enrolled"])


def _began(names: dict[int, str], began: Beginning) -> dict[str, Any]:
    """Shape how an account began; `minutes` from opening to enrolling, where that was soon."""
    between = began.enrolled_at - began.opened_at if began.enrolled_at else None
    soon = between is not None and between < SOON
    return {
        "opened": _who(names, began.opened_by_id, began.opened_at),
        "enrolled": f"{clock.local(began.enrolled_at):%Y-%m-%d %H:%M}" if began.enrolled_at else "",
        "device": began.device,
        "minutes": int(between.total_seconds() // 60) if between is not None and soon else None,
    }


def _people(session: Session, rows: Sequence[StaffGrant]) -> dict[int, str]:
    numbers = {
        number
        for row in rows
        for number in (row.asked_by_id, row.decided_by_id, row.ended_by_id)
        if number is not None
    }
    return queries.names(session, numbers)


def _who(people: dict[int, str], number: int | None, at: datetime | None) -> str:
    """Write who did it and when; nothing where nobody did."""
    if at is None:
        return ""
    name = people.get(number, "") if number is not None else OPERATOR
    return f"{name} {clock.local(at):%Y-%m-%d %H:%M}"
