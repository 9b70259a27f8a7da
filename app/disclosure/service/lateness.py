"""Until when the reviews that haste left out are made up for; who may make them is reminded.

Nothing is withdrawn by the platform itself: an item stays marked until people have decided.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.disclosure import queries
from app.disclosure.errors import TermRefused
from app.disclosure.models import DeskTerm, Draft
from app.disclosure.service.desk import REVIEWS
from app.identity import queries as identity
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor
from app.notices import service as notices
from app.organisations import queries as organisations

DAYS = (1, 30)


def set_late_review(
    session: Session, *, working_days: int, county_code: str, actor: Actor
) -> DeskTerm:
    """Set within how many working days late reviews are made, those that wait included.

    Raises `Forbidden` or `TermRefused`.
    """
    actor.require(roles.CATALOGUE, division_code=county_code)
    if not DAYS[0] <= working_days <= DAYS[1]:
        raise TermRefused
    row = session.get_one(DeskTerm, queries.LATE_REVIEW, with_for_update=True)
    if row.working_days != working_days:
        told = f"补审期限由 {row.working_days} 个工作日改为 {working_days} 个工作日"
        row.working_days, row.changed_by, row.changed_at = working_days, actor.name, clock.now()
        session.flush()
        audit.record(session, Line(actor, "desk_settings", county_code, reason=told))
    return row


def remind_late(session: Session) -> int:
    """Remind each who may make up for a review, once a day, of how many wait; gives how many new.

    Whoever wrote of the text, or passed it already, is not asked.
    """
    today = clock.today()
    counted: dict[int, list[bool]] = defaultdict(list)
    for late in queries.late_reviews(session):
        for staff_id in _reviewers(session, late.draft, late.missing):
            counted[staff_id].append(late.due_on < today)
    sent = 0
    for staff_id, waiting in sorted(counted.items()):
        overdue = sum(waiting)
        sent += notices.deliver(
            session,
            staff_id=staff_id,
            kind="review",
            title=f"紧急发布：{len(waiting)} 篇等您补审，{overdue} 篇过了期限",
            body="已经公开的内容还没有补齐初审和复审。请在“我的待办”里打开，通过或者退回。",
            link="/console/work",
            key=f"late-reviews-{today}",
        )
    return sent


def _reviewers(session: Session, draft: Draft, missing: tuple[str, ...]) -> set[int]:
    office = None
    if draft.organisation_id is not None:
        home = organisations.get(session, draft.organisation_id).division_code
        office = (draft.organisation_id, home)
    found = {
        staff_id
        for step in missing
        for staff_id in identity.holders_for_office(
            session, REVIEWS[step], draft.division_code, office=office
        )
    }
    return found - queries.took_part(session, draft)
