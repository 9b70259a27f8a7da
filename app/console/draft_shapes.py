"""What pages of the editorial desk show of drafts, and read from their forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request
from pydantic import ValidationError

from app.catalogue import queries as catalogue
from app.disclosure import gate, queries
from app.disclosure.errors import BadDraft
from app.disclosure.models import Draft, Item
from app.disclosure.schemas import DraftIn
from app.identity import roles
from app.kernel import clock
from app.organisations import queries as organisations
from app.places import queries as places
from app.web.flask_app import actor, db

NAMES = {
    "division_code": "地方",
    "topic": "栏目",
    "organisation_id": "公开单位",
    "catalogue_entry_id": "目录事项",
    "title": "标题（1 到 120 个字）",
    "body_markdown": "正文（1 到 10 万字）",
    "note": "更正说明（最多 300 个字）",
    "formed_on": "信息形成的日期",
    "expires_on": "公示的最后一天",
    "publish_at": "定时发布的时间",
}


def choices(division_code: str = "", organisation_id: str = "") -> dict[str, Any]:
    """Give what a draft's form may choose from: places, offices and topics of this person.

    Entries of the catalogue are those of a place, once it is known.
    """
    prefixes = actor().prefixes(roles.PUBLISH)
    held = actor().held(roles.PUBLISH)
    reach = sorted({grant.division_prefix for grant in held} or {""})
    here = places.choices(db(), reach)
    division = division_code or (here[0].code if len(here) == 1 else "")
    office = int(organisation_id) if organisation_id.isdecimal() else None
    return {
        "places": here,
        "entries": catalogue.entries_for(db(), division, office) if division else [],
        "offices": organisations.speaking_for(
            db(),
            prefixes=prefixes,
            organisation_ids=[one.organisation_id for one in held if one.organisation_id],
        ),
        "needs_office": bool(held) and all(one.organisation_id for one in held),
        "topics": queries.topics(db()),
    }


def read_form(*, corrects: int | None = None, supersedes: int | None = None) -> DraftIn:
    """Read a draft's form; raises `BadDraft` naming the fields that do not fit."""
    given: dict[str, Any] = {
        name: text for name in NAMES if (text := request.form.get(name, "").strip())
    }
    if "body_markdown" in given:
        given["body_markdown"] = request.form["body_markdown"].replace("\r\n", "\n")
    given["corrects_id"], given["supersedes_id"] = corrects, supersedes
    try:
        if moment := given.get("publish_at"):
            given["publish_at"] = datetime.fromisoformat(moment).replace(tzinfo=clock.SHANGHAI)
        return DraftIn.model_validate(given)
    except ValidationError as fault:
        wrong = {str(one["loc"][0]) for one in fault.errors() if one["loc"]}
    except ValueError:
        wrong = {"publish_at"}
    named = "、".join(label for name, label in NAMES.items() if name in wrong)
    raise BadDraft(f"请检查：{named or '填写的内容'}。")


def version() -> int:
    """Read the version a form was written over; 0, which none has, where it is no number."""
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def given_of(draft: Draft) -> dict[str, str]:
    """Give a draft as its form is filled in."""
    moment = draft.publish_at and clock.local(draft.publish_at)
    return {
        "division_code": draft.division_code,
        "topic": draft.topic_code,
        "organisation_id": str(draft.organisation_id or ""),
        "catalogue_entry_id": str(draft.catalogue_entry_id or ""),
        "title": draft.title,
        "body_markdown": draft.body_markdown,
        "note": draft.note,
        "formed_on": str(draft.formed_on or ""),
        "expires_on": str(draft.expires_on or ""),
        "publish_at": moment.strftime("%Y-%m-%dT%H:%M") if moment else "",
    }


def given_of_item(item: Item) -> dict[str, str]:
    """Give a published item as the form of its correction, or of what follows it, begins."""
    latest = queries.revisions(db(), item.id)[0]
    return {
        "division_code": item.division_code,
        "topic": item.topic_code,
        "organisation_id": str(item.organisation_id or ""),
        "catalogue_entry_id": str(item.catalogue_entry_id or ""),
        "title": item.title,
        "body_markdown": latest.body_markdown,
        "expires_on": str(item.expires_on or ""),
    }


def highlighted(draft: Draft, found: list[gate.Found]) -> list[dict[str, Any]]:
    """Cut a draft's text where findings begin and end: runs of text, some with what was found."""
    text, at = gate.text_of(db(), draft), 0
    runs: list[dict[str, Any]] = []
    for number, one in enumerate(found, start=1):
        start, end = max(one.finding.start, at), one.finding.end
        if start >= end:
            continue
        if start > at:
            runs.append({"text": text[at:start]})
        runs.append({"text": text[start:end], "found": one, "number": number})
        at = end
    if at < len(text):
        runs.append({"text": text[at:]})
    return runs
