"""The morning's message: how much is due soon or overdue where somebody publishes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy.orm import Session

from app.catalogue import queries
from app.catalogue.schemas import Reach
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock
from app.notices import service as notices
from app.workdays import queries as workdays


def send_digests(session: Session, *, day: date | None = None) -> int:
    """Put one message a day into the inbox of each who publishes and has something due.

    Gives how many were new; nothing is sent where nothing is due.
    """
    day = day or clock.today()
    until = queries.soon_until(workdays.load(session, [day.year]), day)
    reaches: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    for staff_id, prefix, office in identity.reaches(session, roles.PUBLISH):
        reaches[staff_id].append((prefix, office))
    counted: dict[Reach, tuple[int, int]] = {}
    sent = 0
    for staff_id, pairs in reaches.items():
        reach: Reach = tuple(sorted(set(pairs), key=str))
        if reach not in counted:
            counted[reach] = queries.due_soon(session, reach=reach, on=day, until=until)
        overdue, soon = counted[reach]
        if overdue or soon:
            sent += notices.deliver(
                session,
                staff_id=staff_id,
                kind="duties",
                title=f"公开期限：{overdue} 项已逾期，{soon} 项快到期",
                body=f"{queries.SOON} 个工作日以内到期的有 {soon} 项，"
                f"已经过了期限的有 {overdue} 项。请打开期限看板查看。",
                link="/console/board",
                key=f"duties-{day}",
            )
    return sent
