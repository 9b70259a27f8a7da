"""The access token: one for all processes, renewed early, renewed by force seldom, sealed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.gateways.models import GatewayToken
from app.gateways.wechat.client import WeChatApi
from app.gateways.wechat.errors import WeChatBusy
from app.kernel.db import Database
from tests.gateways.conftest import Connect, Moment
from tests.wechat_simulator import MINI, Simulator

TOKEN = "/cgi-bin/stable_token"


def _call(simulator: Simulator, wechat: WeChatApi) -> str:
    world = simulator.world
    return wechat.phone_number(world.code_for("phone", MINI.app_id, world.person("alan")))


def _fetched(simulator: Simulator) -> int:
    return simulator.world.calls.count(TOKEN)


def test_many_processes_share_one_token(simulator: Simulator, connect: Connect) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(lambda _n: _call(simulator, connect()), range(8))) == {"13800001234"}
    assert _fetched(simulator) == 1


def test_it_is_renewed_five_minutes_early(
    simulator: Simulator, wechat: WeChatApi, moment: Moment
) -> None:
    _call(simulator, wechat)
    moment.pass_by(seconds=7200 - 301)
    _call(simulator, wechat)
    assert _fetched(simulator) == 1
    moment.pass_by(seconds=1)
    _call(simulator, wechat)
    assert _fetched(simulator) == 2
    assert len(simulator.world.tokens) == 2


def test_one_that_another_system_renewed_by_force_is_replaced_and_the_call_repeated_once(
    simulator: Simulator, wechat: WeChatApi
) -> None:
    _call(simulator, wechat)
    simulator.world.stable_token(MINI.app_id, force=True)
    assert _call(simulator, wechat) == "13800001234"
    assert _fetched(simulator) == 2
    assert len(simulator.world.forced) == 1  # not forced by us: the normal way gave the new one


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_one_that_wechat_refuses_though_it_gives_no_other_is_renewed_by_force(
    simulator: Simulator, wechat: WeChatApi, errcode: int
) -> None:
    _call(simulator, wechat)
    simulator.world.failing.append(errcode)
    assert _call(simulator, wechat) == "13800001234"
    assert len(simulator.world.forced) == 1


def test_a_refusal_that_does_not_end_is_bounded(simulator: Simulator, wechat: WeChatApi) -> None:
    _call(simulator, wechat)
    before = len(simulator.world.calls)
    simulator.world.refuses_tokens = True
    with pytest.raises(WeChatBusy):
        _call(simulator, wechat)
    # The call, a token by the normal way and by force, the call once more.
    assert len(simulator.world.calls) - before == 4


def test_force_is_used_thirty_seconds_apart(
    simulator: Simulator, wechat: WeChatApi, moment: Moment
) -> None:
    _call(simulator, wechat)
    for wait in (0, 29):
        moment.pass_by(seconds=wait)
        simulator.world.failing.append(40001)
        if wait:
            with pytest.raises(WeChatBusy):
                _call(simulator, wechat)
        else:
            _call(simulator, wechat)
    moment.pass_by(seconds=1)
    simulator.world.failing.append(40001)
    _call(simulator, wechat)
    assert len(simulator.world.forced) == 2


def test_force_is_used_twenty_times_a_day(
    simulator: Simulator, wechat: WeChatApi, moment: Moment
) -> None:
    _call(simulator, wechat)
    for _ in range(20):
        simulator.world.failing.append(40001)
        _call(simulator, wechat)
        moment.pass_by(seconds=30)
    simulator.world.failing.append(40001)
    with pytest.raises(WeChatBusy):
        _call(simulator, wechat)
    moment.pass_by(hours=24)
    _call(simulator, wechat)
    simulator.world.failing.append(40001)
    assert _call(simulator, wechat) == "13800001234"


def test_it_cannot_be_read_from_the_database(
    simulator: Simulator, wechat: WeChatApi, database: Database
) -> None:
    _call(simulator, wechat)
    with database.reading() as session:
        row = session.scalars(select(GatewayToken)).one()
    assert simulator.world.tokens[0].value.encode() not in (row.token_sealed or b"")
