"""What signing in and managing staff may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated


class SignInRefused(Unauthenticated):
    code = "sign_in_refused"
    sentence = "用户名或密码不对。"


class UsernameTaken(Conflict):
    code = "username_taken"
    sentence = "这个用户名已经有人用了，请换一个。"


class StaffNotFound(NotFound):
    code = "staff_not_found"
    sentence = "没有这个账号。"


class AccountClosed(Conflict):
    code = "account_closed"
    sentence = "这个账号已经停用。"


class UnknownRole(Invalid):
    code = "unknown_role"
    sentence = "没有这个角色。"


class PasswordTooShort(Invalid):
    code = "password_too_short"
    sentence = "密码至少要 12 个字符。"


class BadUsername(Invalid):
    code = "bad_username"
    sentence = "用户名用 2 到 50 个小写字母、数字、点、横线或下划线。"


class SessionNotFound(NotFound):
    code = "session_not_found"
    sentence = "这次登录已经结束了。"


class SignInPaused(TooMany):
    code = "sign_in_paused"
    sentence = "试错的次数太多，请过一会儿再试。"


class CodeRefused(Invalid):
    code = "second_factor_refused"
    sentence = "动态验证码不对或者已经用过，请等下一个验证码再试。"


class CodeWanted(Unauthenticated):
    code = "code_wanted"
    sentence = "这个账号要再提供动态验证码。"


class EnrolmentWanted(Unauthenticated):
    code = "enrolment_wanted"
    sentence = "这个账号还没有绑定动态验证码，请先在工作台登录并绑定。"


class PasswordChangeWanted(Unauthenticated):
    code = "password_change_wanted"
    sentence = "这个账号还在用初始密码，请先在工作台登录并改密码。"


class OnlyForDemonstration(Conflict):
    code = "only_for_demonstration"
    sentence = "只有演示县能这样看动态验证码，请用手机上的应用。"


class AlreadyEnrolled(Conflict):
    code = "already_enrolled"
    sentence = "这个账号已经绑定了动态验证码。"


class NotEnrolled(Conflict):
    code = "not_enrolled"
    sentence = "这个账号还没有绑定动态验证码。请等本人登录并绑定后再批准。"


class PasswordWrong(Invalid):
    code = "password_wrong"
    sentence = "现在的密码不对。"


class PasswordsDiffer(Invalid):
    code = "passwords_differ"
    sentence = "两次输入的新密码不一样。"


class PasswordUnchanged(Invalid):
    code = "password_unchanged"
    sentence = "新密码要和现在的不一样。"


class PasswordTooLong(Invalid):
    code = "password_too_long"
    sentence = "密码最多 200 个字符。"


class NoSuchWechat(Unauthenticated):
    code = "no_such_wechat"
    sentence = "这个微信没有绑定工作账号，或者离上次输入动态验证码已超过 12 小时，请用密码登录。"


class WechatTaken(Conflict):
    code = "wechat_taken"
    sentence = "这个微信已经绑定了别的工作账号，请先在那个账号里解除绑定。"


class WechatSnapshot(Invalid):
    code = "wechat_snapshot"
    sentence = "现在是微信的快照页，请点页面上的按钮进入完整服务后再试。"


class SameAccount(Invalid):
    code = "same_account"
    sentence = "请选另一个账号来接手。"


class NotYourOwn(Forbidden):
    code = "not_your_own"
    sentence = "不能给自己授权、批准自己的授权，也不能这样改自己的账号，请找另一位管理员。"


class NotWhoAsked(Forbidden):
    code = "not_who_asked"
    sentence = "提出申请的人不能自己批准，请由另一个人办理。"


class OutsideYourScope(Forbidden):
    code = "outside_your_scope"
    sentence = "这个账号或授权超出了您的管理范围。"


class AnotherAdministration(Conflict):
    code = "another_administration"
    sentence = "系统管理、数据管理和安全审计不能是同一个人，请先结束另一项授权。"


class GrantNotFound(NotFound):
    code = "grant_not_found"
    sentence = "没有这项授权。"


class GrantDecided(Conflict):
    code = "grant_decided"
    sentence = "这项授权已经有人办过了，请刷新后再看。"


class GrantThere(Conflict):
    code = "grant_there"
    sentence = "这个账号已经有同样的授权，或者正在等批准。"


class UnknownPermission(Invalid):
    code = "unknown_permission"
    sentence = "没有这项权限。"


class LastDayWanted(Invalid):
    code = "last_day_wanted"
    sentence = "这项权限要写明最后一天，最长一年。"


class LastDayPast(Invalid):
    code = "last_day_past"
    sentence = "最后一天已经过去了。"


class AdminExists(Conflict):
    code = "admin_exists"
    sentence = "已经有管理员了。其他管理员由现有管理员在工作台开通。"


class ResetNotFound(NotFound):
    code = "reset_not_found"
    sentence = "没有这项申请，或者已经办过了。"


class ResetThere(Conflict):
    code = "reset_there"
    sentence = "这个账号已经有一项等待办理的申请。"


class ProofWanted(Invalid):
    code = "proof_wanted"
    sentence = "请写明怎样核实了本人身份（5 到 200 个字）。"


class BadTable(Invalid):
    code = "bad_table"
    sentence = "表格里有不能开通的行，一个账号也没有开通。请改好后重新上传。"


class UnreadableTable(Invalid):
    code = "unreadable_table"
    sentence = "读不了这个文件，请上传 .xlsx 表格，第一行写列名。"


class OfficeUnknown(Invalid):
    code = "office_unknown"
    sentence = "这个地方没有这个单位，请照单位名录写全称；不限单位就留空。"


class BadDate(Invalid):
    code = "bad_date"
    sentence = "到期日期看不懂，请写成 2027-06-30 这样。"
