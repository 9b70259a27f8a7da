"""The county's page, and the one preference a reader may leave."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.disclosure import queries as disclosure
from app.kernel.errors import NotFound
from app.places import queries as places
from app.places.errors import DivisionNotFound
from app.places.models import Level
from app.portal import shapes
from app.web import addresses, caching, entry, paging
from app.web.flask_app import db

pages = Blueprint("home", __name__)
A_YEAR = 365 * 24 * 3600


class NothingHereYet(NotFound):
    code = "nothing_here_yet"
    sentence = "这里还没有导入区划，请管理员先导入。"


@pages.get("/")
@entry.public
def home() -> ResponseReturnValue:
    county_code = current_app.config["COUNTY_CODE"]
    try:
        county = places.get(db(), county_code)
    except DivisionNotFound as error:
        raise NothingHereYet from error
    before = paging.decode(request.args.get("cursor"))
    feed = disclosure.feed(db(), codes=[county_code], before=before)
    villages = defaultdict(list)
    for village in places.villages(db(), county_code):
        villages[village.parent_code].append(village)
    caching.share(county_code)
    return render_template(
        "portal/home.html",
        feed=shapes.feed_rows(
            feed.rows,
            topics={topic.code: topic.name for topic in disclosure.topics(db())},
            places={county.code: county},
        ),
        next_url=f"/?cursor={paging.encode(*feed.next)}" if feed.next else None,
        newer=before is not None,
        townships=[
            {"code": one.code, "name": one.short_name, "villages": villages[one.code]}
            for one in places.children(db(), county_code)
            if one.level == Level.TOWNSHIP
        ],
        hotlines=shapes.hotlines(db(), [county_code]),
        canonical=f"{current_app.config['BASE_URL']}/",
    )


@pages.post("/preferences")
@entry.public
def choose_mode() -> ResponseReturnValue:
    response = redirect(addresses.own(request.form.get("next", "/")), 303)
    if request.form.get("mode") == "elder":
        response.set_cookie(
            "mode",
            "elder",
            max_age=A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    else:
        response.delete_cookie("mode", httponly=True, samesite="Lax", secure=request.is_secure)
    return response


@pages.get("/robots.txt")
@entry.public
def robots() -> ResponseReturnValue:
    demo = current_app.config["DEMO"]
    rules = "Disallow: /" if demo else "Disallow: /d/\nDisallow: /console/\nDisallow: /api/"
    return Response(f"User-agent: *\n{rules}\n", mimetype="text/plain")
