"""Providers of short messages: signatures as they publish them, answers as they give them."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.gateways import choosing
from app.gateways.sms import aliyun, tencent
from app.gateways.sms.aliyun import AliyunSms
from app.gateways.sms.errors import SmsBusy, SmsMisconfigured, SmsRefused
from app.gateways.sms.memory import InMemorySms, LoggedSms, NoSms, Sent
from app.gateways.sms.protocol import Sms
from app.gateways.sms.tencent import TencentSms
from app.kernel.settings import Settings
from tests.log_keeping import written_log

PHONE, CODE = "13800001234", "428913"


def test_aliyuns_published_example_is_signed_as_published() -> None:
    # Source: "V3 request structure and signature", the fixed parameters of Alibaba Cloud's page.
    request = aliyun.Request(
        "POST",
        query={
            "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            "RegionId": "cn-shanghai",
        },
        headers={
            "host": "ecs.cn-shanghai.aliyuncs.com",
            "x-acs-action": "RunInstances",
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            "x-acs-date": "2023-10-26T10:22:32Z",
            "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
            "x-acs-version": "2014-05-26",
        },
    )
    signed = aliyun.sign(request, "YourAccessKeyId", "YourAccessKeySecret")
    assert signed == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


@pytest.mark.parametrize(
    ("secret", "signature"),
    [
        # Source: "Signature v3", the example of Tencent Cloud's page, in Chinese and in English.
        (
            "Gu5t9xGARNpq86cd98joQYCN3*******",
            "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c",
        ),
        (
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        ),
    ],
)
def test_tencents_published_example_is_signed_as_published(secret: str, signature: str) -> None:
    body = (
        rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    )
    at = datetime.fromtimestamp(1551113065, UTC)
    request = tencent.Request("cvm", "cvm.tencentcloudapi.com", body, at)
    assert tencent.sign(request, "AKID", secret) == (
        "TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request,"
        f" SignedHeaders=content-type;host, Signature={signature}"
    )


class Provider:
    """A provider that answers what it is told and notes what it was sent."""

    def __init__(self) -> None:
        self.answer: object = {}
        self.status = 200
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.url = ""


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Serve a provider on loopback."""
    provider = Provider()
    with _serving(provider):
        yield provider


@contextmanager
def _serving(provider: Provider) -> Iterator[None]:
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            heard = {name.lower(): value for name, value in self.headers.items()}
            provider.asked.append((self.path, heard, body))
            answer = json.dumps(provider.answer).encode()
            self.send_response(provider.status)
            if provider.status == 302:
                self.send_header("Location", provider.url)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_parts: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield
    server.shutdown()
    server.server_close()
    thread.join()


def _aliyun(provider: Provider) -> AliyunSms:
    return AliyunSms(
        key_id="id", secret="secret", sign_name="阳光六枝", template="SMS_1", url=provider.url
    )


def _tencent(provider: Provider) -> TencentSms:
    return TencentSms(
        key_id="id",
        secret="secret",
        app_id="1400",
        sign_name="阳光六枝",
        template="2",
        url=provider.url,
    )


def test_aliyun_is_sent_what_was_signed(provider: Provider) -> None:
    provider.answer = {"Code": "OK", "Message": "OK", "BizId": "900619746936498440^0"}
    given = _aliyun(provider).send_code(phone=PHONE, code=CODE, key="7")
    assert given == "900619746936498440^0"
    path, heard, body = provider.asked[0]
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    assert query["PhoneNumbers"] == PHONE
    assert json.loads(query["TemplateParam"]) == {"code": CODE}
    assert (query["SignName"], query["OutId"], body) == ("阳光六枝", "7", b"")
    names = [name for name in heard if name == "host" or name.startswith("x-acs-")]
    request = aliyun.Request("POST", query, {name: heard[name] for name in names})
    assert heard["authorization"] == aliyun.sign(request, "id", "secret")


def test_tencent_is_sent_what_was_signed(provider: Provider) -> None:
    sent = {"SerialNo": "2640:1", "PhoneNumber": f"+86{PHONE}", "Code": "Ok", "Message": "send"}
    provider.answer = {"Response": {"SendStatusSet": [sent], "RequestId": "r"}}
    assert _tencent(provider).send_code(phone=PHONE, code=CODE, key="7") == "2640:1"
    _path, heard, body = provider.asked[0]
    content = json.loads(body)
    assert content["PhoneNumberSet"] == [f"+86{PHONE}"]
    assert (content["TemplateParamSet"], content["SessionContext"]) == ([CODE], "7")
    at = datetime.fromtimestamp(int(heard["x-tc-timestamp"]), UTC)
    request = tencent.Request("sms", heard["host"], body, at)
    assert heard["authorization"] == tencent.sign(request, "id", "secret")


def _aliyun_word(word: str) -> dict[str, Any]:
    return {"Code": word, "Message": "…"}


def _tencent_word(word: str) -> dict[str, Any]:
    return {"Response": {"SendStatusSet": [{"Code": word, "SerialNo": ""}]}}


def _tencent_error(word: str) -> dict[str, Any]:
    return {"Response": {"Error": {"Code": word, "Message": "…"}}}


@pytest.mark.parametrize(
    ("make", "answer", "error"),
    [
        (_aliyun, _aliyun_word("isv.MOBILE_NUMBER_ILLEGAL"), SmsRefused),
        (_aliyun, _aliyun_word("isv.AMOUNT_NOT_ENOUGH"), SmsMisconfigured),
        (_aliyun, _aliyun_word("SignatureDoesNotMatch"), SmsMisconfigured),
        (_aliyun, _aliyun_word("isv.BUSINESS_LIMIT_CONTROL"), SmsBusy),
        (_aliyun, _aliyun_word("isp.SYSTEM_ERROR"), SmsBusy),
        (_aliyun, {}, SmsBusy),
        (_tencent, _tencent_word("InvalidParameterValue.IncorrectPhoneNumber"), SmsRefused),
        (_tencent, _tencent_word("FailedOperation.PhoneNumberInBlacklist"), SmsRefused),
        (_tencent, _tencent_word("LimitExceeded.PhoneNumberDailyLimit"), SmsBusy),
        (_tencent, _tencent_error("AuthFailure.SignatureFailure"), SmsMisconfigured),
        (_tencent, _tencent_error("InternalError"), SmsBusy),
        (_tencent, {"Response": []}, SmsBusy),
    ],
)
def test_what_a_provider_says_is_ours_the_numbers_or_may_pass(
    provider: Provider, make: Any, answer: object, error: type[Exception]
) -> None:
    provider.answer = answer
    with pytest.raises(error):
        make(provider).send_code(phone=PHONE, code=CODE, key="7")


@pytest.mark.parametrize("make", [_aliyun, _tencent])
def test_a_redirect_is_not_followed_and_a_long_answer_is_not_read(
    provider: Provider, make: Any
) -> None:
    provider.status = 302
    with pytest.raises(SmsBusy):
        make(provider).send_code(phone=PHONE, code=CODE, key="7")
    assert len(provider.asked) == 1
    provider.status, provider.answer = 200, {"Code": "OK", "BizId": "x" * 70_000}
    with pytest.raises(SmsBusy):
        make(provider).send_code(phone=PHONE, code=CODE, key="7")


def test_settings_choose_the_provider(settings: Settings) -> None:
    def chosen(name: str) -> Sms:
        return choosing.sms_for(settings.model_copy(update={"sms_provider": name}))

    assert isinstance(chosen("aliyun"), AliyunSms)
    assert isinstance(chosen("tencent"), TencentSms)
    assert isinstance(chosen("demo"), LoggedSms)
    assert isinstance(chosen("none"), NoSms)


def test_without_a_provider_nothing_is_sent() -> None:
    assert not NoSms().sends
    with pytest.raises(SmsMisconfigured):
        NoSms().send_code(phone=PHONE, code=CODE, key="7")


def test_the_demonstration_writes_the_code_and_never_the_number(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = written_log("debug")
    LoggedSms().send_code(phone=PHONE, code=CODE, key="7")
    told = "".join([*capsys.readouterr(), log.getvalue()])
    assert CODE in told
    assert PHONE not in told


def test_the_twin_keeps_what_was_sent_or_fails_as_told() -> None:
    sms = InMemorySms()
    sms.send_code(phone=PHONE, code=CODE, key="7")
    assert sms.sent == [Sent(PHONE, CODE, "7")]
    sms.fails_with = SmsBusy()
    with pytest.raises(SmsBusy):
        sms.send_code(phone=PHONE, code=CODE, key="8")
