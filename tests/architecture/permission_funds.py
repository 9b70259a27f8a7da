"""The permission matrix's fund: a month that is closed, one handed over, one open; a question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.funds import queries, service
from app.funds.models import FundQuestion
from app.kernel import clock
from tests.factories import VILLAGE
from tests.funds import ledger
from tests.funds.ledger import FIRST

World = dict[str, Any]


def ledger_of_village(session: Session) -> World:
    """Keep three months, and let a villager who has left ask about the first."""
    closed = ledger.closed(session)
    submitted = ledger.opened(session, FIRST.following())
    service.submit(session, month_id=submitted.id, is_empty=True, actor=ledger.CLERK)
    month = ledger.opened(session, FIRST.following().following())
    question = FundQuestion(
        line_id=queries.lines(session, closed)[0].id,
        division_code=VILLAGE,
        kind="use",
        state="open",
        asked_at=clock.now(),
        due_on=clock.today() + timedelta(days=5),
    )
    session.add(question)
    session.flush()
    return {
        "month_id": month.id,
        "submitted_month": submitted.id,
        "fund_line": ledger.entered(session, month).id,
        "fund_question": question.id,
        "attachment_id": 1,
        "year": FIRST.year,
        "month": str(FIRST),
        "no": 1,
    }


def _village(_world: World) -> World:
    return {"code": VILLAGE}


def _line(world: World) -> World:
    return {"line_id": world["fund_line"]}


def _question(world: World) -> World:
    return {"question_id": world["fund_question"]}


def _category(_world: World) -> World:
    return {"code": "lease_income"}


def _submitted(world: World) -> World:
    return {"month_id": world["submitted_month"]}


_LINE = {
    "on": "2026-10-12",
    "category": "lease_income",
    "amount": "5",
    "summary": "门面租金",
    "approved_by": "村主任",
}
_ROWS = '[[2, "2026-10-12", "收入", "租赁收入", "门面租金", "5", "村主任"]]'
_ASK = "/v/<string:code>/funds/<string:month>/lines/<int:no>/question"

VALUES: dict[str, Callable[[World], World]] = {
    "GET /v/<string:code>/funds": _village,
    "GET /v/<string:code>/funds/<int:year>": _village,
    "GET /v/<string:code>/funds/<string:month>": _village,
    f"GET {_ASK}": _village,
    f"POST {_ASK}": _village,
    "GET /api/v1/divisions/<string:code>/funds": _village,
    "GET /api/v1/divisions/<string:code>/funds/<string:month>": _village,
    "GET /console/funds/<string:code>": _village,
    "POST /console/settings/categories/<string:code>/name": _category,
    "POST /console/settings/categories/<string:code>/use": _category,
    "POST /console/settings/terms/<string:kind>": lambda _world: {"kind": "use"},
    "POST /console/funds/<string:code>/months": _village,
    "POST /console/funds/months/<int:month_id>/closing": _submitted,
    "POST /console/funds/months/<int:month_id>/return": _submitted,
    "GET /console/funds/lines/<int:line_id>": _line,
    "POST /console/funds/lines/<int:line_id>": _line,
    "POST /console/funds/lines/<int:line_id>/removal": _line,
    "POST /console/funds/lines/<int:line_id>/vouchers": _line,
    "POST /console/funds/lines/<int:line_id>/vouchers/<int:attachment_id>/removal": _line,
    "GET /console/funds/questions/<int:question_id>": _question,
    "POST /console/funds/questions/<int:question_id>/answer": _question,
    "POST /console/funds/questions/<int:question_id>/setting-aside": _question,
}

FORMS: dict[str, Callable[[World], World]] = {
    f"POST {_ASK}": lambda _world: {"kind": "use", "text": "用在哪里？"},
    "POST /console/funds/<string:code>/months": lambda _world: {"month": "2026-11"},
    "POST /console/funds/months/<int:month_id>/lines": lambda _world: _LINE,
    "POST /console/funds/months/<int:month_id>/table/lines": lambda _world: {"rows": _ROWS},
    "POST /console/funds/lines/<int:line_id>": lambda _world: _LINE,
    "POST /console/funds/months/<int:month_id>/return": lambda _world: {"comment": "缺凭证"},
    "POST /console/settings/categories": lambda _world: {"kind": "income", "name": "鱼塘收入"},
    "POST /console/settings/categories/<string:code>/name": lambda _world: {"name": "租赁收入"},
    "POST /console/settings/categories/<string:code>/use": lambda _world: {"in_use": "yes"},
    "POST /console/settings/terms/<string:kind>": lambda _world: {"days": "5"},
    "POST /console/settings/late-review": lambda _world: {"days": "2"},
    "POST /console/funds/questions/<int:question_id>/answer": lambda _world: {"answer": "见凭证"},
    "POST /console/funds/questions/<int:question_id>/setting-aside": (
        lambda _world: {"reason": "abuse"}
    ),
}
