"""The calls of WeChat's interface, each as a function of the world, a query and a body."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.wechat_simulator.world import Person, Refusal, World

Query = Mapping[str, str]
Call = Callable[[World, Query, bytes], dict[str, Any]]
STATE = re.compile(r"[0-9A-Za-z]{0,128}")
PERSON = re.compile(r"Person/(\w+)")


def authorize(world: World, query: Query, user_agent: str) -> str:
    """Give the address a browser is sent back to; raises ValueError for a page WeChat refuses.

    Who holds the phone is named at the end of the user agent, `Person/name`.
    """
    if "MicroMessenger" not in user_agent:
        raise ValueError("请在微信客户端打开链接")
    if query.get("appid") not in {app.app_id for app in world.apps}:
        raise ValueError("appid 参数错误")
    back = urlsplit(query.get("redirect_uri", ""))
    if back.scheme not in ("http", "https") or not back.netloc:
        raise ValueError("redirect_uri 参数错误")
    if query.get("response_type") != "code" or query.get("scope") != "snsapi_base":
        raise ValueError("Scope 参数错误")
    if not STATE.fullmatch(query.get("state", "")):
        raise ValueError("state 参数错误")
    named = PERSON.search(user_agent)
    person = world.person(named.group(1) if named else "villager")
    code = world.code_for("page", query["appid"], person)
    carried = [*parse_qsl(back.query), ("code", code), ("state", query.get("state", ""))]
    return back._replace(query=urlencode(carried)).geturl()


def stable_token(world: World, _query: Query, body: bytes) -> dict[str, Any]:
    """POST /cgi-bin/stable_token"""
    asked = _json(body)
    if asked.get("grant_type") != "client_credential":
        raise Refusal(40002, "invalid grant_type")
    app_id = str(asked.get("appid", ""))
    world.check_app(app_id, str(asked.get("secret", "")))
    token, seconds = world.stable_token(app_id, force=asked.get("force_refresh") is True)
    return {"access_token": token, "expires_in": seconds}


def page_sign_in(world: World, query: Query, _body: bytes) -> dict[str, Any]:
    """GET /sns/oauth2/access_token"""
    person = _exchange(world, query, kind="page", parameter="code")
    app_id = query["appid"]
    answer: dict[str, Any] = {
        "access_token": secrets.token_urlsafe(64),
        "expires_in": 7200,
        "refresh_token": secrets.token_urlsafe(64),
        "openid": person.openid(app_id),
        "scope": "snsapi_base",
    }
    if person.snapshot:
        # A snapshot's openid is made up anew each time and belongs to nobody.
        answer |= {"is_snapshotuser": 1, "openid": f"o-snapshot-{secrets.token_hex(6)}"}
    elif person.unionid:
        answer["unionid"] = person.unionid
    return answer


def mini_sign_in(world: World, query: Query, _body: bytes) -> dict[str, Any]:
    """GET /sns/jscode2session"""
    person = _exchange(world, query, kind="mini", parameter="js_code")
    if person.risky:
        raise Refusal(40226, "code blocked")
    answer = {"openid": person.openid(query["appid"]), "session_key": secrets.token_urlsafe(16)}
    return answer | ({"unionid": person.unionid} if person.unionid else {})


def phone_number(world: World, query: Query, body: bytes) -> dict[str, Any]:
    """POST /wxa/business/getuserphonenumber"""
    app_id = world.app_of_token(query.get("access_token", ""))
    person = world.take_code("phone", app_id, str(_json(body).get("code", "")))
    told = {
        "phoneNumber": person.phone if person.country == "86" else f"+{person.country}",
        "purePhoneNumber": person.phone,
        "countryCode": person.country,
        "watermark": {"timestamp": int(world.now()), "appid": app_id},
    }
    return {"errcode": 0, "errmsg": "ok", "phone_info": told}


CALLS: Mapping[tuple[str, str], Call] = {
    ("POST", "/cgi-bin/stable_token"): stable_token,
    ("GET", "/sns/oauth2/access_token"): page_sign_in,
    ("GET", "/sns/jscode2session"): mini_sign_in,
    ("POST", "/wxa/business/getuserphonenumber"): phone_number,
}


def _exchange(world: World, query: Query, *, kind: str, parameter: str) -> Person:
    if query.get("grant_type") != "authorization_code":
        raise Refusal(40002, "invalid grant_type")
    world.check_app(query.get("appid", ""), query.get("secret", ""))
    return world.take_code(kind, query["appid"], query.get(parameter, ""))


def _json(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except ValueError:
        raise Refusal(47001, "data format error") from None
    if not isinstance(asked, dict):
        raise Refusal(47001, "data format error")
    return asked


def control(world: World, act: str, body: bytes) -> dict[str, Any]:
    """Do what a journey asks of the simulator itself; raises KeyError for what it does not know.

    `people` {name, phone?, snapshot?, risky?, unionid?}; `codes` {kind, app_id, person} gives
    {code}; `fail` {errcode, times} makes the next calls fail.
    """
    asked = json.loads(body)
    if act == "people":
        world.people[asked["name"]] = Person(**asked)
        return {}
    if act == "codes":
        person = world.person(asked["person"])
        return {"code": world.code_for(asked["kind"], asked["app_id"], person)}
    if act == "fail":
        world.failing += [asked["errcode"]] * asked.get("times", 1)
        return {}
    raise KeyError(act)
