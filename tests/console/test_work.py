"""My work and my calendar: what waits, until when, for whoever may act on it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.disclosure import service as disclosure
from app.funds import service
from app.funds.models import FundQuestion
from app.kernel import clock
from app.kernel.db import Database
from tests.console.conftest import Enter, shown
from tests.disclosure.desk import Desk, person
from tests.factories import COUNTY, VILLAGE, office
from tests.funds import ledger
from tests.funds.ledger import FIRST
from workers.cron import ENTRIES

WORK, CALENDAR = "/console/work", "/console/work/calendar"


@pytest.fixture
def question(county: Database) -> FundQuestion:
    """Hand August over, leave September open, and let a question wait past its day."""
    with county.unit_of_work() as session:
        month = ledger.opened(session)
        line = ledger.entered(session, month)
        service.submit(session, month_id=month.id, actor=ledger.CLERK)
        ledger.opened(session, FIRST.following())
        row = FundQuestion(
            line_id=line.id,
            division_code=VILLAGE,
            kind="use",
            state="open",
            asked_at=clock.now(),
            due_on=clock.today() - timedelta(days=1),
        )
        session.add(row)
    return row


def test_a_committee_sees_months_to_close_and_questions_with_their_day(
    enter: Enter, question: FundQuestion
) -> None:
    page = enter("supervision_committee", VILLAGE).get(WORK)
    text = shown(page)
    assert "等我结账的月份（1）青杠林村2026年8月" in text
    assert "等我交去结账" not in text
    assert f"过了期限{question.due_on}" in text
    assert f"/console/funds/questions/{question.id}" in page.text


def test_a_clerk_sees_months_to_hand_over(enter: Enter, question: FundQuestion) -> None:
    assert question
    text = shown(enter("clerk", VILLAGE).get(WORK))
    assert "等我交去结账的月份（1）青杠林村2026年9月" in text
    assert "等我结账" not in text


def test_the_calendar_shows_the_day_of_an_answer(enter: Enter, question: FundQuestion) -> None:
    clerk = enter("clerk", VILLAGE)
    month = question.due_on.strftime("%Y-%m")
    assert "答复疑问1" in shown(clerk.get(f"{CALENDAR}?month={month}"))
    assert "答复疑问1" not in shown(clerk.get(f"{CALENDAR}?month=2027-05"))
    assert clerk.get(f"{CALENDAR}?month=odd").status_code == 200


def test_nothing_that_waits_is_said(enter: Enter, county: Database) -> None:
    assert county
    assert "现在没有等您办的事" in enter("supervision_committee", VILLAGE).get(WORK).text


def hasty(session: Session) -> None:
    """Publish something in haste on a Friday long ago."""
    bureau = office(session, division_code=COUNTY, name="民政局").id
    author = person(session, "author", "disclosure.publish", bureau)
    final = person(session, "final-hand", "disclosure.review_final", bureau)
    written = Desk(session, bureau, author, author, author, final).write(title="停水通知")
    draft = disclosure.publish_urgently(
        session, draft_id=written.id, version=written.version, reason="今晚停水", actor=final
    )
    draft.state_since = datetime(2026, 11, 6, 15, 0, tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(
    ("role", "way"), [("first_reviewer", WORK), ("publisher", "/console/board")]
)
def test_late_reviews_stand_with_their_day_and_as_overdue(
    enter: Enter, county: Database, role: str, way: str
) -> None:
    with county.unit_of_work() as session:
        hasty(session)
    text = shown(enter(role, COUNTY).get(way))
    assert "停水通知" in text
    assert ("过了期限" if way == WORK else "已逾期") + "2026-11-10以前" in text
    assert ("缺初审、复审" in text) == (way != WORK)


def test_the_reminders_are_on_the_timetable() -> None:
    assert {"disclosure.remind_late", "funds.send_digests"} <= {one.task for one in ENTRIES}
