"""Every route says who may enter; only a few named ones let strangers write."""

from __future__ import annotations

import pytest

from app.web import caching, entry
from app.web.flask_app import SunshineApp

STRANGERS_MAY_POST = {
    "/preferences",
    "/items/<int:item_id>/objection",
    "/d/<string:code>/report",
    "/console/sign-in",
    "/console/sign-out",
    "/api/v1/tokens",
    "/api/v1/doorplates/<string:code>/reports",
    "/sign-in/phone",
    "/sign-in/code",
    "/sign-out",
    "/api/v1/villagers/sessions",
}


CHOSEN = {
    "act": "damage",
    "draft_act": "submission",
    "follower": "correction",
    "kind": "plates.pdf",
    "change": "officer",
    "grave_change": "split",
    "pack_id": "00000000-0000-4000-8000-000000000001",
}
"""What stands in an address that takes one of a few words."""


def test_every_route_declares_who_may_enter(app: SunshineApp) -> None:
    rules = list(app.url_map.iter_rules())
    assert len(rules) > 40
    silent = [rule.rule for rule in rules if not entry.declared(app.view_functions[rule.endpoint])]
    assert silent == []


def test_only_named_routes_let_strangers_write(app: SunshineApp) -> None:
    open_to_all = set()
    for rule in app.url_map.iter_rules():
        declared = entry.declared(app.view_functions[rule.endpoint])
        writes = (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        if writes and declared and not (declared.staff_only or declared.villager_only):
            open_to_all.add(rule.rule)
    assert open_to_all == STRANGERS_MAY_POST


def test_the_console_is_for_staff(app: SunshineApp) -> None:
    public = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/console")
        and (declared := entry.declared(app.view_functions[rule.endpoint]))
        and not declared.staff_only
    }
    assert public == {
        # A device asks for the state of its pack also when its owner's session is over.
        "/console/offline/state",
        "/console/sign-in",
        "/console/sign-in/wechat",
        "/console/sign-in/wechat/back",
        "/console/sign-out",
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_staff_route_lets_a_stranger_in(app: SunshineApp, method: str) -> None:
    client = app.test_client()
    asked = 0
    for rule in app.url_map.iter_rules():
        declared = entry.declared(app.view_functions[rule.endpoint])
        if declared and declared.staff_only and method in (rule.methods or ()):
            values = dict.fromkeys(rule.arguments, "1") | CHOSEN
            with app.test_request_context():
                address = app.url_map.bind("").build(
                    rule.endpoint, {key: values[key] for key in rule.arguments}, method=method
                )
            expected = {401, 409} if rule.rule.startswith("/console") else {401}
            assert client.open(address, method=method).status_code in expected
            asked += 1
    assert asked > 5


def test_the_cache_knows_every_parameter_a_public_call_reads(app: SunshineApp) -> None:
    description = app.test_client().get("/api/v1/openapi.json").get_json()
    read = {
        parameter["name"]
        for calls in description["paths"].values()
        for parameter in calls.get("get", {}).get("parameters", ())
        if parameter["in"] == "query" and not calls["get"].get("security")
    }
    assert read
    # The search by name alone is not shared: its answers are as many as people's ideas.
    assert read - {"name"} <= caching.PARAMETERS
