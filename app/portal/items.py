"""An item, and what it said before it was corrected."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from app.attachments import words
from app.disclosure import queries as disclosure
from app.disclosure.errors import ItemNotFound
from app.disclosure.models import Item
from app.organisations import queries as organisations
from app.places import queries as places
from app.portal import aid_shapes, shapes
from app.web import caching, entry
from app.web.flask_app import db

pages = Blueprint("items", __name__)


@pages.get("/items/<int:item_id>")
@entry.public
def item(item_id: int) -> ResponseReturnValue:
    found = disclosure.get_item(db(), item_id)
    caching.share(found.division_code)
    return render_template(
        "portal/item.html",
        item={
            **_heading(found),
            **_corrections(found),
            "body_html": found.body_html,
            "files": [words.shown(one) for one in disclosure.item_files(db(), item_id)],
            "publisher": _publisher(found),
            "urgent": found.urgent_until_reviewed,
            "superseded_url": f"/items/{found.superseded_by_id}" if found.superseded_by_id else "",
            "shown_until": shapes.date_words(found.expires_on),
        },
        aid=aid_shapes.on_item(db(), found),
        canonical=f"{current_app.config['BASE_URL']}/items/{item_id}",
    )


@pages.get("/items/<int:item_id>/revisions/<int:number>")
@entry.public
def revision(item_id: int, number: int) -> ResponseReturnValue:
    found = disclosure.get_item(db(), item_id)
    texts = {text.number: text for text in disclosure.revisions(db(), item_id)}
    if number not in texts or number == found.revision:
        raise ItemNotFound
    text, follower = texts[number], texts.get(number + 1)
    caching.share(found.division_code)
    return render_template(
        "portal/revision.html",
        revision={
            "number": number,
            "title": text.title,
            "body_html": text.body_html,
            "place_name": places.get(db(), found.division_code).short_name,
            "on": shapes.day(text.created_at),
            "replaced_on": shapes.day(follower.created_at) if follower else None,
            "current_url": f"/items/{item_id}",
        },
        canonical=f"{current_app.config['BASE_URL']}/items/{item_id}",
    )


def _heading(found: Item) -> dict[str, Any]:
    place = places.get(db(), found.division_code)
    return {
        "id": found.id,
        "title": found.title,
        "topic_code": found.topic_code,
        "topic_name": disclosure.get_topic(db(), found.topic_code).name,
        "place_name": place.short_name,
        "place_url": f"/v/{place.code}" if len(place.code) == 12 else "/",
        **shapes.dated(found.published_at),
    }


def _publisher(found: Item) -> dict[str, str]:
    """Say who published an item: its office, or the place itself where none was named."""
    if found.organisation_id is None:
        return {"name": places.get(db(), found.division_code).short_name, "phone": "", "hours": ""}
    publisher = organisations.get(db(), found.organisation_id)
    return {"name": publisher.name, "phone": publisher.phone, "hours": publisher.hours}


def _corrections(found: Item) -> dict[str, Any]:
    if found.revision == 1:
        return {"revision": 1, "corrected_on": None, "note": None, "earlier": []}
    current, *earlier = disclosure.revisions(db(), found.id)
    return {
        "revision": current.number,
        "corrected_on": shapes.day(current.created_at),
        "corrected_iso": shapes.iso(current.created_at),
        "note": current.note,
        "earlier": [
            {
                "number": text.number,
                "url": f"/items/{found.id}/revisions/{text.number}",
                "on": shapes.day(text.created_at),
            }
            for text in earlier
        ],
    }
