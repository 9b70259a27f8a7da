"""The words a rule may refuse with; `app.web.problems` chooses number and page for each."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session


class SunshineError(Exception):
    """A refusal that people may read: `code` for programs, `sentence` in Chinese for people.

    The sentence says what is wrong and what to do; it never repeats what was typed in.
    """

    code = "error"
    sentence = "操作没有完成，请稍后再试。"

    def __init__(
        self,
        sentence: str | None = None,
        *,
        afterwards: Callable[[Session], None] | None = None,
        **facts: object,
    ) -> None:
        """`afterwards` is written in a unit of work of its own once the refused one is undone."""
        self.sentence = sentence or type(self).sentence
        self.afterwards = afterwards
        self.facts = facts
        super().__init__(self.code)


class NotFound(SunshineError):
    code = "not_found"
    sentence = "没有找到您要的内容。"


class Gone(SunshineError):
    code = "gone"
    sentence = "这项内容已经撤下。"


class Unauthenticated(SunshineError):
    code = "unauthenticated"
    sentence = "请先登录。"


class Forbidden(SunshineError):
    code = "forbidden"
    sentence = "您没有这项权限。"


class Conflict(SunshineError):
    code = "conflict"
    sentence = "当前状态不允许这样做，请刷新后再看。"


class Invalid(SunshineError):
    code = "invalid"
    sentence = "填写的内容有误，请检查后再提交。"


class TooMany(SunshineError):
    code = "too_many"
    sentence = "请求太频繁，请稍等一分钟再试。"


class Unavailable(SunshineError):
    code = "unavailable"
    sentence = "这项服务暂时用不了，请稍后再试。"
