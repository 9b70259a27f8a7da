"""The demo village's fund: ten closed months, an open one, a correction, an answered question.

Everything is invented, and dated back from the day of loading. The open month is over, so that it
can be handed over and closed in the demonstration.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from app.demo.content import DATA
from app.funds import queries, service
from app.funds.models import FundMonth, FundQuestion
from app.funds.schemas import LineIn, MonthName
from app.kernel import clock, money
from app.kernel.access import Actor

CLERK = Actor(name="韦银杏", is_operator=True)
COMMITTEE = Actor(name="罗青松", is_operator=True)
OPENING_FEN = 38_216_55
CLOSED_AFTER = timedelta(days=6, hours=10)
ASKED, ANSWERED = (
    "这次慰问的 12 户是怎么定的，名单贴在哪里？",
    ("由各组提名，村民代表会议评议通过，名单在村委会公示栏贴了 7 天，也可以到村委会查看会议记录。"),
)

Row = dict[str, str]


def load(session: Session, *, village: str) -> None:
    """Write the ledger of the village, month by month."""
    by_month: dict[int, list[Row]] = defaultdict(list)
    with (DATA / "fund_lines.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_month[int(row["month"])].append(row)
    last = _before(MonthName.of(clock.today()), 1)
    months: dict[int, FundMonth] = {}
    for place in sorted(by_month):
        months[place] = service.open_month(
            session,
            division_code=village,
            name=_before(last, -place),
            opening_fen=OPENING_FEN if not months else None,
            actor=CLERK,
        )
        for row in by_month[place]:
            wanted = _line(session, row, months)
            service.enter(session, month_id=months[place].id, wanted=wanted, actor=CLERK)
        if place < 0:
            _close(session, months[place])
    _ask(session, months[-10])


def _before(name: MonthName, count: int) -> MonthName:
    number = name.year * 12 + name.month - 1 - count
    return MonthName(number // 12, number % 12 + 1)


def _line(session: Session, row: Row, months: dict[int, FundMonth]) -> LineIn:
    """Read a row; one that corrects says where and by how much: month/number/yuan."""
    month = months[int(row["month"])]
    place, number, yuan = row["corrects"].split("/") if row["corrects"] else ("", "", row["yuan"])
    corrected = queries.lines(session, months[int(place)])[int(number) - 1] if place else None
    return LineIn(
        on_date=date(month.year, month.month, int(row["day"])),
        category_code=row["category"],
        summary=row["summary"],
        amount_fen=money.parse(yuan),
        approved_by=row["approved_by"],
        corrects_line_id=corrected.id if corrected else None,
        is_reversal=corrected is not None,
    )


def _close(session: Session, month: FundMonth) -> None:
    following = MonthName(month.year, month.month).following()
    first = datetime.combine(
        date(following.year, following.month, 1), time(), tzinfo=clock.SHANGHAI
    )
    at = min(first + CLOSED_AFTER, clock.now())
    service.submit(session, month_id=month.id, at=at - timedelta(days=2), actor=CLERK)
    service.close(session, month_id=month.id, at=at, actor=COMMITTEE)


def _ask(session: Session, month: FundMonth) -> None:
    """Put a question beside the welfare line, as if somebody had asked when it was published."""
    line = queries.lines(session, month)[3]
    asked = (month.closed_at or clock.now()) + timedelta(days=1)
    session.add(
        FundQuestion(
            line_id=line.id,
            division_code=month.division_code,
            kind="use",
            text=ASKED,
            state="answered",
            asked_at=asked,
            due_on=clock.local(asked).date() + timedelta(days=5),
            answer=ANSWERED,
            answered_at=asked + timedelta(days=2),
            answered_by_name=CLERK.name,
        )
    )
    session.flush()
