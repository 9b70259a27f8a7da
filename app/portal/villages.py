"""The village's page, its topics and its notice board."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.disclosure import queries as disclosure
from app.doorplates import symbol
from app.kernel import clock
from app.places import queries as places
from app.places.errors import DivisionNotFound
from app.places.schemas import Place
from app.portal import aid_shapes, fund_shapes, shapes
from app.web import caching, entry, paging
from app.web.flask_app import db

pages = Blueprint("villages", __name__)
BOARD_ITEMS = 5


@pages.get("/v/<string:code>")
@entry.public
def village(code: str) -> ResponseReturnValue:
    today = places.resolve(db(), code)
    if today != code:
        return redirect(f"/v/{today}", 301)
    lineage = village_lineage(code)
    caching.share(code)
    return render_village(lineage)


def village_lineage(code: str) -> list[Place]:
    """Give county, township and village; raises `DivisionNotFound` for any other division."""
    lineage = places.lineage(db(), code)
    if len(code) != 12:
        raise DivisionNotFound
    return lineage


def render_village(
    lineage: list[Place], *, plate: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """Write the page that a village's address and every plate of it show."""
    code = lineage[2].code
    codes = [place.code for place in lineage[:3]]
    before = paging.decode(request.args.get("cursor"))
    topics = disclosure.topics(db())
    feed = disclosure.feed(db(), codes=codes, before=before)
    return render_template(
        "portal/village.html",
        place=shapes.place_of(lineage),
        tiles=shapes.tiles(db(), codes=codes, topics=topics),
        feed=shapes.feed_rows(
            feed.rows,
            topics={topic.code: topic.name for topic in topics},
            places={place.code: place for place in lineage},
        ),
        topics=topics,
        next_url=f"/v/{code}?cursor={paging.encode(*feed.next)}" if feed.next else None,
        newer=before is not None,
        responsible=shapes.responsible(db(), code),
        hotlines=shapes.hotlines(db(), codes),
        fund=fund_shapes.newest(db(), code),
        aid_lists=aid_shapes.standing(db(), code) if before is None else [],
        plate=plate,
        board_url=f"/v/{code}/board",
        canonical=f"{current_app.config['BASE_URL']}/v/{code}",
    )


@pages.get("/v/<string:code>/topics/<string:topic>")
@entry.public
def topic(code: str, topic: str) -> ResponseReturnValue:
    today = places.resolve(db(), code)
    if today != code:
        return redirect(f"/v/{today}/topics/{topic}", 301)
    lineage = village_lineage(code)
    subject = disclosure.get_topic(db(), topic)
    before = paging.decode(request.args.get("cursor"))
    feed = disclosure.feed(
        db(), codes=[place.code for place in lineage], topic=subject.code, before=before
    )
    path = f"/v/{code}/topics/{subject.code}"
    caching.share(code)
    return render_template(
        "portal/topic.html",
        place=shapes.place_of(lineage),
        topic=subject,
        feed=shapes.feed_rows(
            feed.rows,
            topics={subject.code: subject.name},
            places={place.code: place for place in lineage},
        ),
        next_url=f"{path}?cursor={paging.encode(*feed.next)}" if feed.next else None,
        newer=before is not None,
        canonical=f"{current_app.config['BASE_URL']}{path}",
    )


@pages.get("/v/<string:code>/board")
@entry.public
def board(code: str) -> ResponseReturnValue:
    today = places.resolve(db(), code)
    if today != code:
        return redirect(f"/v/{today}/board", 301)
    lineage = village_lineage(code)
    address = f"{current_app.config['BASE_URL']}/v/{code}"
    topics = {topic.code: topic.name for topic in disclosure.topics(db())}
    items = disclosure.latest_whole(db(), codes=[code], limit=BOARD_ITEMS)
    return render_template(
        "portal/board.html",
        place=shapes.place_of(lineage),
        items=[
            {
                "title": item.title,
                "topic_name": topics[item.topic_code],
                "publisher": lineage[2].short_name,
                "body_html": item.body_html,
                **shapes.dated(item.published_at),
            }
            for item in items
        ],
        qr_svg=symbol.svg(address),
        printed_on=shapes.day(clock.now()),
        canonical=address,
    )
