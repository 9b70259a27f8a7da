"""Aliyun's SMS service (Dysmsapi 2017-05-25), requests signed by ACS3-HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from app.gateways import outside
from app.gateways.outside import NoAnswer
from app.gateways.sms import verdict
from app.gateways.sms.errors import SmsBusy
from app.kernel import clock, ids

USUAL_URL = "https://dysmsapi.aliyuncs.com"
NUMBER = ("isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT", "isv.BLACK_KEY_CONTROL_LIMIT")
OURS = (
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "Forbidden",
    "isp.RAM_PERMISSION_DENY",
    "isv.ACCOUNT",
    "isv.AMOUNT_NOT_ENOUGH",
    "isv.OUT_OF_SERVICE",
    "isv.PRODUCT_UN_SUBSCRIPT",
    "isv.SMS_SIGNATURE",
    "isv.SMS_TEMPLATE",
    "isv.SMS_SIGN",
    "isv.TEMPLATE",
    "isv.INVALID_PARAMETERS",
)


@dataclass(frozen=True)
class Request:
    """What is signed: one call without a body; `headers` are all that count, in lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


class AliyunSms:
    """Implements `protocol.Sms`."""

    sends = True

    def __init__(
        self, *, key_id: str, secret: str, sign_name: str, template: str, url: str = ""
    ) -> None:
        self._key_id = key_id
        self._secret = secret
        self._sign_name = sign_name
        self._template = template
        self._url = (url or USUAL_URL).rstrip("/")

    def send_code(self, *, phone: str, code: str, key: str) -> str:
        """Send a code; the provider takes its parameters in the query, by TLS alone."""
        request = Request(
            "POST",
            query={
                "PhoneNumbers": phone,
                "SignName": self._sign_name,
                "TemplateCode": self._template,
                "TemplateParam": json.dumps({"code": code}),
                "OutId": key,
            },
            headers={
                "host": self._url.partition("://")[2],
                "x-acs-action": "SendSms",
                "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
                "x-acs-date": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                "x-acs-signature-nonce": ids.token(),
                "x-acs-version": "2017-05-25",
            },
        )
        signed = {**request.headers, "Authorization": sign(request, self._key_id, self._secret)}
        address = f"{self._url}/?{_canonical(request.query)}"
        try:
            answer = outside.ask("POST", address, headers=signed)
        except NoAnswer as error:
            raise SmsBusy from error
        word = str(answer.get("Code", ""))
        if word == "OK":
            return str(answer.get("BizId", ""))[:100]
        verdict.refuse("aliyun", word, number=NUMBER, ours=OURS)


def sign(request: Request, key_id: str, secret: str) -> str:
    """Give the header Authorization: HMAC-SHA-256 over the digest of the canonical request."""
    names = sorted(request.headers)
    signed = ";".join(names)
    lines = (
        request.method,
        "/",
        _canonical(request.query),
        *(f"{name}:{request.headers[name].strip()}" for name in names),
        "",
        signed,
        request.headers["x-acs-content-sha256"],
    )
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    text = f"ACS3-HMAC-SHA256\n{digest}".encode()
    signature = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={signed},Signature={signature}"


def _canonical(query: Mapping[str, str]) -> str:
    """Write a query as it is signed: sorted, and escaped as RFC 3986 has it."""
    return "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(query.items())
    )
