"""A WeChat simulator on a clock the test turns, and the platform's client of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.gateways.wechat.client import Application, WeChatApi
from app.gateways.wechat.tokens import TokenShelf
from app.kernel import clock
from app.kernel.db import Database
from tests.wechat_simulator import ACCOUNT, MINI, Simulator, World, serving


class Moment:
    """The time on both sides; `pass_by` lets it go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

    def seconds(self) -> float:
        """Tell the time in seconds since 1970."""
        return self.now.timestamp()

    def pass_by(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """Stop the platform's clock."""
    moment = Moment()
    monkeypatch.setattr(clock, "now", lambda: moment.now)
    return moment


@pytest.fixture
def simulator(moment: Moment) -> Iterator[Simulator]:
    """Serve a WeChat on the same clock."""
    with serving(World(now=moment.seconds)) as simulator:
        yield simulator


Connect = Callable[..., WeChatApi]


@pytest.fixture
def pauses() -> list[float]:
    """Collect the seconds the client would have waited."""
    return []


@pytest.fixture
def connect(simulator: Simulator, database: Database, pauses: list[float]) -> Connect:
    """Make clients of the simulator, as many processes would have."""

    def make(
        *, account: Application | None = None, mini: Application | None = None, url: str = ""
    ) -> WeChatApi:
        return WeChatApi(
            account=account or Application(ACCOUNT.app_id, ACCOUNT.secret),
            mini=mini or Application(MINI.app_id, MINI.secret),
            api_url=url or simulator.url,
            open_url=simulator.url,
            tokens=TokenShelf(database),
            pause=pauses.append,
        )

    return make


@pytest.fixture
def wechat(connect: Connect) -> WeChatApi:
    """Give a client of the simulator."""
    return connect()
