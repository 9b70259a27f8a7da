"""What aid lists refuse."""

from __future__ import annotations

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany


class ListNotFound(NotFound):
    code = "aid_list_not_found"
    sentence = "没有找到这份名单。"


class UploadNotFound(NotFound):
    code = "aid_upload_not_found"
    sentence = "没有这次上传，可能已经按期清除，请重新上传。"


class ObjectionNotFound(NotFound):
    code = "aid_objection_not_found"
    sentence = "没有找到这条异议。"


class KindNotFound(Invalid):
    code = "aid_kind_not_found"
    sentence = "请选择名单的种类。"


class PeriodRefused(Invalid):
    code = "aid_period_refused"
    sentence = "请填名单是哪个月或哪个季度的，例如 2026-11 或 2026-Q4，不能是以后的。"


class FileWanted(Invalid):
    code = "aid_file_wanted"
    sentence = "请选择要上传的名单文件。"


class TableRefused(Invalid):
    code = "aid_table_refused"
    sentence = "没有找到表头。表头里要有“姓名”和“金额”两列，请检查后再上传。"


class MappingRefused(Invalid):
    code = "aid_mapping_refused"
    sentence = "各列的意思没有选对，请看提示改一改。"


class ColumnBarred(Forbidden):
    """A form asked for a column that no list may show; pages do not offer it."""

    code = "aid_column_barred"
    sentence = "这一列是不能公开的信息，不能选进名单。"


class LeavingOutWanted(Invalid):
    """`places` tells where in the file, never what stands there."""

    code = "aid_leaving_out_wanted"
    sentence = "文件里有不能公开的内容，没有继续。请确认这些列不公开、都去掉。"


class NothingToPublish(Invalid):
    code = "aid_nothing_to_publish"
    sentence = "名单里没有一行可以公开，请改好文件再上传。"


class ListElsewhere(Conflict):
    code = "aid_list_elsewhere"
    sentence = "这份名单是另一个地方、另一个单位的，不能放进这篇稿件。"


class ListTaken(Conflict):
    code = "aid_list_taken"
    sentence = "这份名单已经在一篇稿件里了。"


class ObjectionRefused(Invalid):
    code = "aid_objection_refused"
    sentence = "请写 2 到 500 个字，说明对名单的哪一点有异议、为什么。"


class ObjectionPeriodOver(Conflict):
    code = "aid_objection_period_over"
    sentence = "异议期已经结束。还有意见，请联系公开单位，或者拨打服务热线。"


class ObjectionsUsedUp(TooMany):
    code = "aid_objections_used_up"
    sentence = "这份名单收到的异议太多，请直接联系公开单位，或者拨打服务热线。"


class ObjectionAnswered(Conflict):
    code = "aid_objection_answered"
    sentence = "这条异议已经办理过了，请刷新后再看。"


class AnswerRefused(Invalid):
    code = "aid_answer_refused"
    sentence = "答复请写 2 到 500 个字。"


class ReasonWanted(Invalid):
    code = "aid_reason_wanted"
    sentence = "请选择不公开答复的原因。"


class PersonalDataWritten(Invalid):
    code = "aid_personal_data"
    sentence = "请不要写身份证号、银行卡号、电话、门牌住址和病情。"
