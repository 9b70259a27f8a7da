"""What signing in and managing staff may refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Invalid, NotFound, Unauthenticated


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
