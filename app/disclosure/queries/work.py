"""What waits for a person at the editorial desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.disclosure.models import Draft, DraftReview, DraftText
from app.disclosure.queries.drafts import rows, within
from app.disclosure.schemas import DraftRow
from app.identity import roles
from app.kernel.access import Actor

STEPS = {
    "first_review": roles.REVIEW_FIRST,
    "second_review": roles.REVIEW_SECOND,
    "final_review": roles.REVIEW_FINAL,
}
MOST = 100


@dataclass(frozen=True)
class Work:
    """What waits for me: to review, to review late, to mend, to finish; and what is on its way."""

    to_review: list[DraftRow]
    to_review_late: list[DraftRow]
    returned: list[DraftRow]
    mine: list[DraftRow]
    under_way: list[DraftRow]

    @property
    def count(self) -> int:
        """Count what waits for an act of mine."""
        return len(self.to_review) + len(self.to_review_late) + len(self.returned)


def work(session: Session, actor: Actor) -> Work:
    """Give what waits for a person, the longest waiting first."""
    mine = Draft.author_id == (actor.staff_id or 0)
    returned = _has_review(Draft.text_number, DraftReview.verdict == "return")
    return Work(
        to_review=_list(session, _to_review(actor)),
        to_review_late=_list(session, _late(actor)),
        returned=_list(session, and_(mine, Draft.state == "draft", returned)),
        mine=_list(session, and_(mine, Draft.state == "draft", ~returned)),
        under_way=_list(session, and_(mine, Draft.state.in_((*STEPS, "scheduled")))),
    )


def waiting_steps(session: Session, draft: Draft, actor: Actor) -> bool:
    """Tell whether a draft waits for a review of this person."""
    return bool(_list(session, and_(Draft.id == draft.id, _to_review(actor))))


def late_steps(session: Session, draft: Draft, actor: Actor) -> list[str]:
    """List the steps of a draft published in haste that this person may make up for."""
    if draft.urgent_by_id is None or draft.reviewed_late_at is not None:
        return []
    if not _list(session, and_(Draft.id == draft.id, _late(actor))):
        return []
    query = select(DraftReview.step).where(
        DraftReview.draft_id == draft.id,
        DraftReview.text_number == draft.text_number,
        DraftReview.verdict.like("%pass"),
    )
    passed = set(session.scalars(query))
    return [
        step
        for step, permission in STEPS.items()
        if step not in passed and step != "final_review" and actor.may_somewhere(permission)
    ]


def _list(session: Session, condition: ColumnElement[bool]) -> list[DraftRow]:
    query = rows().where(condition).order_by(Draft.state_since, Draft.id).limit(MOST)
    return [DraftRow(**row._mapping) for row in session.execute(query)]


def _to_review(actor: Actor) -> ColumnElement[bool]:
    steps = [
        and_(Draft.state == step, within(actor, (permission,), Draft))
        for step, permission in STEPS.items()
    ]
    return and_(or_(*steps), _not_mine(actor))


def _late(actor: Actor) -> ColumnElement[bool]:
    """Match what was published in haste and misses a review that this person may make."""
    steps = [
        and_(
            within(actor, (permission,), Draft),
            ~_has_review(Draft.text_number, DraftReview.step == step, _passes()),
        )
        for step, permission in STEPS.items()
        if step != "final_review"
    ]
    open_still = and_(
        Draft.state == "published",
        Draft.urgent_by_id.is_not(None),
        Draft.reviewed_late_at.is_(None),
    )
    return and_(open_still, or_(*steps), _not_mine(actor))


def _not_mine(actor: Actor) -> ColumnElement[bool]:
    """Match what a person neither wrote of nor has passed already."""
    me = actor.staff_id or 0
    text = aliased(DraftText)
    wrote = exists().where(text.draft_id == Draft.id, text.kept_by_id == me)
    passed = _has_review(Draft.text_number, DraftReview.reviewer_id == me, _passes())
    return and_(Draft.author_id != me, ~wrote, ~passed)


def _passes() -> ColumnElement[bool]:
    return DraftReview.verdict.like("%pass")


def _has_review(number: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        DraftReview.draft_id == Draft.id, DraftReview.text_number == number, *conditions
    )
