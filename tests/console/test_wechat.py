"""WeChat of staff at the console: bound after a code, silent on a scan, never round in circles."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from app.doorplates.schemas import PlateView
from app.gateways.wechat.memory import InMemoryWeChat
from app.gateways.wechat.protocol import SignedInUser
from app.identity.models import Staff, StaffToken
from app.kernel import clock
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests.console.conftest import Browser, Enter, shown
from tests.factories import VILLAGE

INSIDE = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"}
BIND = "/console/account/wechat"


@pytest.fixture
def wechat(app: SunshineApp) -> InMemoryWeChat:
    """Give WeChat's twin to the application."""
    twin = InMemoryWeChat()
    app.extensions["wechat"] = twin
    return twin


def _inside(browser: Browser) -> Browser:
    browser.client.environ_base.update(INSIDE)
    return browser


def _return(browser: Browser, sent: TestResponse, wechat: InMemoryWeChat) -> TestResponse:
    """Come back from WeChat as the cadre's openid."""
    query = parse_qs(urlsplit(sent.headers["Location"]).query)
    wechat.users["code"] = SignedInUser(openid="oCadre")
    back = urlsplit(query["redirect_uri"][0]).path
    return browser.client.get(
        back,
        query_string={"code": "code", "state": query["state"][0]},
        base_url="https://localhost",
    )


def _get(browser: Browser, path: str) -> TestResponse:
    return browser.client.get(path, base_url="https://localhost")


@pytest.fixture
def bound(enter: Enter, wechat: InMemoryWeChat, county: Database) -> Browser:
    """Give a cadre's browser inside WeChat, bound a moment after a code."""
    browser = _inside(enter("cadre", VILLAGE))
    with county.unit_of_work() as session:
        session.execute(update(Staff).values(totp_shown_at=clock.now()))
    answer = _return(browser, _get(browser, BIND), wechat)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/console/account")
    return browser


def _lose_session(browser: Browser) -> None:
    browser.client.delete_cookie("sunshine_session")


def test_a_scan_in_wechat_signs_in_silently_and_opens_the_plate(
    bound: Browser, wechat: InMemoryWeChat, plate: PlateView
) -> None:
    assert "已绑定" in shown(_get(bound, "/console/account"))
    _lose_session(bound)
    asked = _get(bound, f"/d/{plate.code}")
    assert asked.headers["Location"] == f"/console/sign-in/wechat?next=/d/{plate.code}"
    let_in = _return(bound, _get(bound, asked.headers["Location"]), wechat)
    assert (let_in.status_code, let_in.headers["Location"]) == (303, f"/d/{plate.code}")
    assert _get(bound, f"/d/{plate.code}").status_code == 200
    assert _get(bound, "/console/households").status_code == 200


def test_a_bound_account_still_shows_a_code_for_what_is_sensitive(
    bound: Browser, wechat: InMemoryWeChat
) -> None:
    _lose_session(bound)
    _return(bound, _get(bound, "/console/sign-in/wechat"), wechat)
    assert _get(bound, "/console/account").status_code == 200
    assert bound.send("/console/account/recovery-codes").status_code == 401


def test_after_twelve_hours_a_scan_shows_what_everyone_sees_and_asks_no_more(
    bound: Browser, wechat: InMemoryWeChat, county: Database, plate: PlateView
) -> None:
    with county.unit_of_work() as session:
        session.execute(update(Staff).values(totp_shown_at=clock.now() - timedelta(hours=12)))
    _lose_session(bound)
    path = f"/d/{plate.code}"
    away = _return(bound, _get(bound, _get(bound, path).headers["Location"]), wechat)
    assert (away.status_code, away.headers["Location"]) == (302, path)
    assert _get(bound, path).status_code == 200
    assert _get(bound, "/console/households").status_code == 401


def test_a_page_of_the_workplace_asks_wechat_first(bound: Browser) -> None:
    _lose_session(bound)
    asked = _get(bound, "/console/doorplates")
    assert asked.headers["Location"] == "/console/sign-in/wechat?next=/console/doorplates"


def test_outside_wechat_and_in_a_browser_that_bound_nothing_nobody_is_sent_there(
    bound: Browser, visitor: Browser, plate: PlateView
) -> None:
    _lose_session(bound)
    bound.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 Chrome/130"
    assert _get(bound, f"/d/{plate.code}").status_code == 200
    assert _get(_inside(visitor), f"/d/{plate.code}").status_code == 200


def test_binding_wants_a_code_a_moment_ago_and_wechat_itself(
    enter: Enter, wechat: InMemoryWeChat, county: Database
) -> None:
    del wechat
    browser = enter("cadre", VILLAGE)
    assert _get(browser, BIND).status_code == 409
    with county.unit_of_work() as session:
        session.execute(update(StaffToken).values(proved_at=None))
    assert _get(_inside(browser), BIND).status_code == 401


def test_a_way_back_that_another_browser_began_binds_and_opens_nothing(
    bound: Browser, enter: Enter, wechat: InMemoryWeChat
) -> None:
    other = _inside(enter("cadre", VILLAGE, username="other"))
    assert _return(other, _get(bound, BIND), wechat).status_code == 409
    back = _return(other, _get(bound, "/console/sign-in/wechat"), wechat)
    assert back.status_code == 302
    assert not any("sunshine_session=" in one for one in back.headers.getlist("Set-Cookie"))


def test_unbinding_ends_the_silent_way(bound: Browser) -> None:
    assert bound.send("/console/account/wechat/unbind").status_code == 303
    assert "没有绑定" in shown(_get(bound, "/console/account"))
    _lose_session(bound)
    assert _get(bound, "/console/doorplates").status_code == 401
