"""What WeChat knows and enforces: applications, people, codes that count once, tokens that end."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
CODE_SECONDS = 300
TOKEN_SECONDS = 7200
OVERLAP_SECONDS = 300  # within the last five minutes a new token is given and both are good
FORCED_A_DAY, FORCED_APART = 20, 30


@dataclass(frozen=True)
class App:
    """An official account or a Mini Program."""

    app_id: str
    secret: str


ACCOUNT = App("wx00000000000account", "account-secret-of-the-simulator")
MINI = App("wx0000000000000mini", "mini-secret-of-the-simulator")


@dataclass(frozen=True)
class Person:
    """Somebody with WeChat; `snapshot` opens pages as WeChat's preview does."""

    name: str
    phone: str = "13800001234"
    country: str = "86"
    snapshot: bool = False
    risky: bool = False
    unionid: str | None = None

    def openid(self, app_id: str) -> str:
        """Give what this person is called at one application."""
        return f"o-{app_id[-4:]}-{self.name}"


@dataclass
class Code:
    """A code for one person at one application, of one kind: `page`, `mini` or `phone`."""

    kind: str
    app_id: str
    person: Person
    expires_at: float
    used: bool = False


@dataclass
class Token:
    """An access token that was given out."""

    app_id: str
    value: str
    expires_at: float
    revoked: bool = False


class Refusal(Exception):
    """WeChat's answer with a number; `status` is always 200, as WeChat's is."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        self.errcode = errcode
        self.errmsg = errmsg
        super().__init__(errmsg)


@dataclass
class World:
    """The whole of it; `now` is the clock, in seconds since 1970."""

    now: Callable[[], float] = time.time
    apps: tuple[App, ...] = (ACCOUNT, MINI)
    people: dict[str, Person] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    forced: list[tuple[str, float]] = field(default_factory=list)
    failing: list[int] = field(default_factory=list)
    refuses_tokens: bool = False
    calls: list[str] = field(default_factory=list)

    def person(self, name: str) -> Person:
        """Give somebody by name, made up where nobody is known by it."""
        return self.people.setdefault(name, Person(name))

    def code_for(self, kind: str, app_id: str, person: Person) -> str:
        """Give out a code: 32 characters, once, for five minutes."""
        code = secrets.token_hex(16)
        self.codes[code] = Code(kind, app_id, person, self.now() + CODE_SECONDS)
        return code

    def note_call(self, path: str) -> None:
        """Count a call, and fail it where that was asked for."""
        self.calls.append(path)
        if self.failing:
            raise Refusal(self.failing.pop(0), "as asked")

    def check_app(self, app_id: str, secret: str) -> None:
        """Refuse an application that is not there or gives a wrong secret."""
        app = next((one for one in self.apps if one.app_id == app_id), None)
        if app is None:
            raise Refusal(40013, "invalid appid")
        if secret != app.secret:
            raise Refusal(40125, "invalid appsecret")

    def take_code(self, kind: str, app_id: str, code: str) -> Person:
        """Exchange a code for a person, once."""
        if not code:
            raise Refusal(41008, "missing code")
        found = self.codes.get(code)
        if found is None or (found.kind, found.app_id) != (kind, app_id):
            raise Refusal(40029, "invalid code")
        if found.used:
            raise Refusal(40163, "code been used")
        if self.now() >= found.expires_at:
            raise Refusal(40029, "invalid code")
        found.used = True
        return found.person

    def stable_token(self, app_id: str, *, force: bool) -> tuple[str, int]:
        """Give the application's token: (token, seconds left)."""
        moment = self.now()
        if force:
            self._count_force(app_id, moment)
            for one in self.tokens:
                one.revoked = one.revoked or one.app_id == app_id
        else:
            for one in reversed(self.tokens):
                good = one.app_id == app_id and not one.revoked
                if good and one.expires_at - moment > OVERLAP_SECONDS:
                    return one.value, int(one.expires_at - moment)
        fresh = Token(app_id, f"7{secrets.token_urlsafe(100)}", moment + TOKEN_SECONDS)
        self.tokens.append(fresh)
        return fresh.value, TOKEN_SECONDS

    def _count_force(self, app_id: str, moment: float) -> None:
        own = [at for forced, at in self.forced if forced == app_id]
        if own and moment - own[-1] < FORCED_APART:
            raise Refusal(45011, "api minute-quota reach limit, must slower, retry next minute")
        today = [at for at in own if _day(at) == _day(moment)]
        if len(today) >= FORCED_A_DAY:
            raise Refusal(45009, "reach max api daily quota limit")
        self.forced.append((app_id, moment))

    def app_of_token(self, value: str) -> str:
        """Find whose token it is, as long as it is good."""
        if not value:
            raise Refusal(41001, "access_token missing")
        for one in self.tokens:
            if one.value == value and not (one.revoked or self.refuses_tokens):
                if self.now() >= one.expires_at:
                    raise Refusal(42001, "access_token expired")
                return one.app_id
        raise Refusal(40001, "invalid credential, access_token is invalid or not latest")


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone(SHANGHAI).date().isoformat()
