"""The WeChat client against the simulator over HTTP: what WeChat enforces, and each number."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from app.gateways.wechat.client import Application, WeChatApi
from app.gateways.wechat.errors import (
    ACTS,
    Act,
    NoMainlandNumber,
    PhoneCodeRefused,
    RiskRefused,
    SignInAgain,
    WeChatBusy,
    WeChatMisconfigured,
)
from app.gateways.wechat.protocol import SignedInUser
from tests.gateways.conftest import Connect, Moment
from tests.log_keeping import written_log
from tests.wechat_simulator import ACCOUNT, MINI, Person, Simulator

IN_WECHAT = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0.50 Person/alan"}


def _page_code(simulator: Simulator, name: str = "alan") -> str:
    world = simulator.world
    return world.code_for("page", ACCOUNT.app_id, world.person(name))


def _mini_code(simulator: Simulator, name: str = "alan") -> str:
    world = simulator.world
    return world.code_for("mini", MINI.app_id, world.person(name))


def _phone_code(simulator: Simulator, name: str = "alan") -> str:
    world = simulator.world
    return world.code_for("phone", MINI.app_id, world.person(name))


def test_a_browser_goes_to_wechat_and_comes_back_with_a_code_and_its_state(
    simulator: Simulator, wechat: WeChatApi
) -> None:
    address = wechat.authorize_url(back="https://liuzhi.example/back?a=1", state="s" * 72)
    assert address.endswith("#wechat_redirect")
    answer = requests.get(address, headers=IN_WECHAT, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    assert (back.netloc, back.path) == ("liuzhi.example", "/back")
    carried = parse_qs(back.query)
    assert carried["state"] == ["s" * 72]
    user = wechat.exchange_code(carried["code"][0])
    assert user == SignedInUser(simulator.world.person("alan").openid(ACCOUNT.app_id))


def test_a_code_counts_once(simulator: Simulator, wechat: WeChatApi) -> None:
    code = _page_code(simulator)
    wechat.exchange_code(code)
    with pytest.raises(SignInAgain):
        wechat.exchange_code(code)


def test_a_code_lives_five_minutes(simulator: Simulator, wechat: WeChatApi, moment: Moment) -> None:
    lively, stale = _page_code(simulator), _page_code(simulator)
    moment.pass_by(seconds=299)
    wechat.exchange_code(lively)
    moment.pass_by(seconds=1)
    with pytest.raises(SignInAgain):
        wechat.exchange_code(stale)


def test_a_code_of_another_kind_or_none_is_refused(simulator: Simulator, wechat: WeChatApi) -> None:
    with pytest.raises(SignInAgain):
        wechat.exchange_code(_mini_code(simulator))
    with pytest.raises(SignInAgain):
        wechat.exchange_code("made-up")


def test_a_snapshot_is_told_apart(simulator: Simulator, wechat: WeChatApi) -> None:
    simulator.world.people["alan"] = Person("alan", snapshot=True)
    assert wechat.exchange_code(_page_code(simulator)).is_snapshot


def test_one_person_at_both_applications_of_one_owner_has_one_unionid(
    simulator: Simulator, wechat: WeChatApi
) -> None:
    simulator.world.people["alan"] = Person("alan", unionid="u-1")
    page = wechat.exchange_code(_page_code(simulator))
    mini = wechat.exchange_mini_code(_mini_code(simulator))
    assert page.unionid == mini.unionid == "u-1"
    assert page.openid != mini.openid


def test_a_sign_in_that_wechat_holds_for_risky_is_refused(
    simulator: Simulator, wechat: WeChatApi
) -> None:
    simulator.world.people["alan"] = Person("alan", risky=True)
    with pytest.raises(RiskRefused):
        wechat.exchange_mini_code(_mini_code(simulator))


def test_a_telephone_number_is_handed_over_once(simulator: Simulator, wechat: WeChatApi) -> None:
    code = _phone_code(simulator)
    assert wechat.phone_number(code) == "13800001234"
    with pytest.raises(PhoneCodeRefused):
        wechat.phone_number(code)


def test_a_number_of_another_country_is_refused(simulator: Simulator, wechat: WeChatApi) -> None:
    simulator.world.people["alan"] = Person("alan", phone="4155550100", country="1")
    with pytest.raises(NoMainlandNumber):
        wechat.phone_number(_phone_code(simulator))


@pytest.mark.parametrize(
    "wrong", [Application("wx-nobody", "x"), Application(ACCOUNT.app_id, "wrong")]
)
def test_a_wrong_application_or_secret_is_an_alarm_and_is_not_tried_again(
    simulator: Simulator, connect: Connect, pauses: list[float], wrong: Application
) -> None:
    with pytest.raises(WeChatMisconfigured):
        connect(account=wrong).exchange_code(_page_code(simulator))
    assert simulator.world.calls == ["/sns/oauth2/access_token"]
    assert pauses == []


def test_a_busy_wechat_is_asked_again_after_growing_pauses(
    simulator: Simulator, wechat: WeChatApi, pauses: list[float]
) -> None:
    simulator.world.failing += [-1, -1]
    assert wechat.exchange_code(_page_code(simulator)).openid
    assert pauses == sorted(pauses)
    assert len(pauses) == 2


def test_a_wechat_that_stays_busy_is_given_up(simulator: Simulator, wechat: WeChatApi) -> None:
    simulator.world.failing += [-1] * 9
    with pytest.raises(WeChatBusy):
        wechat.exchange_code(_page_code(simulator))
    assert len(simulator.world.calls) == 3


@pytest.mark.parametrize("errcode", [45009, 45011, 99999])
def test_a_used_up_quota_and_an_unknown_number_are_not_tried_again(
    simulator: Simulator, wechat: WeChatApi, errcode: int
) -> None:
    simulator.world.failing.append(errcode)
    with pytest.raises(WeChatBusy):
        wechat.exchange_code(_page_code(simulator))
    assert len(simulator.world.calls) == 1


def test_a_wechat_that_is_not_there_is_no_failure_of_ours(connect: Connect) -> None:
    with pytest.raises(WeChatBusy):
        connect(url="http://127.0.0.1:1").exchange_code("c")


def test_the_table_says_what_to_do_about_every_number_we_were_told_of() -> None:
    assert {code for code, act in ACTS.items() if act is Act.RENEW} == {40001, 40014, 42001}
    assert {code for code, act in ACTS.items() if act is Act.ALARM} == {40013, 40125, 40164, 48001}
    assert {-1, 40003, 40029, 40037, 40163, 40226, 41030, 43004, 43101, 45009, 45011, 47003} <= set(
        ACTS
    )


def test_what_is_not_set_up_serves_nothing(connect: Connect) -> None:
    nothing = connect(account=Application("", ""), mini=Application("", ""))
    assert not nothing.serves_pages
    assert not nothing.serves_mini_program
    assert connect().serves_pages
    assert connect().serves_mini_program


def test_neither_code_nor_secret_nor_number_stands_in_a_log_or_an_error(
    simulator: Simulator,
    connect: Connect,
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = written_log("debug")
    code, wechat = _page_code(simulator), connect()
    wechat.exchange_code(code)
    wechat.phone_number(_phone_code(simulator))
    with pytest.raises(SignInAgain) as again:
        wechat.exchange_code(code)
    with pytest.raises(WeChatBusy) as away:
        connect(url="http://127.0.0.1:1").exchange_code(code)
    told = "".join([*capsys.readouterr(), log.getvalue(), repr(again.value), repr(away.value)])
    assert "wechat_away" in told
    assert str(away.value.__context__ or "").find(code) == -1
    for secret in (code, ACCOUNT.secret, MINI.secret, "13800001234"):
        assert secret not in told
