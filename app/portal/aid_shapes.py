"""Aid lists as villagers read them: on the item's own page with rows, elsewhere by sums alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.aid import queries, service
from app.aid.layout.text import said
from app.aid.models import AidList
from app.aid.schemas import Change, Period
from app.aid.words import SET_ASIDE
from app.disclosure import queries as disclosure
from app.disclosure import service as disclosing
from app.disclosure.models import Item
from app.kernel import clock, money
from app.portal import shapes


def on_item(session: Session, item: Item) -> dict[str, Any] | None:
    """Shape the list of an item that stands, with its rows; None where it has none to show."""
    if item.aid_list_id is None or not disclosing.rows_are_shown(item):
        return None
    listed = queries.get(session, item.aid_list_id)
    kind = queries.kind_of(session, listed)
    fields = service.fields_of(kind)
    rows = queries.rows(session, listed.id)
    shown = {name: label for name, label in fields.items() if any(said(one, name) for one in rows)}
    return {
        "kind": kind.name,
        "period": Period.parse(listed.period).chinese,
        "headings": shown,
        "rows": [[said(one, name) for name in shown] for one in rows],
        "sums": sums(listed),
        "change": change_words(queries.change(session, listed)),
        "objections": _objections(session, listed),
        "url": f"/items/{item.id}/objection",
    }


def sums(listed: AidList) -> dict[str, str]:
    """Say how many households and people there are, and how much it is in all."""
    return {
        "户数": f"{listed.row_count} 户",
        "人数": f"{listed.member_count} 人",
        "金额": f"{money.show(listed.total_fen)} 元",
    }


def change_words(change: Change | None) -> dict[str, Any] | None:
    """Say what came and went since the list before, without a name."""
    if change is None:
        return None
    lines = []
    if change.added_count is not None:
        lines.append(("新增", change.added_count, money.show(change.added_fen or 0)))
        lines.append(("退出", change.removed_count or 0, money.show(change.removed_fen or 0)))
    return {
        "period": Period.parse(change.period).chinese,
        "lines": lines,
        "rows": _signed(change.row_diff),
        "fen": ("+" if change.fen_diff > 0 else "") + money.show(change.fen_diff),
    }


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else str(number).replace("-", "−")


def _objections(session: Session, listed: AidList) -> dict[str, Any]:
    found, today = queries.answers(session, listed.id), clock.today()
    return {
        "is_open": service.is_open(listed),
        "days": days_left(listed.objections_until),
        "until": short_day(listed.objections_until),
        "answered": [
            {"answer": one.answer, "by": one.answered_by, "on": shapes.date_words(one.answered_on)}
            for one in found
            if one.state == "answered"
        ],
        "waiting": [
            {"due": shapes.date_words(one.due_on), "is_late": one.due_on < today}
            for one in found
            if one.state == "open"
        ],
        "set_aside": sum(one.state == "set_aside" for one in found),
        "why": "、".join(SET_ASIDE.values()),
    }


def days_left(until: date | None) -> int:
    """Count the days up to and with a day; 0 once it is over."""
    return max((until - clock.today()).days + 1, 0) if until else 0


def short_day(day: date | None) -> str:
    """Write a day of these weeks as people say it: 11月30日."""
    return f"{day.month}月{day.day}日" if day else ""


def standing(session: Session, village_code: str) -> list[dict[str, Any]]:
    """Shape the lists a village shows today, by kind, period and sums."""
    return [
        {
            "name": f"{one.kind} {one.period_name}",
            "url": f"/items/{one.item_id}",
            "sums": f"{one.row_count} 户，{money.show(one.total_fen)} 元",
            "days": days_left(one.objections_until),
            "until": short_day(one.expires_on),
        }
        for one in disclosure.standing_lists(session, village_code)
    ]
