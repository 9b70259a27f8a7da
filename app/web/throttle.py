"""Counting per minute in Valkey, keyed so that no address can be read back."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

import redis
from flask import Flask

from app.kernel import clock, logs
from app.kernel.errors import TooMany

SIGN_INS_PER_MINUTE = 10


class Throttle:
    """Counts acts of one kind per address and minute; without Valkey it lets everything pass."""

    def __init__(self, redis_url: str | None, *, secret: str, misses_per_minute: int) -> None:
        self._secret = secret.encode()
        self._misses_per_minute = misses_per_minute
        self._client = (
            redis.Redis.from_url(redis_url, socket_timeout=0.2, socket_connect_timeout=0.2)
            if redis_url
            else None
        )

    def count_sign_in(self, who: str, *, username: str) -> None:
        """Count a try to sign in, by address and by account, so that no password is found so."""
        self.count("sign-in", who, per_minute=SIGN_INS_PER_MINUTE)
        self.count("sign-in-account", username[:50], per_minute=2 * SIGN_INS_PER_MINUTE)

    def count_code(self, staff_id: int | None) -> None:
        """Count a code shown for an account's second factor, right or wrong."""
        self.count("staff-code", f"staff {staff_id}", per_minute=SIGN_INS_PER_MINUTE)

    def count_miss(self, who: str) -> None:
        """Count a code that does not exist, so that nobody finds plates by trying.

        Only misses are counted: a village meeting behind one carrier's address scans freely.
        """
        self.count("miss", who, per_minute=self._misses_per_minute)

    def count(self, kind: str, who: str, *, per_minute: int) -> None:
        """Count one act; raises `TooMany` beyond `per_minute`.

        The key is an HMAC whose secret changes every day, so that yesterday's keys cannot be
        linked to today's, and no address is stored.
        """
        if self._client is None:
            return
        moment, who = clock.now(), subscriber(who)
        daily = hmac.digest(self._secret, moment.date().isoformat().encode(), "sha256")
        mark = hmac.new(daily, f"{kind}|{who}".encode(), hashlib.sha256).hexdigest()[:24]
        key = f"throttle:{kind}:{moment:%H%M}:{mark}"
        try:
            pipeline = self._client.pipeline(transaction=True)
            pipeline.incr(key)
            pipeline.expire(key, 120)
            number = int(pipeline.execute()[0])
        except redis.RedisError as error:
            logs.get(__name__).warning("throttle_unavailable", error=logs.describe(error))
            return
        if number > per_minute:
            raise TooMany


def subscriber(who: str) -> str:
    """Take an IPv6 address by its /64: one subscriber has them all."""
    try:
        address = ipaddress.ip_address(who)
    except ValueError:
        return who
    if address.version == 4:
        return who
    return str(ipaddress.ip_network((address, 64), strict=False))


def of(app: Flask) -> Throttle:
    """Give the throttle of an application."""
    throttle: Throttle = app.extensions["throttle"]
    return throttle
