"""Reviewing: the text with what changed and what the gate found, the verdict, and haste."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from app.console import aid_shapes, file_shapes
from app.console import draft_shapes as shapes
from app.console.drafts import comparison
from app.disclosure import diffing, file_gate, gate, queries, service, words
from app.disclosure.errors import BadDraft, ReasonWanted, WordsWanted
from app.disclosure.models import Draft
from app.disclosure.schemas import ReviewIn
from app.disclosure.service.desk import text_hash
from app.identity import roles
from app.kernel.errors import SunshineError
from app.places import queries as places
from app.web import entry, forms, problems
from app.web.flask_app import actor, db

REVIEWERS = (roles.REVIEW_FIRST, roles.REVIEW_SECOND, roles.REVIEW_FINAL)
pages = Blueprint("console_reviewing", __name__, url_prefix="/console/drafts")
pages.before_request(forms.protect)


@pages.get("/<int:draft_id>/review")
@entry.permission(*REVIEWERS)
def look(draft_id: int) -> ResponseReturnValue:
    draft = queries.get_draft(db(), draft_id, actor=actor())
    if not _may_review(draft):
        return redirect(f"/console/drafts/{draft_id}", 303)
    return _page(draft)


def _may_review(draft: Draft) -> bool:
    return queries.waiting_steps(db(), draft, actor()) or bool(
        queries.late_steps(db(), draft, actor())
    )


def _page(draft: Draft, *, fault: SunshineError | None = None) -> ResponseReturnValue:
    whole = file_gate.look_at_all(db(), draft, text_hash=text_hash(db(), draft))
    found = [one for one in whole if not isinstance(one, file_gate.FoundInFile)]
    late = queries.late_steps(db(), draft, actor())
    compares = draft.text_number > 1 or draft.corrects_id is not None
    page = render_template(
        "console/draft_review.html",
        draft=draft,
        place=places.get(db(), draft.division_code),
        step=words.STEPS[late[0] if late else draft.state],
        late=late,
        steps=words.STEPS,
        found=found,
        runs=shapes.highlighted(draft, found),
        files=file_shapes.of_draft(draft),
        blocking=[one for one in whole if one.blocks],
        paragraphs=diffing.paragraphs(draft.body_markdown),
        body=file_shapes.body(draft.body_markdown),
        aid=aid_shapes.table_of(draft, found),
        passages=queries.passages(db(), draft.id, text_number=draft.text_number - 1),
        given=request.form,
        compares=compares,
        fault=fault,
        **(_earlier(draft) if compares else {}),
    )
    return page, problems.status_of(fault) if fault else 200


def _earlier(draft: Draft) -> dict[str, Any]:
    return comparison(draft, old="item" if draft.corrects_id else str(draft.text_number - 1))


@pages.post("/<int:draft_id>/review")
@entry.permission(*REVIEWERS)
def decide(draft_id: int) -> ResponseReturnValue:
    draft = queries.get_draft(db(), draft_id, actor=actor())
    step = request.form.get("late", "")
    try:
        wanted = _verdict(draft)
        if step:
            service.review_late(db(), draft_id=draft_id, step=step, wanted=wanted, actor=actor())
        else:
            service.review(db(), draft_id=draft_id, wanted=wanted, actor=actor())
    except SunshineError as fault:
        return _again(draft_id, fault)
    return redirect("/console/work", 303)


def _again(draft_id: int, fault: SunshineError) -> ResponseReturnValue:
    """Show the page with what was written; where the review is over, the draft as it is now."""
    db().rollback()
    draft = queries.get_draft(db(), draft_id, actor=actor())
    if _may_review(draft):
        return _page(draft, fault=fault)
    raise fault


def _verdict(draft: Draft) -> ReviewIn:
    """Read the form of a verdict: words for the whole, and a comment beside each paragraph."""
    count = len(diffing.paragraphs(draft.body_markdown))
    comments = [
        {"paragraph": number, "words": text}
        for number in range(1, count + 1)
        if (text := request.form.get(f"comment_{number}", "").strip())
    ]
    content = {
        "version": shapes.version(),
        "verdict": request.form.get("verdict", ""),
        "words": request.form.get("words", ""),
        "comments": comments,
    }
    try:
        return ReviewIn.model_validate(content)
    except ValidationError as fault:
        if any(one["loc"][:1] == ("verdict",) for one in fault.errors()):
            raise BadDraft("请选择通过还是退回。") from fault
        raise WordsWanted("意见写得太长了：每处最多 500 个字。") from fault


@pages.post("/<int:draft_id>/exceptions")
@entry.permission(*REVIEWERS)
def let_stand(draft_id: int) -> ResponseReturnValue:
    queries.get_draft(db(), draft_id, actor=actor())
    try:
        service.let_stand(
            db(),
            draft_id=draft_id,
            version=shapes.version(),
            findings=[_passage(text) for text in request.form.getlist("finding")],
            reason=request.form.get("reason", ""),
            actor=actor(),
        )
    except SunshineError as fault:
        return _again(draft_id, fault)
    return redirect(f"/console/drafts/{draft_id}/review", 303)


def _passage(text: str) -> gate.Key:
    """Read a finding as the form names it: its kind, where it begins and ends, file and part."""
    kind, begins, ends, sha256, part = (text.split(":", 4) + [""] * 4)[:5]
    if not (begins.isdecimal() and ends.isdecimal() and len(begins + ends) < 20):
        raise ReasonWanted
    return kind, int(begins), int(ends), sha256, part


@pages.post("/<int:draft_id>/urgent")
@entry.permission(roles.REVIEW_FINAL, step_up=True)
def hurry(draft_id: int) -> ResponseReturnValue:
    queries.get_draft(db(), draft_id, actor=actor())
    reason = request.form.get("reason", "").strip()
    if not 2 <= len(reason) <= 300:
        raise ReasonWanted
    draft = service.publish_urgently(
        db(), draft_id=draft_id, version=shapes.version(), reason=reason, actor=actor()
    )
    return redirect(f"/console/drafts/{draft.id}", 303)
