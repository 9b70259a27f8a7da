"""What of the ledgers waits for whom: months to hand over, months to close, questions to answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.funds.models import FundLine, FundMonth, FundQuestion
from app.funds.schemas import MonthName
from app.funds.service.finding import READERS
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor
from app.notices import service as notices
from app.places import queries as places

ACTS = {"close": roles.SUPERVISE, "hand_over": roles.FUNDS_KEEP}


@dataclass(frozen=True)
class WaitingMonth:
    """A month that waits for an act; `village` is who answers for it today.

    Whoever is among `writers` wrote a line of it and does not close it.
    """

    month: FundMonth
    act: str
    village: str
    writers: frozenset[int]

    @property
    def name(self) -> MonthName:
        """Name the month."""
        return MonthName(self.month.year, self.month.month)

    def is_for(self, staff_id: int | None) -> bool:
        """Tell whether somebody who holds the permission may act as well."""
        return self.act != "close" or staff_id not in self.writers


def waiting_months(session: Session, *, day: date | None = None) -> list[WaitingMonth]:
    """List the months that are over and not closed, the earliest first."""
    this = MonthName.of(day or clock.today())
    is_over = or_(
        FundMonth.year < this.year, (FundMonth.year == this.year) & (FundMonth.month < this.month)
    )
    query = select(FundMonth).where(FundMonth.state != "closed", is_over)
    in_order = query.order_by(FundMonth.year, FundMonth.month, FundMonth.division_code)
    found = session.scalars(in_order.execution_options(populate_existing=True)).all()
    today = _todays(session, {one.division_code for one in found})
    writers = _writers(session, found)
    return [
        WaitingMonth(
            month=one,
            act="close" if one.state == "submitted" else "hand_over",
            village=today[one.division_code],
            writers=frozenset(writers.get(one.id, ())),
        )
        for one in found
    ]


def months_for(session: Session, actor: Actor) -> list[WaitingMonth]:
    """List the months that wait for an act of this person."""
    return [
        one
        for one in waiting_months(session)
        if actor.may(ACTS[one.act], division_code=one.village) and one.is_for(actor.staff_id)
    ]


def _todays(session: Session, codes: set[str]) -> dict[str, str]:
    standing = places.in_force(session, codes)
    return {code: code if code in standing else places.resolve(session, code) for code in codes}


def _writers(session: Session, months: Sequence[FundMonth]) -> dict[int, set[int]]:
    query = select(FundLine.month_id, FundLine.entered_by_id, FundLine.changed_by_id).where(
        FundLine.month_id.in_([one.id for one in months if one.state == "submitted"])
    )
    found: dict[int, set[int]] = defaultdict(set)
    for month_id, *people in session.execute(query.distinct()):
        found[month_id].update(one for one in people if one is not None)
    return found


def send_digests(session: Session, *, day: date | None = None) -> int:
    """Put one message a day into the inbox of each for whom something of a ledger waits.

    Gives how many were new; nothing is sent where nothing waits.
    """
    day = day or clock.today()
    months = waiting_months(session, day=day)
    asked = select(FundQuestion).where(FundQuestion.state == "open").order_by(FundQuestion.id)
    questions = session.scalars(asked).all()
    sent = 0
    for staff_id, held in sorted(_reaches(session).items()):
        counted = dict.fromkeys(ACTS, 0)
        for one in months:
            mine = _below(one.village, held[ACTS[one.act]]) and one.is_for(staff_id)
            counted[one.act] += mine
        theirs = {prefix for one in READERS for prefix in held[one]}
        due = [one.due_on for one in questions if _below(one.division_code, theirs)]
        if due or any(counted.values()):
            sent += _deliver(session, staff_id=staff_id, counted=counted, due=due, day=day)
    return sent


def _deliver(
    session: Session, *, staff_id: int, counted: dict[str, int], due: list[date], day: date
) -> bool:
    overdue = sum(one < day for one in due)
    parts = (
        (counted["close"], "{} 个月的账等您结账"),
        (counted["hand_over"], "{} 个月的账等您交去结账"),
        (len(due), "{} 条村民的疑问等答复" + (f"（{overdue} 条过了期限）" if overdue else "")),
    )
    told = "，".join(words.format(number) for number, words in parts if number)
    return notices.deliver(
        session,
        staff_id=staff_id,
        kind="fund",
        title=f"集体资金：{told}",
        body="请打开“我的待办”查看。",
        link="/console/work",
        key=f"funds-{day}",
    )


def _reaches(session: Session) -> dict[int, dict[str, set[str]]]:
    """Tell where each keeps and supervises ledgers; a grant for one office is none."""
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: {one: set() for one in READERS})
    for permission in READERS:
        for staff_id, prefix, office in identity.reaches(session, permission):
            if office is None:
                found[staff_id][permission].add(prefix)
    return found


def _below(code: str, prefixes: Iterable[str]) -> bool:
    return code.startswith(tuple(prefixes))
