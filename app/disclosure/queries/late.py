"""What was published in haste and misses reviews, with the day until which they are made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from app.disclosure.models import DeskTerm, Draft, DraftReview, DraftText
from app.disclosure.queries.drafts import within
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor
from app.organisations.models import Organisation
from app.workdays import queries as workdays

LATE_REVIEW = "late_review"
LATE_STEPS = ("first_review", "second_review")
SEEN_BY = (roles.PUBLISH, roles.REVIEW_FIRST, roles.REVIEW_SECOND, roles.REVIEW_FINAL)


@dataclass(frozen=True)
class Late:
    """A draft whose late reviews are `missing`; not `is_sure`: counted through an unknown year."""

    draft: Draft
    missing: tuple[str, ...]
    due_on: date
    is_sure: bool


def desk_term(session: Session, kind: str = LATE_REVIEW) -> DeskTerm:
    """Give a term of the desk."""
    return session.get_one(DeskTerm, kind, populate_existing=True)


def late_reviews(session: Session) -> list[Late]:
    """List what misses late reviews, whoever may see it, the one due first on top."""
    return _late(session, true())


def late_reviews_for(session: Session, actor: Actor) -> list[Late]:
    """List what misses late reviews among the actor's offices, the one due first on top."""
    return _late(session, within(actor, SEEN_BY, Draft))


def _late(session: Session, condition: ColumnElement[bool]) -> list[Late]:
    query = (
        select(Draft)
        .outerjoin(Organisation, Organisation.id == Draft.organisation_id)
        .where(
            Draft.state == "published",
            Draft.urgent_by_id.is_not(None),
            Draft.reviewed_late_at.is_(None),
            condition,
        )
        .order_by(Draft.state_since, Draft.id)
    )
    drafts = session.scalars(query.execution_options(populate_existing=True)).all()
    due = late_due(session, [one.state_since for one in drafts])
    passed = _passed(session, drafts)
    return [
        Late(one, tuple(step for step in LATE_STEPS if (one.id, step) not in passed), *when)
        for one, when in zip(drafts, due, strict=True)
    ]


def late_due(session: Session, published: Collection[datetime]) -> list[tuple[date, bool]]:
    """Give for each moment of publishing the last day for its late reviews, and if it is sure."""
    days = [clock.local(moment).date() for moment in published]
    if not days:
        return []
    number = desk_term(session).working_days
    calendar = workdays.load(session, {day.year for day in days})
    terms = [calendar.add_working_days(day, number) for day in days]
    return [(term.last_day, term.is_sure) for term in terms]


def _passed(session: Session, drafts: Sequence[Draft]) -> set[tuple[int, str]]:
    numbers = {one.id: one.text_number for one in drafts}
    query = select(DraftReview.draft_id, DraftReview.step, DraftReview.text_number).where(
        DraftReview.draft_id.in_(numbers), DraftReview.verdict.like("%pass")
    )
    return {
        (draft_id, step)
        for draft_id, step, number in session.execute(query)
        if numbers[draft_id] == number
    }


def took_part(session: Session, draft: Draft) -> set[int]:
    """Number everyone who wrote of a draft or passed its text: none of them reviews it again."""
    wrote = select(DraftText.kept_by_id).where(DraftText.draft_id == draft.id)
    passed = select(DraftReview.reviewer_id).where(
        DraftReview.draft_id == draft.id,
        DraftReview.text_number == draft.text_number,
        DraftReview.verdict.like("%pass"),
    )
    return {draft.author_id, *session.scalars(wrote.union(passed))}
