"""Villagers sign in: by WeChat inside WeChat, by a code outside, and nobody is led astray."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import delete, event, func, select
from werkzeug.test import TestResponse

from app.gateways.wechat.errors import RiskRefused, WeChatBusy
from app.gateways.wechat.memory import InMemoryWeChat
from app.gateways.wechat.protocol import SignedInUser
from app.identity.villagers import service
from app.identity.villagers.models import Account, IdentityKind, PhoneCode
from app.kernel import clock
from app.web.flask_app import VILLAGER_COOKIE, SunshineApp
from tests.portal.villager_browser import PHONE, Villager


@pytest.fixture
def lan(app: SunshineApp) -> Villager:
    """Give a villager inside WeChat."""
    return Villager(app, in_wechat=True)


@pytest.fixture
def wu(app: SunshineApp) -> Villager:
    """Give a villager with another browser."""
    return Villager(app)


def _state(villager: Villager) -> str:
    address = villager.get("/sign-in/wechat").headers["Location"]
    return parse_qs(urlsplit(address).query)["state"][0]


def _come_back(villager: Villager, state: str, user: SignedInUser | None = None) -> TestResponse:
    villager.wechat.users["c"] = user or SignedInUser("o-lan")
    return villager.get(f"/sign-in/wechat/callback?code=c&state={state}")


def _accounts(app: SunshineApp) -> int:
    with app.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Account)) or 0


def test_inside_wechat_wechat_comes_first_and_outside_it_is_not_offered(
    lan: Villager, wu: Villager
) -> None:
    inside, outside = lan.get("/sign-in").text, wu.get("/sign-in").text
    assert inside.index("用微信登录") < inside.index("获取验证码")
    assert "用微信登录" not in outside
    assert "获取验证码" in outside


def test_where_nothing_is_set_up_the_page_says_so(app: SunshineApp) -> None:
    assert "还没有开通登录" in app.test_client().get("/sign-in").text
    assert app.test_client().get("/sign-in/wechat").status_code == 409


def test_by_wechat_one_is_in_and_where_one_was_going(lan: Villager) -> None:
    lan.get("/sign-in?next=/me/phone")
    answer = _come_back(lan, _state(lan))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/phone")
    cookie = lan.cookies(answer, VILLAGER_COOKIE)[0]
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert lan.get("/me").status_code == 200


def test_wechat_is_told_letters_and_digits_and_asked_for_the_openid_alone(lan: Villager) -> None:
    address = lan.get("/sign-in/wechat").headers["Location"]
    asked = parse_qs(urlsplit(address).query)
    assert asked["state"][0].isalnum()
    assert len(asked["state"][0]) <= 128
    assert asked["redirect_uri"] == ["https://liuzhi.example.gov.cn/sign-in/wechat/callback"]


def test_a_state_counts_once_in_its_own_browser_for_ten_minutes(
    app: SunshineApp, lan: Villager, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = _state(lan)
    assert _come_back(lan, used).status_code == 303
    other = Villager(app, in_wechat=True)
    other.get("/sign-in/wechat")
    stolen, forged, late = _state(lan), "0" * 72, _state(lan)
    answers = [_come_back(lan, used), _come_back(other, stolen), _come_back(lan, forged)]
    answers += [_come_back(lan, state) for state in ("", "李" * 72, late[:-1] + "x")]
    moment = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: moment)
    answers.append(_come_back(lan, late))
    assert [answer.status_code for answer in answers] == [409] * 7
    assert not any(other.cookies(answer, VILLAGER_COOKIE) for answer in answers)


def test_a_snapshot_is_refused_with_a_friendly_page(app: SunshineApp, lan: Villager) -> None:
    answer = _come_back(lan, _state(lan), SignedInUser("o-ghost", is_snapshot=True))
    assert answer.status_code == 403
    assert "请点右下角“使用完整服务”" in answer.text
    assert _accounts(app) == 0


@pytest.mark.parametrize(("error", "status"), [(RiskRefused, 403), (WeChatBusy, 503)])
def test_what_wechat_refuses_leads_back_to_the_sign_in_page(
    lan: Villager, monkeypatch: pytest.MonkeyPatch, error: type[Exception], status: int
) -> None:
    def refuse(_self: object, _code: str) -> SignedInUser:
        raise error

    monkeypatch.setattr(InMemoryWeChat, "exchange_code", refuse)
    answer = lan.get(f"/sign-in/wechat/callback?code=c&state={_state(lan)}")
    assert answer.status_code == status
    assert "改用手机号登录" in answer.text
    assert "获取验证码" in answer.text


def test_a_code_that_wechat_no_longer_knows_asks_to_sign_in_again(lan: Villager) -> None:
    answer = lan.get(f"/sign-in/wechat/callback?code=stale&state={_state(lan)}")
    assert answer.status_code == 401
    assert "请再点一次登录" in answer.text


@pytest.mark.parametrize(
    "foreign",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/me",
        "/\\elsewhere.example",
        "/\t/elsewhere.example",
        "javascript:alert(1)",
        "me",
        "/console/",
        "/sign-in/wechat",
        "https://[",
    ],
)
def test_nobody_is_led_to_another_site_nor_in_circles(wu: Villager, foreign: str) -> None:
    wu.client.get("/sign-in", query_string={"next": foreign}, base_url="https://localhost")
    assert wu.sign_in_by_phone().headers["Location"] == "/me"


def test_by_phone_one_is_in_after_two_plain_forms(app: SunshineApp, wu: Villager) -> None:
    asked = wu.send("/sign-in/phone", phone=PHONE)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in/code")
    form = wu.get("/sign-in/code").text
    assert 'autocomplete="one-time-code"' in form
    assert 'inputmode="numeric"' in form
    assert "138****1234" in form
    assert "请等 60 秒" in form
    assert PHONE not in form
    answer = wu.send("/sign-in/code", code=wu.deliver())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    assert "138****1234" in wu.get("/me").text
    assert _accounts(app) == 1


def test_the_same_phone_finds_the_same_account(app: SunshineApp, wu: Villager) -> None:
    wu.sign_in_by_phone()
    with app.database.unit_of_work() as session:
        session.execute(delete(PhoneCode))
    Villager(app).sign_in_by_phone()
    assert _accounts(app) == 1


def test_a_wrong_code_stays_counted_though_it_is_refused(app: SunshineApp, wu: Villager) -> None:
    wu.send("/sign-in/phone", phone=PHONE)
    code = wu.deliver()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        answer = wu.send("/sign-in/code", code=wrong)
        assert answer.status_code == 422
        assert "验证码不对，或者已经过期" in answer.text
    assert wu.send("/sign-in/code", code=code).status_code == 422
    with app.database.reading() as session:
        assert session.scalars(select(PhoneCode.attempts)).one() == 6
    assert wu.get("/me").status_code == 401


def test_a_known_and_an_unknown_number_are_answered_alike(app: SunshineApp) -> None:
    with app.database.unit_of_work() as session:
        service.account_of_phone(session, phone=PHONE)
    answers = []
    for phone in (PHONE, "13900005678"):
        villager = Villager(app)
        asked = villager.send("/sign-in/phone", phone=phone)
        guessed = villager.send("/sign-in/code", code="nothing")
        told = guessed.text.replace(f"{phone[:3]}****{phone[-4:]}", "")
        secretless = "".join(told.split('name="csrf_token"')[::2])
        answers.append((asked.status_code, guessed.status_code, len(secretless)))
    assert answers[0] == answers[1]


def test_a_known_and_an_unknown_number_cost_the_same_statements_and_messages(
    app: SunshineApp,
) -> None:
    with app.database.unit_of_work() as session:
        service.account_of_phone(session, phone=PHONE)
    work = []
    for phone in (PHONE, "13900005678"):
        villager = Villager(app)
        before = len(villager.sms.sent)
        with _statements(app) as sent:
            villager.send("/sign-in/phone", phone=phone)
            villager.send("/sign-in/code", code="nothing")
        villager.deliver()
        work.append((sent, len(villager.sms.sent) - before, len(villager.wechat.calls)))
    assert work[0] == work[1]
    assert len(work[0][0]) > 5


@contextmanager
def _statements(app: SunshineApp) -> Iterator[list[str]]:
    """Note every statement of both engines meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engines = (app.database.engine, app.database.read_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("typed", ["", "1234567", "<b>13800001234</b>"])
def test_what_is_no_number_is_refused_and_not_repeated(wu: Villager, typed: str) -> None:
    answer = wu.send("/sign-in/phone", phone=typed)
    assert answer.status_code == 422
    assert "请填 11 位手机号" in answer.text
    assert not typed or typed not in answer.text


def test_a_second_code_too_soon_says_how_long_to_wait(wu: Villager) -> None:
    wu.send("/sign-in/phone", phone=PHONE)
    answer = wu.send("/sign-in/phone", phone=PHONE)
    assert answer.status_code == 429
    assert "秒再获取" in answer.text


def test_a_code_without_a_challenge_leads_to_the_first_form(wu: Villager) -> None:
    page = wu.get("/sign-in/code")
    assert page.status_code == 422
    assert 'href="/sign-in"' in page.text
    assert wu.send("/sign-in/code", code="123456").status_code == 422


def test_a_form_that_this_site_did_not_write_is_refused(wu: Villager) -> None:
    answer = wu.client.post("/sign-in/phone", data={"phone": PHONE}, base_url="https://localhost")
    assert answer.status_code == 409
    assert wu.sms.sent == []


def test_tries_are_counted_by_address(wu: Villager, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    statuses = {wu.send("/sign-in/code", code="1").status_code for _ in range(21)}
    assert statuses == {422, 429}


def test_signing_out_ends_the_session_and_takes_the_cookie(wu: Villager) -> None:
    wu.sign_in_by_phone()
    token = wu.client.get_cookie(VILLAGER_COOKIE)
    assert token is not None
    assert wu.send("/sign-out", shown_at="/me").headers["Location"] == "/"
    assert wu.client.get_cookie(VILLAGER_COOKIE) is None
    wu.client.set_cookie(VILLAGER_COOKIE, token.value)
    assert wu.get("/me").status_code == 401


def test_a_page_for_villagers_leads_to_their_own_sign_in_and_back(wu: Villager) -> None:
    page = wu.get("/me/phone")
    assert page.status_code == 401
    assert 'href="/sign-in?next=/me/phone"' in page.text


def test_signing_in_anew_ends_the_session_there_was(app: SunshineApp, lan: Villager) -> None:
    with app.database.unit_of_work() as session:
        service.account_of_wechat(session, user=SignedInUser("o-lan"), kind=IdentityKind.WECHAT)
    _come_back(lan, _state(lan))
    first = lan.client.get_cookie(VILLAGER_COOKIE)
    assert first is not None
    _come_back(lan, _state(lan))
    lan.client.set_cookie(VILLAGER_COOKIE, first.value, domain="localhost", secure=True)
    assert lan.get("/me").status_code == 401
