"""WeChat over HTTP: https://developers.weixin.qq.com, the calls that signing in needs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.gateways import outside
from app.gateways.outside import NoAnswer
from app.gateways.wechat.errors import (
    Act,
    NoMainlandNumber,
    PhoneCodeRefused,
    Refused,
    RiskRefused,
    SignInAgain,
    WeChatBusy,
    WeChatMisconfigured,
)
from app.gateways.wechat.protocol import SignedInUser
from app.gateways.wechat.tokens import Fetched, ForcedTooOften, TokenShelf
from app.kernel import logs

PAUSES = (0.2, 0.6)  # seconds before the second and the third try
LONGEST_TOKEN_SECONDS = 7200
log = logs.get(__name__)


@dataclass(frozen=True)
class Application:
    """An official account or a Mini Program; both empty where none is set up."""

    app_id: str
    secret: str

    @property
    def is_set_up(self) -> bool:
        """Tell whether it can be used."""
        return bool(self.app_id and self.secret)


class WeChatApi:
    """Implements `protocol.WeChat`."""

    def __init__(
        self,
        *,
        account: Application,
        mini: Application,
        api_url: str,
        open_url: str,
        tokens: TokenShelf,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._account = account
        self._mini = mini
        self._api_url = api_url.rstrip("/")
        self._open_url = open_url.rstrip("/")
        self._tokens = tokens
        self._pause = pause

    @property
    def serves_pages(self) -> bool:
        """Tell whether an official account is set up."""
        return self._account.is_set_up

    @property
    def serves_mini_program(self) -> bool:
        """Tell whether a Mini Program is set up."""
        return self._mini.is_set_up

    def authorize_url(self, *, back: str, state: str) -> str:
        """Give the address that sends a browser to WeChat; it asks for the openid alone."""
        query = {
            "appid": self._account.app_id,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        return f"{self._open_url}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"

    def exchange_code(self, code: str) -> SignedInUser:
        """Find out who came back from WeChat's page."""
        query = {
            "appid": self._account.app_id,
            "secret": self._account.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        answer = self._translated(lambda: self._call("GET", "/sns/oauth2/access_token", query))
        return SignedInUser(
            openid=_text(answer, "openid"),
            unionid=answer.get("unionid") or None,
            is_snapshot=str(answer.get("is_snapshotuser", 0)) == "1",
        )

    def exchange_mini_code(self, code: str) -> SignedInUser:
        """Find out who opened the Mini Program; the session key is not kept."""
        query = {
            "appid": self._mini.app_id,
            "secret": self._mini.secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        answer = self._translated(lambda: self._call("GET", "/sns/jscode2session", query))
        return SignedInUser(openid=_text(answer, "openid"), unionid=answer.get("unionid") or None)

    def phone_number(self, code: str) -> str:
        """Give the number a user of the Mini Program handed over.

        Raises `PhoneCodeRefused` and `NoMainlandNumber`.
        """
        path = "/wxa/business/getuserphonenumber"
        try:
            answer = self._translated(lambda: self._with_token(self._mini, path, {"code": code}))
        except SignInAgain:
            raise PhoneCodeRefused from None
        told = answer.get("phone_info")
        told = told if isinstance(told, dict) else {}
        number = str(told.get("purePhoneNumber", ""))
        if str(told.get("countryCode", "")) != "86" or len(number) != 11:
            raise NoMainlandNumber
        return number

    def _with_token(
        self, application: Application, path: str, content: dict[str, Any]
    ) -> dict[str, Any]:
        """Call with the application's token; one that WeChat refuses is renewed once."""
        token = self._token(application)
        try:
            return self._call("POST", path, {"access_token": token}, content)
        except Refused as error:
            if error.act is not Act.RENEW:
                raise
        token = self._token(application, refused=token)
        return self._call("POST", path, {"access_token": token}, content)

    def _token(self, application: Application, *, refused: str | None = None) -> str:
        def fetch(force: bool) -> Fetched:
            answer = self._call(
                "POST",
                "/cgi-bin/stable_token",
                {},
                {
                    "grant_type": "client_credential",
                    "appid": application.app_id,
                    "secret": application.secret,
                    "force_refresh": force,
                },
                counts_once=False,
            )
            seconds = min(int(answer.get("expires_in", 0)), LONGEST_TOKEN_SECONDS)
            return Fetched(_text(answer, "access_token"), seconds)

        return self._tokens.token(application.app_id, fetch, refused=refused)

    def _call(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        content: dict[str, Any] | None = None,
        *,
        counts_once: bool = True,
    ) -> dict[str, Any]:
        """Ask, again after a pause where WeChat is busy or was not reached; raises `Refused`.

        What counts once, such as a code, is not sent again when it may have arrived.
        """
        body = None if content is None else json.dumps(content).encode()
        for pause in (*PAUSES, None):
            try:
                answer = outside.ask(method, self._api_url + path, query=query, body=body)
            except NoAnswer as error:
                if pause is None or (counts_once and error.sent):
                    raise
            else:
                errcode = _number(answer)
                if errcode == 0:
                    return answer
                refusal = Refused(errcode)
                if pause is None or refusal.act is not Act.BACK_OFF:
                    raise refusal
            self._pause(pause)
        raise AssertionError("the last try returns or raises")

    def _translated(self, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Turn WeChat's numbers into words of the platform."""
        try:
            return call()
        except Refused as error:
            if error.act is Act.SIGN_IN_AGAIN:
                raise SignInAgain from None
            if error.act is Act.REFUSE:
                raise RiskRefused from None
            if error.act is Act.ALARM:
                log.error("wechat_misconfigured", errcode=error.errcode)
                raise WeChatMisconfigured from None
            log.warning("wechat_refused", errcode=error.errcode)
        except NoAnswer as error:
            log.warning("wechat_away", reason=error.reason)
        except ForcedTooOften:
            log.error("wechat_token_refused")
        raise WeChatBusy


def _number(answer: dict[str, Any]) -> int:
    try:
        return int(answer.get("errcode", 0))
    except (TypeError, ValueError):
        raise NoAnswer("no errcode", sent=True) from None


def _text(answer: dict[str, Any], name: str) -> str:
    """Read what must be there; raises `WeChatBusy` where it is not."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        log.warning("wechat_incomplete", missing=name)
        raise WeChatBusy
    return value
