"""What bindings, consents and corrections may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany


class BindingNotFound(NotFound):
    code = "binding_not_found"
    sentence = "没有找到这个绑定。请回到“我的家”再看。"


class BindingEnded(Gone):
    code = "binding_ended"
    sentence = (
        "这个绑定已经结束，看不到这一户了。弄错了的话，请扫自家门牌再绑定一次，或者找村委会。"
    )


class BindingWaiting(Conflict):
    code = "binding_waiting"
    sentence = "村里还在核对，核对好了会告诉您。"


class DoorWanted(Invalid):
    code = "door_wanted"
    sentence = "请先扫一下自家的门牌，再点“这是我家”。"


class NoticeWanted(Conflict):
    code = "notice_wanted"
    sentence = "请先看过个人信息说明，再往下走。"


class PhoneWanted(Conflict):
    code = "phone_wanted"
    sentence = "请先用短信验证手机号，再往下走。"


class LastFourWanted(Invalid):
    code = "last_four_wanted"
    sentence = "请填身份证号的最后四位，最后一位可以是 X。"


class OwnNameWanted(Invalid):
    code = "own_name_wanted"
    sentence = "请填您的姓名，不超过 30 个字。"


class AttemptsUsedUp(TooMany):
    code = "attempts_used_up"
    sentence = "今天试的次数已经用完，请明天再试，或者到村委会办理。"


class RequestDecided(Conflict):
    code = "request_decided"
    sentence = "这条申请已经办过了，请刷新后再看。"


class UnfitAge(Invalid):
    code = "unfit_age"
    sentence = "年龄不符：不满 14 周岁的只能由监护人绑定，监护人只能绑定未成年人。"


class AlreadyBound(Conflict):
    code = "already_bound"
    sentence = "这个账号已经绑定了这一户，不用再办。"


class RefusalReasonWanted(Invalid):
    code = "refusal_reason_wanted"
    sentence = "请写明原因，2 到 200 个字，对方会看到。"


class NotYours(Forbidden):
    code = "not_yours"
    sentence = "这一项只有户主或本人能办。"


class BadEndDay(Invalid):
    code = "bad_end_day"
    sentence = "请选一个截止日期：明天以后，最长一年。"


class TooManyDelegates(Conflict):
    code = "too_many_delegates"
    sentence = "一个人最多委托三位家人，请先收回一位。"


class ConfirmationWanted(Forbidden):
    code = "confirmation_wanted"
    sentence = "请再填一次身份证后四位，确认是您本人。"


class ConsentUnknown(NotFound):
    code = "consent_unknown"
    sentence = "没有这一项。"


class DetailRefused(Invalid):
    code = "detail_refused"
    sentence = "这一项填得不对：手机号 11 位，邮箱要带 @。"


class CorrectionRefused(Invalid):
    code = "correction_refused"
    sentence = "请填上正确的内容，不超过 200 个字。"


class CorrectionWaiting(Conflict):
    code = "correction_waiting"
    sentence = "这一项已经提过更正，村里正在办，请等答复。"


class CorrectionNotFound(NotFound):
    code = "correction_not_found"
    sentence = "没有找到这条更正。"


class CorrectionAnswered(Conflict):
    code = "correction_answered"
    sentence = "这条更正已经办过了，请刷新后再看。"
