"""Who is told what: the village of questions and months, the villager of the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funds import queries
from app.funds.models import FundMonth, FundQuestion
from app.funds.schemas import MonthName
from app.funds.service.finding import READERS
from app.funds.words import SET_ASIDE
from app.identity import queries as identity
from app.identity import roles
from app.kernel import changes, clock
from app.notices import service as notices
from app.places import queries as places


@dataclass(frozen=True)
class Message:
    """What is put into inboxes of staff, once for each key."""

    title: str
    body: str
    link: str
    key: str


def tell_submitted(session: Session, *, month_id: int) -> None:
    """Tell the committee that a month waits for it."""
    month = queries.get_month(session, month_id)
    if month.state == "submitted":
        _tell_staff(
            session,
            month.division_code,
            (roles.SUPERVISE,),
            Message(
                title=f"{_name(month).chinese}的账等您结账",
                body="请看过每一笔和凭证，再结账或者退回。",
                link=f"/console/funds/months/{month.id}",
                key=f"fund-submitted-{month.id}-{len(queries.steps(session, month.id))}",
            ),
        )


def tell_returned(session: Session, *, month_id: int) -> None:
    """Tell the keepers that the committee sent a month back."""
    month = queries.get_month(session, month_id)
    if month.state == "open":
        _tell_staff(
            session,
            month.division_code,
            (roles.FUNDS_KEEP,),
            Message(
                title=f"{_name(month).chinese}的账被退回",
                body="监督委员会写了退回的原因，请改好再交。",
                link=f"/console/funds/months/{month.id}",
                key=f"fund-returned-{month.id}-{len(queries.steps(session, month.id))}",
            ),
        )


def tell_question(session: Session, *, question_id: int) -> None:
    """Tell whoever keeps or supervises a village's ledger of a question."""
    row = session.get(FundQuestion, question_id)
    if row is not None and row.state == "open":
        _tell_staff(
            session,
            row.division_code,
            READERS,
            Message(
                title="村民对一笔账有疑问",
                body=f"请在 {row.due_on.month} 月 {row.due_on.day} 日以前答复，公开在这笔账旁边。",
                link=f"/console/funds/questions/{row.id}",
                key=f"fund-question-{row.id}",
            ),
        )


def tell_answer(session: Session, *, question_id: int) -> None:
    """Tell a villager that the village answered, or why it keeps the question from the public."""
    row = session.get(FundQuestion, question_id)
    if row is None or row.account_id is None or row.state == "open":
        return
    line = queries.get_line(session, row.line_id)
    month = queries.get_month(session, line.month_id)
    if row.state == "answered":
        title, body = "您问的账有答复了", f"村里答复：{row.answer}"
    else:
        title = "您问的账没有公开"
        body = f"原因：{SET_ASIDE[row.set_aside_for or 'abuse']}。可以换个写法再问一次。"
    notices.deliver(
        session,
        account_id=row.account_id,
        kind="fund",
        title=title,
        body=body,
        link=f"/v/{line.division_code}/funds/{_name(month)}#line-{line.no}",
        key=f"fund-answer-{row.id}",
    )


def note_overdue(session: Session) -> None:
    """Let the pages say, from the day after the term on, that the village has not answered.

    Pages stand in caches until a change is announced, so the passing of a day is announced too.
    """
    overdue = (FundQuestion.state == "open") & (FundQuestion.due_on < clock.today())
    rows = session.scalars(select(FundQuestion).where(overdue).order_by(FundQuestion.id)).all()
    lines = {queries.get_line(session, row.line_id).division_code for row in rows}
    for code in sorted(lines):
        changes.division_changed(session, code)
    for row in rows:
        _tell_staff(
            session,
            row.division_code,
            READERS,
            Message(
                title="一条账目疑问过了答复期限",
                body="公开页上已经写明“村里还没有答复”，请尽快答复。",
                link=f"/console/funds/questions/{row.id}",
                key=f"fund-overdue-{row.id}",
            ),
        )


def _name(month: FundMonth) -> MonthName:
    return MonthName(month.year, month.month)


def _tell_staff(session: Session, code: str, permissions: Iterable[str], message: Message) -> None:
    """Tell everyone who holds one of these at a village, or at what it became part of."""
    today = places.resolve(session, code)
    told = {
        staff_id
        for permission in permissions
        for staff_id in identity.holders(session, permission, today)
    }
    for staff_id in sorted(told):
        notices.deliver(
            session,
            staff_id=staff_id,
            kind="fund",
            title=message.title,
            body=message.body,
            link=message.link,
            key=message.key,
        )
