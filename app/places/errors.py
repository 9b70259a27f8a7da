"""What the rules of places refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Invalid, NotFound


class DivisionNotFound(NotFound):
    code = "division_not_found"
    sentence = "没有这个行政区划代码。"


class ImportRefused(Invalid):
    """A table of which nothing was imported; `facts["lines"]` lists (line number, sentence)."""

    code = "divisions_refused"
    sentence = "表格有误，一行也没有导入。请改好后再导入。"


class MergerRefused(Conflict):
    code = "merger_refused"
    sentence = "这几个村不能这样合并。"
