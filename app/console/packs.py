"""Packs on devices, and what devices sent that does not fit: for a person to look at."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.console.visits import label
from app.households import words
from app.households.queries import register
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.places import queries as places
from app.visits import queries, service
from app.visits.errors import PackNotFound, ReasonWanted, StepRefused
from app.visits.models.logbook import WaitingMessage
from app.visits.models.packs import Pack
from app.visits.words import CATEGORIES, REASONS, SETTLED
from app.web import entry, forms, problems
from app.web.flask_app import actor, db

pages = Blueprint("console_packs", __name__, url_prefix="/console/visits")
pages.before_request(forms.protect)


@pages.get("/packs")
@entry.permission(roles.VISITS_LOG)
def list_packs() -> ResponseReturnValue:
    found = queries.packs_of(db(), actor().staff_id or 0)
    return render_template("console/packs.html", packs=[shape(pack) for pack in found])


def shape(pack: Pack) -> dict[str, object]:
    """Shape a pack as pages show it: its village, how many households, its times."""
    now = clock.now()
    return {
        "id": pack.id,
        "village": places.get(db(), pack.division_code).short_name,
        "households": pack.households,
        "prepared_at": clock.local(pack.prepared_at),
        "expires_at": clock.local(pack.expires_at),
        "contact_at": clock.local(pack.last_contact_at) if pack.last_contact_at else None,
        "stands": pack.revoked_at is None and now < pack.expires_at,
        "revoked": pack.revoked_at is not None,
        "told": pack.wiped_at is not None,
    }


@pages.post("/packs/<string:pack_id>/revocation")
@entry.permission(roles.VISITS_LOG)
def revoke(pack_id: str) -> ResponseReturnValue:
    try:
        number = UUID(pack_id)
    except ValueError as fault:
        raise PackNotFound from fault
    service.revoke_pack(db(), pack_id=number, actor=actor())
    return redirect("/console/visits/packs", 303)


@pages.get("/waiting/<string:division>/<int:message_id>")
@entry.traced
@entry.permission(roles.VISITS_LOG)
def compare(division: str, message_id: int) -> ResponseReturnValue:
    return _compare_page(division, message_id)


def _compare_page(
    division: str, message_id: int, *, fault: SunshineError | None = None, status: int = 200
) -> ResponseReturnValue:
    message, sent, other = service.compare(
        db(), message_id=message_id, division_code=division, actor=actor()
    )
    offered = service.choices_of(db(), message, actor())
    page = render_template(
        "console/waiting.html",
        message=message,
        sent=sent,
        other=queries.view(db(), other) if other else None,
        other_needs=queries.needs_of_visit(db(), other.id) if other else [],
        place=_place(message, offered),
        reasons=[REASONS[reason] for reason in message.reasons],
        choices=[(code, SETTLED[code]) for code in offered],
        settled=SETTLED.get(message.settled),
        received_at=clock.local(message.received_at),
        purposes=words.PURPOSES,
        categories=CATEGORIES,
        division=division,
        given=request.form,
        fault=fault,
    )
    return page, status


def _place(message: WaitingMessage, offered: tuple[str, ...]) -> dict[str, str]:
    """Name the household's place; where it is today only to those who may do something there."""
    if offered != ("dropped",):
        return label(register.get(db(), message.household_id))
    village = places.get(db(), message.division_code).short_name
    return {"village": village, "group": "", "number": ""}


@pages.post("/waiting/<string:division>/<int:message_id>")
@entry.permission(roles.VISITS_LOG)
def settle(division: str, message_id: int) -> ResponseReturnValue:
    try:
        service.settle(
            db(),
            message_id=message_id,
            division_code=division,
            decision=request.form.get("decision", ""),
            note=request.form.get("note", ""),
            actor=actor(),
        )
    except (ReasonWanted, StepRefused) as fault:
        db().rollback()
        return _compare_page(division, message_id, fault=fault, status=problems.status_of(fault))
    return redirect(f"/console/visits/waiting/{division}/{message_id}", 303)
