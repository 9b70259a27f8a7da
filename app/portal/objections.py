"""我有异议: a form beside a public list, for everybody, without a name and without a script."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.aid import queries as aid
from app.aid import service
from app.aid.errors import ListNotFound, ObjectionPeriodOver
from app.aid.models import AidList
from app.aid.schemas import Period
from app.disclosure import queries as disclosure
from app.disclosure import service as disclosing
from app.disclosure.models import Item
from app.kernel.errors import Invalid, TooMany
from app.places import queries as places
from app.portal import aid_shapes
from app.web import entry, forms, problems, throttle
from app.web.flask_app import db

OBJECTIONS_PER_MINUTE = 10

pages = Blueprint("objections", __name__, url_prefix="/items/<int:item_id>/objection")
pages.before_request(forms.protect)


def _list_of(item_id: int) -> tuple[Item, AidList]:
    """Give an item that stands and its list; raises as the item's page does, or `ListNotFound`."""
    item = disclosure.get_item(db(), item_id)
    if item.aid_list_id is None or not disclosing.rows_are_shown(item):
        raise ListNotFound
    return item, aid.get(db(), item.aid_list_id)


@pages.get("")
@entry.public
def form(item_id: int) -> ResponseReturnValue:
    return _page(item_id)


def _page(item_id: int, fault: Invalid | TooMany | None = None) -> tuple[str, int]:
    item, listed = _list_of(item_id)
    if not service.is_open(listed):
        raise ObjectionPeriodOver
    page = render_template(
        "portal/objection.html",
        item=item,
        **_facts(item, listed),
        given=request.form,
        problem=fault.sentence if fault else None,
    )
    return page, problems.status_of(fault) if fault else 200


def _facts(item: Item, listed: AidList) -> dict[str, object]:
    kind = aid.kind_of(db(), listed)
    return {
        "place_name": places.get(db(), item.division_code).short_name,
        "name": f"{kind.name} {Period.parse(listed.period).chinese}",
        "until": aid_shapes.short_day(listed.objections_until),
        "days": aid_shapes.days_left(listed.objections_until),
        "answer_days": kind.answer_days,
    }


@pages.post("")
@entry.public
def send(item_id: int) -> ResponseReturnValue:
    _item, listed = _list_of(item_id)
    try:
        throttle.of(current_app).count(
            "objection", request.remote_addr or "", per_minute=OBJECTIONS_PER_MINUTE
        )
        service.object_to(db(), listed.id, text=request.form.get("text", "")[:2000])
    except (Invalid, TooMany) as fault:
        db().rollback()
        return _page(item_id, fault)
    return redirect(f"/items/{item_id}/objection/thanks", 303)


@pages.get("/thanks")
@entry.public
def thanks(item_id: int) -> ResponseReturnValue:
    item, listed = _list_of(item_id)
    return render_template("portal/objection_thanks.html", item=item, **_facts(item, listed))
