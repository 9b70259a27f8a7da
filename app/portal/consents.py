"""What a villager said yes to, and what rests on law."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.households import privacy, words
from app.households.binding_errors import ConfirmationWanted, DetailRefused
from app.households.queries import bindings
from app.households.queries import consents as queries
from app.households.service import consents
from app.kernel import clock
from app.kernel.errors import SunshineError
from app.portal import shapes
from app.web import entry, forms, problems
from app.web.flask_app import db, villager

pages = Blueprint("consents", __name__, url_prefix="/me/consents")
pages.before_request(forms.protect)


@pages.get("")
@entry.villager
def show() -> ResponseReturnValue:
    return _page()


def _page(problem: SunshineError | None = None) -> tuple[str, int]:
    own = villager().account_id
    given = queries.given(db(), own)
    details = queries.own_details(db(), villager())
    page = render_template(
        "portal/consents.html",
        purposes=[
            {
                "code": one.code,
                "name": one.name,
                "what_for": one.what_for,
                "field": one.field,
                "label": one.label,
                "value": details.get(one.field, ""),
                "since": shapes.day(given[one.code].given_at) if one.code in given else None,
            }
            for one in privacy.PURPOSES.values()
        ],
        grounds=privacy.GROUNDS,
        history=[
            {
                "name": privacy.PURPOSES[one.purpose].name,
                "given": words.moment(one.given_at),
                "withdrawn": words.moment(one.withdrawn_at) if one.withdrawn_at else None,
            }
            for one in queries.history(db(), own)
            if one.purpose in privacy.PURPOSES
        ],
        notice=privacy.notice_on(clock.today()),
        accepted=[
            {"version": one.version, "on": shapes.day(one.accepted_at)}
            for one in bindings.acceptances(db(), own)
        ],
        problem=problem.sentence if problem else None,
    )
    return page, problems.status_of(problem) if problem else 200


@pages.post("/<string:purpose>/give")
@entry.villager
def give(purpose: str) -> ResponseReturnValue:
    value = request.form.get("value", "")[:200]
    try:
        consents.give(db(), villager=villager(), purpose=purpose, value=value)
    except (ConfirmationWanted, DetailRefused) as problem:
        return _page(problem)
    return redirect(f"/me/consents#{purpose}", 303)


@pages.post("/<string:purpose>/withdraw")
@entry.villager
def withdraw(purpose: str) -> ResponseReturnValue:
    consents.withdraw(db(), villager=villager(), purpose=purpose)
    return redirect(f"/me/consents#{purpose}", 303)
