"""Silent sign-in in WeChat: whatever goes wrong, a scan ends on its page, and only once."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from app.gateways.wechat.errors import WeChatBusy
from app.gateways.wechat.memory import InMemoryWeChat
from app.gateways.wechat.protocol import SignedInUser
from app.web.flask_app import SunshineApp
from app.web.silent import MARK_COOKIE
from tests.console.conftest import Browser, Enter

SCANNED = "/d/7K3M9QXW2R4T0"


class _Busy(InMemoryWeChat):
    def exchange_code(self, code: str) -> SignedInUser:
        del code
        raise WeChatBusy


def _snapshot() -> InMemoryWeChat:
    wechat = InMemoryWeChat()
    wechat.users["code"] = SignedInUser(openid="oSnapshot", is_snapshot=True)
    return wechat


WAYS = {"busy": _Busy, "used code": InMemoryWeChat, "snapshot": _snapshot}


@pytest.mark.parametrize("way", WAYS)
def test_a_scan_goes_on_to_its_page_whatever_wechat_answers_and_asks_no_more(
    app: SunshineApp, visitor: Browser, way: str
) -> None:
    app.extensions["wechat"] = WAYS[way]()
    visitor.client.set_cookie(MARK_COOKIE, "yes")
    sent = visitor.get(f"/console/sign-in/wechat?next={SCANNED}")
    [state] = parse_qs(urlsplit(sent.headers["Location"]).query)["state"]
    answer = visitor.get(f"/console/sign-in/wechat/back?code=code&state={state}")
    assert (answer.status_code, answer.headers["Location"]) == (302, SCANNED)
    assert visitor.client.get_cookie(MARK_COOKIE) is None


def test_a_state_of_another_browser_leads_on_as_well(app: SunshineApp, visitor: Browser) -> None:
    app.extensions["wechat"] = InMemoryWeChat()
    visitor.client.set_cookie(MARK_COOKIE, "yes")
    answer = visitor.get("/console/sign-in/wechat/back?code=code&state=forged")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/console/")
    assert visitor.client.get_cookie(MARK_COOKIE) is None


def test_a_platform_that_has_no_wechat_any_more_leads_on_too(
    app: SunshineApp, visitor: Browser
) -> None:
    app.extensions["wechat"] = InMemoryWeChat(serves_pages=False)
    visitor.client.set_cookie(MARK_COOKIE, "yes")
    answer = visitor.get(f"/console/sign-in/wechat?next={SCANNED}")
    assert (answer.status_code, answer.headers["Location"]) == (302, SCANNED)
    assert visitor.client.get_cookie(MARK_COOKIE) is None


def test_a_sign_out_lasts_in_wechat_too(enter: Enter) -> None:
    browser = enter()
    browser.client.set_cookie(MARK_COOKIE, "yes")
    browser.send("/console/sign-out")
    assert browser.client.get_cookie(MARK_COOKIE) is None
