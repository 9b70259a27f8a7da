"""Three reviews by three people, the gate before each, and haste that makes up for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.disclosure import file_gate, gate
from app.disclosure.errors import (
    DraftNotFound,
    LockedTextDiffers,
    ReasonWanted,
    SamePerson,
    WordsWanted,
    WrongState,
)
from app.disclosure.models import Draft, DraftComment, DraftOverride, DraftReview, DraftText
from app.disclosure.models.drafts import STEPS
from app.disclosure.schemas import PassageIn, ReviewIn
from app.disclosure.service import ending, placing
from app.disclosure.service.desk import (
    REVIEWS,
    held,
    keep_text,
    require_office,
    staff_id_of,
    text_hash,
    turn,
)
from app.disclosure.service.publishing import publish
from app.kernel import changes, clock
from app.kernel.access import Actor

NEXT = {"first_review": "second_review", "second_review": "final_review"}
REASON = 300  # characters of a public reason; a review may say more
HASTY = ("draft", *STEPS)


def review(session: Session, *, draft_id: int, wanted: ReviewIn, actor: Actor) -> Draft:
    """Pass a draft on to the next step, or return it to its author with words.

    After the final review its text is locked, and it is published, now or when it is due.
    Raises `Forbidden`, `SamePerson`, `DraftChanged`, `WrongState`, `WordsWanted`,
    `PersonalDataFound`.
    """
    draft = held(session, draft_id, states=STEPS, version=wanted.version)
    step = draft.state
    _require_reviewer(session, draft, step, actor)
    _check_text(session, draft)
    if wanted.verdict == "return":
        _note(session, draft, step, "return", wanted=wanted, actor=actor)
        turn(session, draft, "draft")
        return draft
    digest = text_hash(session, draft)
    gate.require_clean(file_gate.look_at_all(session, draft, text_hash=digest))
    _note(session, draft, step, "pass", wanted=wanted, actor=actor)
    if step in NEXT:
        turn(session, draft, NEXT[step])
        return draft
    draft.locked_hash = digest
    if draft.publish_at is not None and draft.publish_at > clock.now():
        turn(session, draft, "scheduled")
    else:
        publish(session, draft)
    return draft


def let_stand(
    session: Session,
    *,
    draft_id: int,
    version: int,
    findings: Sequence[gate.Key | tuple[str, int, int]],
    reason: str,
    actor: Actor,
) -> Draft:
    """Let findings of the gate stand, with a reason that goes to the ledger.

    Only the reviewer of the step may, never whoever wrote the text. A finding is its kind and
    its passage in `gate.text_of`, or in a file of that sum and its part; what is none is refused
    as `WrongState`.
    """
    draft = held(session, draft_id, states=STEPS, version=version)
    _require_reviewer(session, draft, draft.state, actor)
    if not 2 <= len(reason.strip()) <= 300 or not findings:
        raise ReasonWanted
    digest, moment = text_hash(session, draft), clock.now()
    found = file_gate.look_at_all(session, draft, text_hash=digest)
    wanted = {one if len(one) == 5 else (*one, "", "") for one in findings}
    if not wanted <= {one.key for one in found if one.blocks and one.may_stand}:
        raise WrongState
    session.add_all(
        DraftOverride(
            draft_id=draft.id,
            text_hash=digest,
            kind=kind,
            begins=begins,
            ends=ends,
            file_sha256=sha256,
            part=part,
            reason=reason.strip(),
            staff_id=staff_id_of(actor),
            staff_name=actor.name,
            at=moment,
        )
        for kind, begins, ends, sha256, part in sorted(wanted)
    )
    session.flush()
    kinds = tuple(sorted({one[0] for one in wanted}))
    line = Line(actor, "let_stand", draft.division_code, fields=kinds, reason=reason.strip())
    audit.record(session, line)
    return draft


def publish_urgently(
    session: Session, *, draft_id: int, version: int, reason: str, actor: Actor
) -> Draft:
    """Publish at once, marked as such; the first and the second review are made up for afterwards.

    A final reviewer decides it, who wrote none of the text. The gate is not passed by.
    """
    draft = held(session, draft_id, states=HASTY, version=version)
    _require_reviewer(session, draft, "final_review", actor)
    keep_text(session, draft, actor=Actor(draft.author_name, draft.author_id), anew=False)
    draft.urgent_reason, draft.urgent_by_id = reason, staff_id_of(actor)
    draft.locked_hash = text_hash(session, draft)
    wanted = ReviewIn(version=version, verdict="pass", words=reason)
    _note(session, draft, "final_review", "pass", wanted=wanted, actor=actor)
    publish(session, draft)
    return draft


def review_late(
    session: Session, *, draft_id: int, step: str, wanted: ReviewIn, actor: Actor
) -> Draft:
    """Make up for a review of what was published in haste.

    Once the first and the second have passed, the mark goes. One that does not pass withdraws
    the item, with the reviewer's words as the reason.
    """
    draft = held(session, draft_id, states=("published",), version=wanted.version)
    if draft.urgent_by_id is None or draft.reviewed_late_at is not None or step not in NEXT:
        raise WrongState
    _require_reviewer(session, draft, step, actor)
    verdict = f"late_{wanted.verdict}"
    _note(session, draft, step, verdict, wanted=wanted, actor=actor)
    draft.version += 1
    if wanted.verdict == "return":
        draft.reviewed_late_at = clock.now()
        if draft.item_id is not None:
            item = placing.locked(session, draft.item_id)
            ending.take_back(session, item, reason=wanted.words[:REASON] or "复核没有通过。")
        turn(session, draft, "published")
    elif _passed(session, draft) >= set(STEPS):
        draft.reviewed_late_at = clock.now()
        item = placing.locked(session, draft.item_id or 0)
        item.urgent_until_reviewed = False
        changes.division_changed(session, item.division_code)
    session.flush()
    return draft


def _require_reviewer(session: Session, draft: Draft, step: str, actor: Actor) -> None:
    """Raise `Forbidden`, or `SamePerson` for whoever wrote of the draft or has passed this text."""
    require_office(session, actor, REVIEWS[step], draft)
    me = staff_id_of(actor)
    wrote = select(DraftText.kept_by_id).where(DraftText.draft_id == draft.id)
    passed = select(DraftReview.reviewer_id).where(
        DraftReview.draft_id == draft.id,
        DraftReview.text_number == draft.text_number,
        DraftReview.verdict.like("%pass"),
    )
    if me == draft.author_id or me in session.scalars(wrote.union_all(passed)).all():
        raise SamePerson


def _check_text(session: Session, draft: Draft) -> None:
    """Raise where a draft is no longer the text that was handed in."""
    text = session.get(DraftText, (draft.id, draft.text_number))
    if text is None:
        raise DraftNotFound
    if text.text_hash != text_hash(session, draft):
        raise LockedTextDiffers


def _note(
    session: Session, draft: Draft, step: str, verdict: str, *, wanted: ReviewIn, actor: Actor
) -> None:
    if verdict.endswith("return") and not (wanted.words or wanted.comments):
        raise WordsWanted
    row = DraftReview(
        draft_id=draft.id,
        text_number=draft.text_number,
        text_hash=text_hash(session, draft),
        step=step,
        verdict=verdict,
        words=wanted.words or ("见段落旁的意见。" if wanted.comments else ""),
        reviewer_id=staff_id_of(actor),
        reviewer_name=actor.name,
        at=clock.now(),
    )
    session.add(row)
    session.flush()
    session.add_all(_comment(row.id, one) for one in wanted.comments)
    session.flush()


def _comment(review_id: int, wanted: PassageIn) -> DraftComment:
    return DraftComment(review_id=review_id, paragraph=wanted.paragraph, words=wanted.words)


def _passed(session: Session, draft: Draft) -> set[str]:
    query = select(DraftReview.step).where(
        DraftReview.draft_id == draft.id,
        DraftReview.text_number == draft.text_number,
        DraftReview.verdict.like("%pass"),
    )
    return set(session.scalars(query))
