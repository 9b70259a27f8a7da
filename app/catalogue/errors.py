"""What the rules of the catalogue refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Gone, Invalid, NotFound


class FieldUnknown(Invalid):
    code = "catalogue_field_unknown"
    sentence = (
        "请选择领域；新领域要写 1 到 40 个小写字母、数字或下划线的代码，和 2 到 40 个字的名称。"
    )


class ImportRefused(Invalid):
    """A catalogue of which nothing was taken; `facts["lines"]` lists (line number, sentence)."""

    code = "catalogue_refused"
    sentence = "目录有误，没有存成草稿。请按下面各行改好后再上传。"


class NoHeader(Invalid):
    code = "catalogue_no_header"
    sentence = (
        "没有找到标准目录的表头（公开事项、公开内容、公开依据、公开时限、公开主体、公开渠道和载体、"
        "公开对象、公开方式、公开层级），请检查后再上传。"
    )


class VersionNotFound(NotFound):
    code = "catalogue_version_not_found"
    sentence = "没有这一版目录。"


class EntryNotFound(NotFound):
    code = "catalogue_entry_not_found"
    sentence = "没有这个公开事项。"


class NotADraft(Conflict):
    code = "catalogue_not_a_draft"
    sentence = "这一版目录已经生效过，不能再改。请上传新的一版。"


class BadDate(Invalid):
    code = "catalogue_bad_date"
    sentence = "生效日期要写成 2026-12-01 这样，不能早于现行版本的生效日期。"


class NotAnEvent(Invalid):
    code = "duty_not_an_event"
    sentence = "这个公开事项是定期公开的，期限由系统按期生成，不用登记。"


class WrongPlace(Invalid):
    code = "duty_wrong_place"
    sentence = "这个公开事项不由这个地方公开。"


class FeedNotFound(NotFound):
    code = "calendar_feed_not_found"
    sentence = "没有这个日历地址。"


class FeedRevoked(Gone):
    code = "calendar_feed_revoked"
    sentence = "这个日历地址已经停用，请在期限看板上重新生成。"
