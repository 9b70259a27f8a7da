"""What the rules of organisations refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Invalid, NotFound


class OrganisationNotFound(NotFound):
    code = "organisation_not_found"
    sentence = "没有这个单位。"


class KeyTaken(Conflict):
    code = "organisation_key_taken"
    sentence = "这个标识已经属于别的单位，请换一个。"


class ImportRefused(Invalid):
    """A table of which nothing was imported; `facts["lines"]` lists (line number, sentence)."""

    code = "organisations_refused"
    sentence = "表格有误，一行也没有导入。请改好后再导入。"
