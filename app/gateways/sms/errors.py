"""What sending a message may end with instead."""

from __future__ import annotations

from app.kernel.errors import Forbidden, Unavailable


class SmsBusy(Unavailable):
    code = "sms_busy"
    sentence = "短信暂时发不出去，请过一会儿再试。"


class SmsRefused(Forbidden):
    code = "sms_refused"
    sentence = "这个手机号收不了短信，请换一个。"


class SmsMisconfigured(Unavailable):
    code = "sms_misconfigured"
    sentence = "短信暂时用不了，我们已经记录。请稍后再试。"
