"""WeChat without WeChat: whoever the test says signs in, by codes that count once."""

from __future__ import annotations

from urllib.parse import urlencode

from app.gateways.wechat.errors import PhoneCodeRefused, SignInAgain
from app.gateways.wechat.protocol import SignedInUser


class InMemoryWeChat:
    """Implements `protocol.WeChat`; `calls` notes what was asked of it, without values."""

    def __init__(self, *, serves_pages: bool = True, serves_mini_program: bool = True) -> None:
        self.serves_pages = serves_pages
        self.serves_mini_program = serves_mini_program
        self.users: dict[str, SignedInUser] = {}
        self.phones: dict[str, str] = {}
        self.calls: list[str] = []

    def authorize_url(self, *, back: str, state: str) -> str:
        """Give an address of WeChat's."""
        query = urlencode({"redirect_uri": back, "state": state})
        return f"https://open.weixin.qq.com/connect/oauth2/authorize?{query}#wechat_redirect"

    def exchange_code(self, code: str) -> SignedInUser:
        """Give the user of a code, once."""
        return self._take("exchange_code", code)

    def exchange_mini_code(self, code: str) -> SignedInUser:
        """Give the user of a code, once."""
        return self._take("exchange_mini_code", code)

    def phone_number(self, code: str) -> str:
        """Give the number of a code, once."""
        self.calls.append("phone_number")
        try:
            return self.phones.pop(code)
        except KeyError:
            raise PhoneCodeRefused from None

    def _take(self, call: str, code: str) -> SignedInUser:
        self.calls.append(call)
        try:
            return self.users.pop(code)
        except KeyError:
            raise SignInAgain from None
