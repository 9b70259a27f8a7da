"""What WeChat refuses with, and what to do about each of its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from app.kernel.errors import Forbidden, Invalid, Unauthenticated, Unavailable


class Act(Enum):
    """What a number asks of us."""

    BACK_OFF = auto()  # busy: wait and try again
    RENEW = auto()  # the token is no good: renew it under the lock, try once more
    SIGN_IN_AGAIN = auto()  # the code is no good, or was used
    REFUSE = auto()  # WeChat holds the sign-in for risky
    ALARM = auto()  # our configuration: nothing to try again
    DROP_RECIPIENT = auto()
    MEND_CONTENT = auto()
    FALL_BACK = auto()  # this person is not reached this way: the next channel
    DEFER = auto()  # the day's quota is used up
    WAIT_A_MINUTE = auto()


ACTS: Mapping[int, Act] = MappingProxyType(
    {
        -1: Act.BACK_OFF,
        40001: Act.RENEW,
        40014: Act.RENEW,
        42001: Act.RENEW,
        40003: Act.DROP_RECIPIENT,
        40013: Act.ALARM,
        40125: Act.ALARM,
        40164: Act.ALARM,
        48001: Act.ALARM,
        40029: Act.SIGN_IN_AGAIN,
        40163: Act.SIGN_IN_AGAIN,
        40226: Act.REFUSE,
        40037: Act.MEND_CONTENT,
        41030: Act.MEND_CONTENT,
        47003: Act.MEND_CONTENT,
        43101: Act.FALL_BACK,
        43004: Act.FALL_BACK,
        45009: Act.DEFER,
        45011: Act.WAIT_A_MINUTE,
    }
)
"""Source: the public error tables of the official account and the Mini Program."""


class SignInAgain(Unauthenticated):
    code = "wechat_sign_in_again"
    sentence = "微信登录已经过期，请再点一次登录。"


class RiskRefused(Forbidden):
    code = "wechat_risk_refused"
    sentence = "微信认为这次登录有风险，没有放行。请在微信里检查账号安全，或者改用手机号登录。"


class WeChatBusy(Unavailable):
    code = "wechat_busy"
    sentence = "微信暂时没有回应，请过一会儿再试，或者改用手机号登录。"


class WeChatMisconfigured(Unavailable):
    code = "wechat_misconfigured"
    sentence = "微信登录暂时用不了，我们已经记录。请先改用手机号登录。"


class PhoneCodeRefused(Invalid):
    code = "wechat_phone_code_refused"
    sentence = "微信没有确认这个手机号，请再点一次授权。"


class NoMainlandNumber(Forbidden):
    code = "no_mainland_number"
    sentence = "只能用中国大陆的手机号。"


class Refused(Exception):
    """WeChat answered with a number that the call did not settle by itself."""

    def __init__(self, errcode: int) -> None:
        self.errcode = errcode
        self.act = ACTS.get(errcode)
        super().__init__(str(errcode))
