"""Villagers come to be bound: by WeChat and a proved phone at once, or by way of the clerk."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from werkzeug.test import TestResponse

from app.gateways.wechat.protocol import SignedInUser
from tests.console.conftest import shown
from tests.journeys.canary_world import World
from tests.journeys.leaks import Watch
from tests.journeys.planted import (
    ASKER,
    ASKER_PHONE,
    ID_NUMBER,
    NAME,
    OPENID,
    OTHER_PHONE,
    REFUSAL,
    TYPED,
)
from tests.portal.villager_browser import Villager

START = "/me/bindings/new"


def sign_in_by_wechat(villager: Villager) -> None:
    """Go to WeChat and come back with its code."""
    away = villager.get("/sign-in/wechat").headers["Location"]
    state = parse_qs(urlsplit(away).query)["state"][0]
    villager.wechat.users["c"] = SignedInUser(OPENID)
    back = villager.get(f"/sign-in/wechat/callback?code=c&state={state}")
    assert back.status_code in {302, 303}


def prove_phone(villager: Villager, phone: str) -> TestResponse:
    """Have a code sent to a phone and type it, after one that is wrong."""
    villager.send("/me/phone", shown_at="/me/phone", phone=f"{phone}0")
    villager.send("/me/phone", shown_at="/me/phone", phone=phone)
    code = villager.deliver()
    villager.send("/me/phone/code", shown_at="/me/phone/code", code=TYPED)
    return villager.send("/me/phone/code", shown_at="/me/phone/code", code=code)


def walk_in(world: World, villager: Villager) -> None:
    """Scan the plate, say “这是我家”, read the notice and accept it."""
    villager.get(f"/d/{world.plate}")
    assert villager.get(f"/d/{world.plate}/home").headers["Location"] == START
    page = villager.get(START).text
    version = page.partition('name="version" value="')[2].partition('"')[0]
    if version:  # it was not accepted before
        accepted = villager.send("/me/bindings/notice", shown_at=START, version=version)
        assert accepted.status_code == 303


def ask(villager: Villager, *, name: str, last_four: str) -> str:
    """Fill in the form, first with a second fact that is none; gives where the request stands."""
    fields = {"name": name, "kind": "member"}
    wrong = villager.send("/me/bindings", shown_at=START, **fields, last_four=TYPED)
    assert wrong.status_code == 422
    answer = villager.send("/me/bindings", shown_at=START, **fields, last_four=last_four)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def bind_head(world: World, watch: Watch) -> tuple[Villager, int]:
    """Bind the head, whose phone and second fact agree, at once: the browser, and the number."""
    watch.typed["villager POST /me/bindings"] = (NAME,)
    villager = world.villager(in_wechat=True)
    sign_in_by_wechat(villager)
    walk_in(world, villager)
    assert "手机" in villager.get(START).text
    assert prove_phone(villager, OTHER_PHONE).headers["Location"] == START
    where = ask(villager, name=NAME, last_four=ID_NUMBER[-4:])
    assert "绑定好了" in villager.get(where).text
    number = int(where.rpartition("/")[2])
    record = f"/me/household/{number}"
    assert NAME in villager.get(record).text
    shown_whole = villager.send(f"{record}/reveal", shown_at=record, person=str(world.head_id))
    assert ID_NUMBER in shown_whole.text
    for path in (record, f"{record}/accesses", f"{record}/people", f"{record}/rights", "/me/inbox"):
        assert villager.get(path).status_code == 200
    return villager, number


def by_the_clerk(world: World, watch: Watch, bound: int) -> None:
    """Ask with a phone that the register does not know: refused with a reason, then confirmed."""
    watch.may_read |= {"clerk": ("/console/bindings/",)}
    watch.typed["asker POST /me/bindings"] = (
        ASKER,
        NAME,
    )  # a form gives its writer back what was typed
    watch.typed["clerk POST /console/bindings/"] = (
        ASKER,
    )  # the request again, beside what is wrong with the form
    clerk = world.staff("clerk", visitor="clerk")
    asker = world.villager(visitor="asker")
    assert asker.sign_in_by_phone(ASKER_PHONE).status_code == 303
    walk_in(world, asker)
    refused = ask(asker, name=ASKER, last_four="0000")
    assert "已送村里核对" in asker.get(refused).text
    request = f"/console{refused.removeprefix('/me')}"
    assert ASKER in clerk.get(request).text
    clerk.get("/console/bindings")
    assert clerk.send(f"{request}/confirmation", person=NAME).status_code == 404
    assert clerk.send(f"{request}/refusal", reason=REFUSAL).status_code == 303
    watch.may_read["asker"] = (refused,)
    assert REFUSAL in asker.get(refused).text
    walk_in(world, asker)
    request = f"/console{ask(asker, name=NAME, last_four='0000').removeprefix('/me')}"
    for path in (f"/me/household/{bound}", f"/me/bindings/{bound}", "/me/household", "/me/inbox"):
        asker.get(path)
    assert clerk.send(f"{request}/confirmation", person=str(world.head_id)).status_code == 303
    world.do_all_work()
    assert shown(asker.get("/me/inbox"))
    for other in world.others:
        for path in (request, f"/me/household/{bound}", refused, "/console/bindings"):
            other.get(path)
        assert other.send(f"{request}/refusal", reason="x").status_code in {401, 403}
