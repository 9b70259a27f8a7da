"""What home visits may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound


class VisitNotFound(NotFound):
    code = "visit_not_found"
    sentence = "没有找到这次走访。"


class NeedNotFound(NotFound):
    code = "need_not_found"
    sentence = "没有找到这条诉求。"


class PackNotFound(NotFound):
    code = "pack_not_found"
    sentence = "没有找到这个离线包。"


class MessageNotFound(NotFound):
    code = "message_not_found"
    sentence = "没有找到这条待确认的走访，可能已经有人处理。"


class BadVisit(Invalid):
    code = "bad_visit"
    sentence = "走访记录没有填好，请检查后再保存。"


class BadNeed(Invalid):
    code = "bad_need"
    sentence = "诉求没有填好，请检查后再保存。"


class NoteWanted(Invalid):
    code = "note_wanted"
    sentence = "请写一句说明，这户人家会看到它。"


class ReasonWanted(Invalid):
    code = "reason_wanted"
    sentence = "不采用要写明原因。"


class FormUsedUp(Conflict):
    code = "visit_form_used_up"
    sentence = "这张表单已经存过别的走访，这一次还没有保存。请核对是不是这一户，再点保存。"


class VisitClosed(Forbidden):
    code = "visit_closed"
    sentence = "走访记录只能由记录人在 24 小时内修改。"


class NeedMoved(Conflict):
    code = "need_moved"
    sentence = "这条诉求刚刚有人办理过，请刷新后再看。"


class StepRefused(Conflict):
    code = "step_refused"
    sentence = "这条诉求现在的状态不能这样改。"


class BadPack(Invalid):
    code = "bad_pack"
    sentence = "请选择村和至少一个组。"


class RevocationUnexplained(Invalid):
    code = "revocation_unexplained"
    sentence = "收回别人的离线包要写明原因。"


class PackTooLarge(Invalid):
    code = "pack_too_large"
    sentence = "选中的组超过 200 户，请少选几个组。"


class PackEmpty(Invalid):
    code = "pack_empty"
    sentence = "选中的组里没有住户。"


class Undecipherable(Invalid):
    code = "undecipherable"
    sentence = "这条内容解不开，请保留设备并联系系统管理员。"


class NotThisAccount(Forbidden):
    code = "not_this_account"
    sentence = "这条走访是另一个账号记的，请用那个账号登录后再传。"


class OwnerUnfit(Invalid):
    code = "owner_unfit"
    sentence = "请选择一个在这个村有走访权限的办理人。"
