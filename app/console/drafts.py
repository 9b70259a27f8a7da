"""Writing: my drafts and those of my offices, one draft, handing it in, its way and its trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.aid import queries as aid
from app.console import aid_shapes, file_shapes
from app.console import draft_shapes as shapes
from app.console.listing import Listing
from app.disclosure import diffing, gate, queries, service, words
from app.disclosure.models import Draft
from app.disclosure.service.desk import may_for, text_hash
from app.gateways import choosing
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.places import queries as places
from app.web import csv_files, entry, forms, problems
from app.web.flask_app import actor, db

DESK = queries.DESK
pages = Blueprint("console_drafts", __name__, url_prefix="/console/drafts")
pages.before_request(forms.protect)


@pages.get("/", strict_slashes=False)
@entry.permission(*DESK)
def show_all() -> ResponseReturnValue:
    listing = Listing.read(("state", "place", "q", "sort"))
    found = queries.drafts(
        db(), actor=actor(), wanted=listing.wanted, offset=listing.offset, limit=listing.limit
    )
    if listing.as_csv:
        headings = ("编号", "标题", "状态", "地方", "公开单位", "撰稿人", "最近改动")
        rows = [
            (
                one.id,
                one.title,
                words.STATES[one.state],
                one.place,
                one.office or "",
                one.author_name,
                clock.local(one.updated_at).strftime("%Y-%m-%d %H:%M"),
            )
            for one in found
        ]
        return csv_files.answer(headings, rows, name="drafts.csv")
    return render_template(
        "console/drafts.html",
        drafts=found,
        listing=listing,
        states=words.STATES,
        sorts=words.SORTS,
        may_write=actor().may_somewhere(roles.PUBLISH),
        local=clock.local,
    )


@pages.get("/new")
@entry.permission(roles.PUBLISH)
def write() -> ResponseReturnValue:
    return draft_form(dict(request.args.items()))


@pages.post("/")
@entry.permission(roles.PUBLISH)
def create() -> ResponseReturnValue:
    try:
        draft = service.create_draft(db(), wanted=shapes.read_form(), actor=actor())
        service.adopt(
            db(),
            draft,
            file_ids=file_shapes.read_numbers(),
            storage=choosing.storage_of(current_app.extensions),
            actor=actor(),
        )
    except SunshineError as fault:
        db().rollback()
        return draft_form(dict(request.form.items()), fault=fault)
    return redirect(f"/console/drafts/{draft.id}", 303)


def draft_form(
    given: dict[str, str],
    *,
    draft: Draft | None = None,
    fault: SunshineError | None = None,
    notes: Sequence[str] | None = None,
) -> ResponseReturnValue:
    """Show the form of a draft as it is filled in; `notes` tell of a document that was read."""
    page = render_template(
        "console/draft_form.html",
        given=given,
        draft=draft,
        action=f"/console/drafts/{draft.id}" if draft else "/console/drafts/",
        fixed=draft is not None and draft.corrects_id is not None,
        today=clock.today(),
        fault=fault,
        notes=notes,
        reads_word=True,
        **shapes.choices(given.get("division_code", ""), given.get("organisation_id", "")),
    )
    return page, problems.status_of(fault) if fault else 200


@pages.get("/<int:draft_id>")
@entry.permission(*DESK)
def show(draft_id: int) -> ResponseReturnValue:
    return draft_page(queries.get_draft(db(), draft_id, actor=actor()))


def draft_page(
    draft: Draft, *, fault: SunshineError | None = None, refused: Sequence[str] = ()
) -> ResponseReturnValue:
    """Show a draft with what the gate finds; `refused` are sentences about files."""
    found = gate.look(db(), draft, text_hash=text_hash(db(), draft))
    files = file_shapes.of_draft(draft)
    rounds = queries.reviews(db(), draft.id)
    returned = draft.state == "draft" and rounds and rounds[0].verdict == "return"
    page = render_template(
        "console/draft.html",
        draft=draft,
        place=places.get(db(), draft.division_code),
        state=words.STATES[draft.state],
        steps=words.STEPS,
        verdicts=words.VERDICTS,
        found=found,
        runs=shapes.highlighted(draft, found),
        blocking=sum(one.blocks for one in found),
        files=files,
        held_up=sum(one.blocks for one in found) + sum(one["blocking"] for one in files),
        refused=refused,
        body=file_shapes.body(draft.body_markdown),
        aid=aid_shapes.table_of(draft, found),
        texts=queries.texts(db(), draft.id),
        reviews=rounds,
        passages=queries.passages(db(), draft.id, text_number=draft.text_number),
        paragraphs=diffing.paragraphs(draft.body_markdown),
        is_returned=returned,
        is_mine=draft.author_id == actor().staff_id,
        may_write=may_for(db(), actor(), roles.PUBLISH, draft),
        may_review=queries.waiting_steps(db(), draft, actor()),
        may_hurry=draft.author_id != actor().staff_id
        and may_for(db(), actor(), roles.REVIEW_FINAL, draft),
        late=queries.late_steps(db(), draft, actor()),
        local=clock.local,
        fault=fault,
    )
    return page, problems.status_of(fault) if fault else 422 if refused else 200


@pages.get("/<int:draft_id>/edit")
@entry.permission(roles.PUBLISH)
def edit(draft_id: int) -> ResponseReturnValue:
    draft = queries.get_draft(db(), draft_id, actor=actor())
    if draft.state != "draft":
        return redirect(f"/console/drafts/{draft_id}", 303)
    return draft_form(shapes.given_of(draft), draft=draft)


@pages.post("/<int:draft_id>")
@entry.permission(roles.PUBLISH)
def save(draft_id: int) -> ResponseReturnValue:
    draft = queries.get_draft(db(), draft_id, actor=actor())
    kept: dict[str, Any] = {"corrects": draft.corrects_id, "supersedes": draft.supersedes_id}
    try:
        service.save_draft(
            db(),
            draft_id=draft_id,
            wanted=shapes.read_form(**kept),
            version=shapes.version(),
            actor=actor(),
        )
    except SunshineError as fault:
        db().rollback()
        draft = queries.get_draft(db(), draft_id, actor=actor())
        return draft_form(dict(request.form.items()), draft=draft, fault=fault)
    return redirect(f"/console/drafts/{draft_id}", 303)


ACTS = "'submission', 'masking', 'call-back', 'discard', 'taking'"


@pages.post(f"/<int:draft_id>/<any({ACTS}):draft_act>")
@entry.permission(roles.PUBLISH)
def act(draft_id: int, draft_act: str) -> ResponseReturnValue:
    """Hand in, mask what was found, call back, give up, or take over."""
    queries.get_draft(db(), draft_id, actor=actor())
    try:
        if draft_act == "submission":
            service.submit(
                db(),
                draft_id=draft_id,
                version=shapes.version(),
                exception_reason=request.form.get("exception_reason", "").strip()[:300],
                actor=actor(),
            )
        elif draft_act == "masking":
            service.mask_findings(db(), draft_id=draft_id, version=shapes.version(), actor=actor())
        elif draft_act == "call-back":
            service.call_back(db(), draft_id=draft_id, actor=actor())
        elif draft_act == "discard":
            service.discard(db(), draft_id=draft_id, actor=actor())
        else:
            service.take_over(db(), draft_id=draft_id, actor=actor())
    except SunshineError as fault:
        db().rollback()
        return draft_page(queries.get_draft(db(), draft_id, actor=actor()), fault=fault)
    after = "/console/work" if draft_act == "discard" else f"/console/drafts/{draft_id}"
    return redirect(after, 303)


@pages.get("/<int:draft_id>/diff")
@entry.permission(*DESK)
def diff(draft_id: int) -> ResponseReturnValue:
    draft = queries.get_draft(db(), draft_id, actor=actor())
    old, new = request.args.get("from", ""), request.args.get("to", "")
    return render_template(
        "console/draft_diff.html", draft=draft, **comparison(draft, old=old, new=new)
    )


def comparison(draft: Draft, *, old: str = "", new: str = "now") -> dict[str, Any]:
    """Compare two texts of a draft, or the draft with the item it puts right."""
    texts = {one.number: one for one in queries.texts(db(), draft.id)}
    sides: dict[str, tuple[str, str]] = {
        str(number): (
            f"第 {number} 稿（{clock.local(one.kept_at):%m-%d %H:%M}）",
            _whole(one, one.files),
        )
        for number, one in texts.items()
    }
    files = queries.written_list(queries.draft_files(db(), draft.id))
    sides["now"] = ("现在的稿子", _whole(draft, files))
    if draft.corrects_id is not None:
        latest = queries.revisions(db(), draft.corrects_id)[0]
        files = queries.written_list(queries.item_files(db(), draft.corrects_id))
        sides["item"] = (f"已公开的第 {latest.number} 版", _whole(latest, files))
    new = new if new in sides else "now"
    before = "item" if "item" in sides else str(max(texts, default=1))
    old = old if old in sides else before if before in sides else new
    return {
        "sides": {key: name for key, (name, _text) in sides.items()},
        "old": old,
        "new": new,
        "rows": diffing.side_by_side(sides[old][1], sides[new][1]),
    }


def _whole(text: Any, files: str) -> str:
    """Write a text as it is compared; of an item its list does not change, and is left out."""
    parts = [text.title, text.body_markdown]
    if isinstance(text, Draft) and text.aid_list_id is not None:
        parts.append(aid.text_of(db(), text.aid_list_id))
    elif rows := getattr(text, "list_text", None):
        parts.append(rows)
    return "\n\n".join([*parts, files])
