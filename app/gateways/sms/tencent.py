"""Tencent Cloud's SMS service (version 2021-01-11), requests signed by TC3-HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.gateways import outside
from app.gateways.outside import NoAnswer
from app.gateways.sms import verdict
from app.gateways.sms.errors import SmsBusy
from app.kernel import clock

USUAL_URL = "https://sms.tencentcloudapi.com"
CONTENT_TYPE = "application/json; charset=utf-8"
SIGNED = "content-type;host"
NUMBER = (
    "FailedOperation.PhoneNumberInBlacklist",
    "InvalidParameterValue.IncorrectPhoneNumber",
    "UnsupportedOperation",
)
OURS = (
    "AuthFailure",
    "UnauthorizedOperation",
    "FailedOperation.InsufficientBalance",
    "FailedOperation.SignatureIncorrectOrUnapproved",
    "FailedOperation.TemplateIncorrectOrUnapproved",
    "FailedOperation.TemplateUnapprovedOrNotExist",
    "FailedOperation.MissingSignature",
    "InvalidParameter",
    "MissingParameter",
)


@dataclass(frozen=True)
class Request:
    """What is signed: a POST of JSON to a service at a moment."""

    service: str
    host: str
    body: bytes
    at: datetime


class TencentSms:
    """Implements `protocol.Sms`."""

    sends = True

    def __init__(
        self,
        *,
        key_id: str,
        secret: str,
        app_id: str,
        sign_name: str,
        template: str,
        url: str = "",
    ) -> None:
        self._key_id = key_id
        self._secret = secret
        self._app_id = app_id
        self._sign_name = sign_name
        self._template = template
        self._url = (url or USUAL_URL).rstrip("/")

    def send_code(self, *, phone: str, code: str, key: str) -> str:
        """Send a code."""
        content = {
            "PhoneNumberSet": [f"+86{phone}"],
            "SmsSdkAppId": self._app_id,
            "SignName": self._sign_name,
            "TemplateId": self._template,
            "TemplateParamSet": [code],
            "SessionContext": key,
        }
        host = self._url.partition("://")[2]
        request = Request("sms", host, json.dumps(content).encode(), clock.now())
        headers = {
            "Authorization": sign(request, self._key_id, self._secret),
            "Content-Type": CONTENT_TYPE,
            "Host": host,
            "X-TC-Action": "SendSms",
            "X-TC-Region": "ap-guangzhou",
            "X-TC-Timestamp": str(int(request.at.timestamp())),
            "X-TC-Version": "2021-01-11",
        }
        try:
            answer = outside.ask("POST", f"{self._url}/", body=request.body, headers=headers)
        except NoAnswer as error:
            raise SmsBusy from error
        word, number = _read(answer)
        if word == "Ok":
            return number[:100]
        verdict.refuse("tencent", word, number=NUMBER, ours=OURS)


def _read(answer: dict[str, Any]) -> tuple[str, str]:
    """Find what became of the one message: (the provider's word, its id of the message)."""
    try:
        told = answer["Response"]
        if "Error" in told:
            return str(told["Error"]["Code"]), ""
        message = told["SendStatusSet"][0]
        return str(message["Code"]), str(message["SerialNo"])
    except (KeyError, IndexError, TypeError):
        return "", ""


def sign(request: Request, key_id: str, secret: str) -> str:
    """Give the header Authorization, by a key derived for the day and the service."""
    canonical = "\n".join(
        (
            "POST",
            "/",
            "",
            f"content-type:{CONTENT_TYPE}",
            f"host:{request.host}",
            "",
            SIGNED,
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    moment = request.at.astimezone(UTC)
    scope = f"{moment:%Y-%m-%d}/{request.service}/tc3_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{int(moment.timestamp())}\n{scope}\n{digest}"
    key = f"TC3{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return (
        f"TC3-HMAC-SHA256 Credential={key_id}/{scope},"
        f" SignedHeaders={SIGNED}, Signature={signature}"
    )
