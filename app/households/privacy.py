"""What villagers are told, what they may say yes or no to, and how long things are kept: as data.

Articles are of the 个人信息保护法 (PIPL) unless they name another law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True)
class PrivacyNotice:
    """A version of the notice (第十七条, 第三十条, 第三十五条), in force from a day on."""

    version: str
    from_day: date
    points: tuple[tuple[str, str], ...]


NOTICES = (
    PrivacyNotice(
        "2026-11",
        date(2026, 11, 1),
        (
            ("谁在管", "村民委员会登记，县里这个平台保管。电话在页面最下面。"),
            ("要用您的什么", "您的手机号，和身份证号的最后四位。只用来核对您是这一户的人。"),
            ("您能看到什么", "您家登记的情况、享受的政策，还有谁看过您家的信息。"),
            ("别人能看到什么", "家里其他大人的身份证号、电话仍然遮住。您绑定的事会告诉户主。"),
            ("留多久", "绑定结束后留三年，和查看记录一起备查；身份证后四位核对完就不留。"),
            ("您可以随时", "解除绑定、要求更正、下载自己的信息、注销账号。都不要钱。"),
        ),
    ),
)


def notice_on(day: date) -> PrivacyNotice:
    """Give the notice in force on a day."""
    return max(
        (one for one in NOTICES if one.from_day <= day),
        key=lambda one: one.from_day,
        default=NOTICES[0],
    )


@dataclass(frozen=True)
class Purpose:
    """Something that rests on consent alone (第十三条第一款第一项): yes or no changes nothing else.

    Each is a consent of its own (第二十九条). `field` names what is asked for with it, and goes
    with it; staff see it in a record that is held open for the purpose `seen_for` and in no other.
    """

    code: str
    name: str
    what_for: str
    field: str = ""
    label: str = ""
    seen_for: str = ""


PURPOSES: Mapping[str, Purpose] = MappingProxyType(
    {
        one.code: one
        for one in (
            Purpose("wechat_push", "微信提醒", "村里有新通知、您的诉求有进展时，用微信告诉您。"),
            Purpose("sms_notices", "短信通知", "您不用微信时，用短信把一般通知发到您的手机。"),
            Purpose(
                "second_contact",
                "备用联系电话",
                "有急事又找不到您时，村里打这个电话。",
                field="second_phone",
                label="家人或邻居的手机号（先问过他本人）",
                seen_for="emergency",
            ),
            Purpose(
                "email",
                "电子邮箱",
                "您要书面答复时，可以寄到这个邮箱。",
                field="email",
                label="邮箱地址",
                seen_for="service",
            ),
        )
    }
)


def seen_for(purpose: str) -> tuple[str, ...]:
    """Name what villagers gave of their own accord for what a record is opened for."""
    return tuple(one.field for one in PURPOSES.values() if one.field and one.seen_for == purpose)


@dataclass(frozen=True)
class Ground:
    """Something that rests on law and cannot be withdrawn, with where the law says so."""

    name: str
    article: str
    why: str


GROUNDS = (
    Ground(
        "住户登记",
        "个人信息保护法第十三条第一款第三项、第三十四条、第三十七条",
        "村里办事、救助和应急要知道谁住在哪里。登记错了可以更正，不能撤回。",
    ),
    Ground(
        "低保、特困、残疾等政策",
        "社会救助暂行办法第九条、第十四条；残疾人保障法第二条",
        "发放补助要登记谁在享受、从哪天到哪天。",
    ),
    Ground(
        "谁看过您家信息的记录",
        "个人信息保护法第五十一条；网络安全法关于留存日志的规定",
        "这份记录是保护您的，留三年，谁也不能删改。",
    ),
    Ground(
        "登录验证码短信",
        "个人信息保护法第十三条第一款第二项、第三项",
        "不发验证码就没有办法确认是您本人。",
    ),
)


TERMS: Mapping[str, int] = MappingProxyType(
    {
        "ended_binding": 3 * 365,  # as long as the ledger's lines: who could see what, when
        "refused_request": 180,  # to ask the village once more, and for a complaint
        "waiting_request": 90,  # nobody decided: it ends, and may be asked again
        "answered_correction": 90,  # then the wanted value and the remark go
        "correction_line": 3 * 365,  # that it was asked, when and how it was answered
        "withdrawn_consent": 3 * 365,  # the proof that it was given and withdrawn (第六十九条)
        "old_invitation": 30,
        "attempt": 1,
    }
)
"""How many days each thing is kept once it is over (第十九条: no longer than its purpose needs)."""

WHY = MappingProxyType(
    {
        "no_household": "这块门牌还没有对应到户",
        "phone_unknown": "名册里没有成年人登记这个手机号",
        "phone_shared": "名册里有几个人登记了同一个手机号",
        "fact_unknown": "名册里没有登记身份证号",
        "fact_differs": "身份证后四位与名册不一致",
        "guardian": "申请以监护人身份查看孩子的信息",
    }
)
"""Why a request could not be granted at once: for the clerk, never for the asker."""

ENDED = MappingProxyType(
    {
        "left": "自己解除",
        "withdrawn": "自己撤回申请",
        "head": "户主解除",
        "grantor": "委托人收回",
        "grantor_ended": "委托人的绑定已经结束",
        "delegate": "代办人自己退出",
        "expired": "到期",
        "unanswered": "过期没有办理",
        "died": "登记去世",
        "moved": "户口变动",
        "household_ended": "这一户已经注销",
        "came_of_age": "孩子已满十八周岁",
        "account_deleted": "账号已注销",
        "clerk": "村里解除",
    }
)
"""Why a binding ended."""
