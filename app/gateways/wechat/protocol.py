"""What the platform asks of WeChat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class SignedInUser:
    """Who signed in, as WeChat knows them.

    `openid` is theirs at this one application, `unionid` at every application of the same owner,
    where there is one. A snapshot is not a person: WeChat shows a page so before they agree.
    """

    openid: str
    unionid: str | None = None
    is_snapshot: bool = False


class WeChat(Protocol):
    """Signing in by WeChat; every call may raise an error of `app.gateways.wechat.errors`."""

    @property
    def serves_pages(self) -> bool:
        """Tell whether an official account is set up, so that pages can sign in."""
        ...

    @property
    def serves_mini_program(self) -> bool:
        """Tell whether a Mini Program is set up."""
        ...

    def authorize_url(self, *, back: str, state: str) -> str:
        """Give the address that sends a browser to WeChat and back to `back` with the state."""
        ...

    def exchange_code(self, code: str) -> SignedInUser:
        """Find out who came back from WeChat's page; a code counts once, for five minutes."""
        ...

    def exchange_mini_code(self, code: str) -> SignedInUser:
        """Find out who opened the Mini Program; a code counts once, for five minutes."""
        ...

    def phone_number(self, code: str) -> str:
        """Give the telephone number, 11 digits, that a user of the Mini Program handed over."""
        ...
