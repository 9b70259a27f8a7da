"""What villagers' accounts may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany


class SnapshotRefused(Forbidden):
    code = "snapshot_refused"
    sentence = "现在是微信的快照页，还不能登录。请点右下角“使用完整服务”，再登录。"


class WayClosed(Conflict):
    code = "way_closed"
    sentence = "这种登录方式还没有开通，请换一种。"


class BadPhone(Invalid):
    code = "bad_phone"
    sentence = "请填 11 位手机号。"


class CodeRefused(Invalid):
    code = "code_refused"
    sentence = "验证码不对，或者已经过期。请核对短信，或者重新获取。"


class CodeTooSoon(TooMany):
    code = "code_too_soon"
    sentence = "验证码刚刚发过，请稍等再获取。"


class CodesUsedUp(TooMany):
    code = "codes_used_up"
    sentence = "今天获取验证码的次数已经用完，请明天再试，或者打电话给村委会。"


class AccountGone(NotFound):
    code = "account_gone"
    sentence = "这个账号已经注销。"
