"""Why a change of the word list is refused."""

from __future__ import annotations

from app.kernel.errors import Conflict, Invalid, NotFound


class WordNotFound(NotFound):
    code = "word_not_found"
    sentence = "词表里没有这个词，可能已经删去。"


class WordKnown(Conflict):
    code = "word_known"
    sentence = "词表里已经有这个词，要改写法请先删去原来的。"


class WordRefused(Invalid):
    code = "word_refused"
    sentence = "这个词不能加入词表，请检查后再提交。"


class WordsRefused(Invalid):
    """A whole list is refused; `facts["lines"]` are the lines and what is wrong with each."""

    code = "words_refused"
    sentence = "词表没有导入，请改好标出的行再试。"
