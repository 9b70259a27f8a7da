"""What was published: putting it right, taking its place, withdrawing it, and what has ended."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.attachments.words import shown
from app.console import draft_shapes as shapes
from app.console.listing import Listing
from app.disclosure import queries, service, words
from app.disclosure.errors import AlreadyWithdrawn, ReasonWanted
from app.disclosure.models import Item
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.web import csv_files, entry, forms, problems
from app.web.flask_app import actor, db

STATES = {
    "standing": "在公开",
    "urgent": "紧急发布、待补审",
    "withdrawn": "已撤下",
    "expired": "公示期满",
    "superseded": "已被代替",
}
ENDED = ("withdrawn", "expired", "superseded")
ENDED_SORTS = {"ended": "最近结束在前", "title": "按标题", "place": "按地方"}
pages = Blueprint("console_items", __name__, url_prefix="/console/items")
pages.before_request(forms.protect)


@pages.get("/", strict_slashes=False)
@entry.permission(roles.PUBLISH)
def show_all() -> ResponseReturnValue:
    listing = Listing.read(("state", "place", "q", "sort"))
    found = queries.published(
        db(), actor=actor(), wanted=listing.wanted, offset=listing.offset, limit=listing.limit
    )
    if listing.as_csv:
        headings = ("编号", "标题", "地方", "公开单位", "发布", "版次", "最后一天", "结束", "原因")
        rows = [
            (
                one.id,
                one.title,
                one.place,
                one.office or "",
                clock.local(one.published_at).strftime("%Y-%m-%d"),
                one.revision,
                one.expires_on or "",
                words.ENDINGS.get(one.ended_as or "", ""),
                one.reason or "",
            )
            for one in found
        ]
        return csv_files.answer(headings, rows, name="items.csv")
    return render_template(
        "console/items.html",
        items=found,
        listing=listing,
        states=STATES,
        sorts={**words.SORTS, "newest": "最近发布在前", "oldest": "最早发布在前"},
        endings=words.ENDINGS,
        local=clock.local,
    )


@pages.get("/ended")
@entry.permission(roles.PUBLISH)
def show_ended() -> ResponseReturnValue:
    listing = Listing.read(("state", "place", "q", "sort"))
    state = listing.wanted.get("state", "")
    found = queries.published(
        db(),
        actor=actor(),
        wanted={
            "sort": "ended",
            **listing.wanted,
            "state": state if state in ENDED else "ended",
        },
        offset=listing.offset,
        limit=listing.limit,
    )
    if listing.as_csv:
        return _ended_file(found)
    return render_template(
        "console/items_ended.html",
        items=found,
        listing=listing,
        states={state: STATES[state] for state in ENDED},
        sorts=ENDED_SORTS,
        how=_how,
        local=clock.local,
    )


def _ended_file(found: Sequence[queries.PublishedRow]) -> Response:
    headings = (
        *("编号", "标题", "地方", "公开单位", "发布", "怎样结束", "结束时间"),
        *("原因", "代替它的编号"),
    )
    rows = (
        (
            *(one.id, one.title, one.place, one.office or ""),
            clock.local(one.published_at).strftime("%Y-%m-%d"),
            _how(one),
            clock.local(one.ended_at).strftime("%Y-%m-%d %H:%M") if one.ended_at else "",
            *(one.reason or "", one.superseded_by or ""),
        )
        for one in found
    )
    return csv_files.answer(headings, rows, name="items-ended.csv")


def _how(one: queries.PublishedRow) -> str:
    return words.ENDINGS.get(one.ended_as or "", STATES["superseded"])


@pages.get("/<int:item_id>")
@entry.permission(roles.PUBLISH)
def show(item_id: int) -> ResponseReturnValue:
    return _page(queries.kept_item(db(), item_id, actor=actor()))


def _page(item: Item, *, fault: SunshineError | None = None) -> ResponseReturnValue:
    page = render_template(
        "console/item.html",
        item=item,
        endings=words.ENDINGS,
        revisions=queries.revisions(db(), item.id),
        files=[shown(one) for one in queries.item_files(db(), item.id, also_withdrawn=True)],
        local=clock.local,
        given=request.form,
        fault=fault,
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/<int:item_id>/withdrawal")
@entry.permission(roles.PUBLISH)
def withdraw(item_id: int) -> ResponseReturnValue:
    item = queries.kept_item(db(), item_id, actor=actor())
    reason = request.form.get("reason", "").strip()
    try:
        if not 2 <= len(reason) <= 300:
            raise ReasonWanted
        service.withdraw_item(db(), item_id=item_id, reason=reason, actor=actor())
    except SunshineError as fault:
        db().rollback()
        return _page(item, fault=fault)
    return redirect(f"/console/items/{item_id}", 303)


@pages.get("/<int:item_id>/<any('correction', 'successor'):follower>")
@entry.permission(roles.PUBLISH)
def follow(item_id: int, follower: str) -> ResponseReturnValue:
    item = queries.kept_item(db(), item_id, actor=actor())
    if item.withdrawn_at is not None:
        raise AlreadyWithdrawn
    return _form(item, follower, shapes.given_of_item(item))


def _form(
    item: Item, follower: str, given: dict[str, str], *, fault: SunshineError | None = None
) -> ResponseReturnValue:
    page = render_template(
        "console/draft_form.html",
        given=given,
        draft=None,
        item=item,
        action=f"/console/items/{item.id}/{follower}",
        fixed=follower == "correction",
        purpose=follower,
        today=clock.today(),
        fault=fault,
        **shapes.choices(given.get("division_code", ""), given.get("organisation_id", "")),
    )
    return page, problems.status_of(fault) if fault else 200


@pages.post("/<int:item_id>/<any('correction', 'successor'):follower>")
@entry.permission(roles.PUBLISH)
def begin(item_id: int, follower: str) -> ResponseReturnValue:
    item = queries.kept_item(db(), item_id, actor=actor())
    named = "corrects" if follower == "correction" else "supersedes"
    try:
        draft = service.create_draft(
            db(), wanted=shapes.read_form(**{named: item_id}), actor=actor()
        )
    except SunshineError as fault:
        db().rollback()
        return _form(item, follower, dict(request.form.items()), fault=fault)
    return redirect(f"/console/drafts/{draft.id}", 303)
