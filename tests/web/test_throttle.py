"""The throttle: counts per minute, keeps no address, stops nobody when Valkey is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import redis
from flask import Flask

from app.kernel import clock
from app.kernel.errors import TooMany
from app.web import throttle
from app.web.throttle import Throttle

NOON = datetime(2026, 11, 3, 12, 0, 10, tzinfo=UTC)
ADDRESS = "203.0.113.7"


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Stop the clock, so that no test runs over the end of a minute."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return monkeypatch


def _throttle(url: str | None) -> Throttle:
    return Throttle(url, secret="s", misses_per_minute=3)


@pytest.mark.usefixtures("noon")
def test_the_fourth_miss_in_a_minute_is_too_many(redis_url: str) -> None:
    counting = _throttle(redis_url)
    for _ in range(3):
        counting.count_miss(ADDRESS)
    with pytest.raises(TooMany):
        counting.count_miss(ADDRESS)


@pytest.mark.usefixtures("noon")
def test_the_eleventh_code_of_an_account_in_a_minute_is_too_many(redis_url: str) -> None:
    counting = _throttle(redis_url)
    for _ in range(10):
        counting.count_code(7)
    counting.count_code(8)
    with pytest.raises(TooMany):
        counting.count_code(7)


@pytest.mark.usefixtures("noon")
def test_another_address_and_another_kind_count_for_themselves(redis_url: str) -> None:
    counting = _throttle(redis_url)
    for _ in range(3):
        counting.count_miss(ADDRESS)
    counting.count_miss("203.0.113.8")
    counting.count("report", ADDRESS, per_minute=1)


def test_the_next_minute_begins_anew(redis_url: str, noon: pytest.MonkeyPatch) -> None:
    counting = _throttle(redis_url)
    for _ in range(3):
        counting.count_miss(ADDRESS)
    noon.setattr(clock, "now", lambda: NOON + timedelta(minutes=1))
    counting.count_miss(ADDRESS)


def test_no_key_shows_an_address_and_tomorrows_key_differs(
    redis_url: str, noon: pytest.MonkeyPatch
) -> None:
    counting = _throttle(redis_url)
    counting.count_miss(ADDRESS)
    noon.setattr(clock, "now", lambda: NOON + timedelta(days=1))
    counting.count_miss(ADDRESS)
    with redis.Redis.from_url(redis_url) as client:
        keys = [key.decode() for key in client.keys("throttle:*")]
        assert all(0 < client.ttl(key) <= 120 for key in keys)
    assert len(keys) == 2
    assert not any(ADDRESS in key for key in keys)


@pytest.mark.parametrize("url", [None, "redis://127.0.0.1:1/0"])
def test_without_valkey_everyone_passes(url: str | None) -> None:
    counting = _throttle(url)
    for _ in range(5):
        counting.count_miss(ADDRESS)


def test_an_application_gives_its_throttle() -> None:
    app, counting = Flask(__name__), _throttle(None)
    app.extensions["throttle"] = counting
    assert throttle.of(app) is counting


def test_a_subscribers_ipv6_addresses_count_as_one(redis_url: str) -> None:
    throttle = Throttle(redis_url, secret="s", misses_per_minute=2)
    for end in "12":
        throttle.count_miss(f"2001:db8:1:2::{end}")
    with pytest.raises(TooMany):
        throttle.count_miss("2001:db8:1:2::3")
    throttle.count_miss("2001:db8:1:3::1")


def test_tries_to_sign_in_are_counted_by_account_too(redis_url: str) -> None:
    throttle = Throttle(redis_url, secret="s", misses_per_minute=2)
    for number in range(20):
        throttle.count_sign_in(f"10.0.0.{number}", username="clerk")
    with pytest.raises(TooMany):
        throttle.count_sign_in("10.0.1.1", username="clerk")
    throttle.count_sign_in("10.0.1.2", username="other")
