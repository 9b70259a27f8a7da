"""Calendar feeds: whoever knows an address subscribes to the duties of an office or a place."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from app.catalogue import ics, queries
from app.kernel import clock
from app.organisations import queries as organisations
from app.places import queries as places
from app.web import entry
from app.web.flask_app import db

pages = Blueprint("portal_calendars", __name__, url_prefix="/calendar")


@pages.get("/<string:token>.ics")
@entry.public
def feed(token: str) -> ResponseReturnValue:
    found = queries.find_feed(db(), token)
    place = places.get(db(), places.resolve(db(), found.division_code))
    name = place.short_name
    if found.organisation_id is not None:
        name = organisations.get(db(), found.organisation_id).name
    rows = queries.of_feed(db(), reach=((place.code, found.organisation_id),), on=clock.today())
    calendar = ics.write(
        rows, name=f"公开期限 {name}", site=current_app.config["BASE_URL"], moment=clock.now()
    )
    answer = Response(calendar, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
