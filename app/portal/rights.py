"""A villager's copy of their own data, made on the spot and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.doorplates.sheets.fonts import default_fonts
from app.households import copies, privacy
from app.households.binding_errors import ConfirmationWanted
from app.households.copies import Copy, Entry, Record, Section
from app.households.queries import bindings as queries
from app.households.service import own_records, rights
from app.kernel.errors import Invalid
from app.portal.my_household import ask_who
from app.visits import terms as visit_terms
from app.visits import words as visit_words
from app.visits.queries import needs
from app.visits.schemas import NeedView
from app.web import entry, forms, throttle
from app.web.flask_app import db, villager

pages = Blueprint("rights", __name__, url_prefix="/me/household")
pages.before_request(forms.protect)
pages.register_error_handler(ConfirmationWanted, ask_who)
COPIES_PER_MINUTE = 3
KINDS = {"json": "application/json; charset=utf-8", "pdf": "application/pdf"}


@pages.get("/<int:binding_id>/rights")
@entry.traced
@entry.villager
def show(binding_id: int) -> ResponseReturnValue:
    own = own_records.require(db(), villager=villager(), binding_id=binding_id)
    return render_template(
        "portal/rights.html",
        binding=own.binding,
        may_copy=bool(own.own),
        grounds=privacy.GROUNDS,
        terms=privacy.TERMS,
        visits=visit_terms.TERMS,
    )


@pages.post("/<int:binding_id>/copy")
@entry.villager
def download(binding_id: int) -> ResponseReturnValue:
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        raise Invalid("请选一种格式：PDF 或者 JSON。")
    throttle.of(current_app).count("copy", str(villager().account_id), per_minute=COPIES_PER_MINUTE)
    copy = rights.copy_own(db(), villager=villager(), binding_id=binding_id)
    copy = _with_needs(db(), copy, binding_id)
    body = (
        copies.as_json(copy)
        if kind == "json"
        else copies.as_pdf(copy, title="我的信息", fonts=default_fonts())
    )
    response = Response(body, content_type=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="my-data.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _with_needs(session: Session, copy: Copy, binding_id: int) -> Copy:
    """Add what the household asked for on home visits, which a higher domain keeps."""
    binding = queries.own(session, villager().account_id, binding_id)
    found = needs.needs_for_household(session, binding.household_id or 0, limit=500)
    section = Section("needs", "诉求", tuple(_needs(found)))
    return replace(copy, sections=(*copy.sections, section))


def _needs(found: list[NeedView]) -> Iterator[Record]:
    for one in found:
        yield (
            Entry("category", "类别", visit_words.CATEGORIES.get(one.category, one.category)),
            Entry("text", "内容", one.text),
            Entry("state", "状态", visit_words.STATES.get(one.state, one.state)),
            copies.at("asked_at", "记下", one.created_at),
            *(
                Entry(f"step_{place}", visit_words.EVENTS.get(step.act, step.act), step.note)
                for place, step in enumerate(one.events, start=1)
            ),
        )
