"""The offline application: its shell, its pack, and what devices send once there is signal.

The shell is the same for everyone and says nothing of anybody: a device keeps it. What a pack
holds goes to the page once, as JSON, and is encrypted there before it is kept.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated
from uuid import UUID

from flask import Blueprint, Response, current_app, json, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.households import words
from app.identity import roles
from app.kernel import clock
from app.kernel.errors import Invalid, SunshineError
from app.places import queries as places
from app.places.schemas import Place
from app.visits import service
from app.visits.schemas import Message
from app.visits.words import CATEGORIES
from app.web import entry, forms, problems
from app.web.flask_app import actor, db, undo, visitor

STATIC = Path(__file__).parent.parent / "static"
SCRIPTS = [
    "main",
    "codes",
    "sealing",
    "store",
    "pack",
    "outbox",
    "opened",
    "preparing",
    "sending",
    "camera",
    "pages",
]
SHELL = (
    "console/console.css",
    "console/offline/offline.css",
    *(f"console/offline/{name}.js" for name in SCRIPTS),
)
pages = Blueprint("console_offline", __name__, url_prefix="/console/offline")
pages.before_request(forms.protect)


Group = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=100)]  # PostgreSQL can store it


class Taken(BaseModel):
    """What a device sends in one request."""

    model_config = ConfigDict(extra="forbid")

    messages: list[Message] = Field(max_length=service.MOST_MESSAGES)


class Wanted(BaseModel):
    """The groups a pack is to be made of."""

    model_config = ConfigDict(extra="forbid")

    village: str = Field(pattern=r"^\d{12}$")
    groups: list[Group] = Field(min_length=1, max_length=60)


@pages.get("/")
@entry.permission(roles.VISITS_LOG)
def shell() -> ResponseReturnValue:
    response = Response(_shell())
    response.headers["Cache-Control"] = "no-cache"
    # This page alone may use the camera, to read the codes of plates.
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
    return response


def _shell() -> str:
    return render_template("console/offline.html", purposes=words.PURPOSES, categories=CATEGORIES)


@pages.get("/sw.js")
@entry.permission(roles.VISITS_LOG)
def service_worker() -> ResponseReturnValue:
    """Give the service worker with the shell it keeps; another shell is another worker."""
    files = [url_for("static", filename=name) for name in SHELL]
    files += [
        url_for("bootstrap.static", filename="css/bootstrap.min.css"),
        url_for("console_offline.shell"),
    ]
    mark = hashlib.sha256((_content_mark() + _shell()).encode()).hexdigest()[:12]
    head = f"const MARK = {json.dumps(mark)};\nconst FILES = {json.dumps(files)};\n"
    script = (STATIC / "console" / "offline" / "sw.js").read_text("utf-8")
    response = Response(head + script, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def _content_mark() -> str:
    whole = hashlib.sha256()
    for name in (*SHELL, "console/offline/sw.js"):
        whole.update((STATIC / name).read_bytes())
    return whole.hexdigest()


@pages.get("/state")
@entry.traced
@entry.public
def state() -> ResponseReturnValue:
    """Tell a device how things stand: the time, whether to keep its pack, and who is signed in.

    Open to everyone, since a pack must hear that it is revoked also when its owner's session is
    over. Whoever knows a pack's 122 random bits learns whether it still stands, and nothing else.
    """
    told: dict[str, object] = {"now": clock.now().isoformat(), "signed_in": False}
    if "pack" in request.args:
        told["pack"] = service.contact(db(), pack_id=_pack_id(request.args["pack"]))
    who = visitor()
    if who is not None and who.may_somewhere(roles.VISITS_LOG):
        told |= {"signed_in": True, "secret": generate_csrf()}
    return told


def _pack_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)  # nobody's pack: to be wiped


@pages.get("/choices")
@entry.traced
@entry.permission(roles.VISITS_LOG)
def choices() -> ResponseReturnValue:
    """List the villages where the actor may log visits, or the groups of one of them."""
    village = request.args.get("village", "")
    if not village:
        return {"villages": [{"code": one.code, "name": one.short_name} for one in my_villages()]}
    found = service.groups(db(), division_code=village, actor=actor())
    return {
        "groups": [
            {"code": one.code, "name": one.name, "households": one.households} for one in found
        ]
    }


def my_villages() -> list[Place]:
    """List the villages in which the actor may log visits somewhere."""
    prefixes = actor().prefixes(roles.VISITS_LOG)
    return [
        one
        for one in places.villages(db(), current_app.config["COUNTY_CODE"])
        if any(one.code.startswith(prefix) or prefix.startswith(one.code) for prefix in prefixes)
    ]


@pages.post("/packs")
@entry.permission(roles.VISITS_LOG)
def prepare() -> ResponseReturnValue:
    try:
        wanted = Wanted.model_validate(request.get_json(silent=True))
        pack = service.prepare_pack(
            db(), division_code=wanted.village, group_codes=wanted.groups, actor=actor()
        )
    except (ValidationError, SunshineError) as fault:
        refusal = fault if isinstance(fault, SunshineError) else Invalid("请选择村和组。")
        undo(refusal)
        return {"sentence": refusal.sentence}, problems.status_of(refusal)
    return {
        "id": str(pack.id),
        "village": pack.village,
        "prepared_at": pack.prepared_at.isoformat(),
        "expires_at": pack.expires_at.isoformat(),
        "server_key": pack.server_key,
        "households": [
            {
                "id": one.id,
                "group": one.group,
                "number": one.number,
                "address": one.address,
                "plate": one.plate,
                "minors": one.minors,
                "persons": [
                    {
                        "id": person.id,
                        "name": person.name,
                        "relation": person.relation,
                        "tags": list(person.tags),
                    }
                    for person in one.persons
                ],
            }
            for one in pack.households
        ],
    }


@pages.post("/messages")
@entry.permission(roles.VISITS_LOG)
def receive() -> ResponseReturnValue:
    try:
        taken = Taken.model_validate(request.get_json(silent=True))
    except ValidationError as fault:
        raise Invalid from fault
    results = service.receive(db(), messages=taken.messages, actor=actor())
    return {
        "results": [
            {
                "id": str(one.id),
                "revision": str(one.revision),
                "result": one.result,
                "sentence": one.sentence,
            }
            for one in results
        ]
    }
