"""What the fund ledger refuses."""

from __future__ import annotations

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany


class MonthNotFound(NotFound):
    code = "fund_month_not_found"
    sentence = "没有找到这个月的账。"


class LineNotFound(NotFound):
    code = "fund_line_not_found"
    sentence = "没有找到这一笔账。"


class QuestionNotFound(NotFound):
    code = "fund_question_not_found"
    sentence = "没有找到这条疑问。"


class PersonalDataWritten(Invalid):
    code = "fund_personal_data"
    sentence = "这里会公开，请不要写身份证号、银行卡号、电话、门牌住址和病情。"


class PersonalDataInPaper(Invalid):
    code = "fund_personal_data_in_paper"
    sentence = "这份凭证里有身份证号、银行卡号或病情，结账后谁都能看到。请遮盖或删去后再上传。"


class MonthClosed(Conflict):
    code = "fund_month_closed"
    sentence = "这个月已经结账，不能再改。有错的话，请在没有结账的月份里写一笔更正。"


class MonthSubmitted(Conflict):
    code = "fund_month_submitted"
    sentence = "这个月已经交给村务监督委员会，退回以后才能改。"


class MonthNotSubmitted(Conflict):
    code = "fund_month_not_submitted"
    sentence = "这个月还没有交来，或者已经办过了，请刷新后再看。"


class MonthOutOfOrder(Conflict):
    code = "fund_month_out_of_order"
    sentence = "前面还有没有结账的月份，请按先后顺序结账。"


class MonthNotNext(Conflict):
    code = "fund_month_not_next"
    sentence = "账要一个月接一个月地记，请先开上一个月。"


class MonthInFuture(Invalid):
    code = "fund_month_in_future"
    sentence = "还没有到这个月，不能先开账。"


class MonthNotOver(Conflict):
    code = "fund_month_not_over"
    sentence = "这个月还没有过完，下个月 1 日起才能交去结账。"


class MonthEmpty(Conflict):
    code = "fund_month_empty"
    sentence = "这个月一笔账都没有。确实没有收支的话，请勾选“本月没有收支”再交。"


class OpeningRefused(Invalid):
    code = "fund_opening_refused"
    sentence = "期初余额只在第一个月填写，以后每个月接上个月的期末余额。"


class DayRefused(Invalid):
    code = "fund_day_refused"
    sentence = "日期要在这个月里，并且不能晚于今天。"


class CategoryRefused(Invalid):
    code = "fund_category_refused"
    sentence = "请选一个类别，收入和支出的类别不一样。"


class CategoryNotFound(NotFound):
    code = "fund_category_not_found"
    sentence = "没有这个类别。"


class CategoryNameRefused(Invalid):
    code = "fund_category_name_refused"
    sentence = "类别名称请写 2 到 20 个字。"


class CategoryKnown(Conflict):
    code = "fund_category_known"
    sentence = "已经有这个名称的类别（停用的也算），请恢复它，或者换一个名称。"


class CategoryNeeded(Conflict):
    code = "fund_category_needed"
    sentence = "收入和支出至少各留一个类别，这是最后一个，不能停用。"


class TermNotFound(NotFound):
    code = "fund_term_not_found"
    sentence = "没有这一类疑问。"


class TermRefused(Invalid):
    code = "fund_term_refused"
    sentence = "答复期限请写 1 到 60 天。"


class SummaryRefused(Invalid):
    code = "fund_summary_refused"
    sentence = "摘要请写 2 到 120 个字，说明钱从哪里来、用到哪里去。"


class ApprovalRefused(Invalid):
    code = "fund_approval_refused"
    sentence = "请写审批人，例如“村委会主任 张三”，不超过 60 个字。"


class CorrectionRefused(Invalid):
    code = "fund_correction_refused"
    sentence = "更正要指明本村已经结账的一笔账，并且是最初的那一笔，不是另一笔更正。"


class ReversalTooLarge(Invalid):
    code = "fund_reversal_too_large"
    sentence = "冲减的金额比这一笔剩下的还多，请检查。"


class OwnEntriesClosed(Forbidden):
    code = "fund_own_entries_closed"
    sentence = "记了这个月账的人不能结账，请监督委员会的另一位成员来办。"


class CommentWanted(Invalid):
    code = "fund_comment_wanted"
    sentence = "退回请写明原因，2 到 300 个字，记账的人会看到。"


class VoucherRefused(Invalid):
    code = "fund_voucher_refused"
    sentence = "一笔账最多附 10 张凭证。"


class VoucherNotFound(NotFound):
    code = "fund_voucher_not_found"
    sentence = "这一笔账没有这张凭证。"


class NotOfVillage(Forbidden):
    code = "fund_question_not_of_village"
    sentence = "绑定了本村住户的村民才能提疑问。请先扫自家门牌，点“这是我家”。"


class QuestionRefused(Invalid):
    code = "fund_question_refused"
    sentence = "请写清楚您的疑问，2 到 300 个字。"


class QuestionKindWanted(Invalid):
    code = "fund_question_kind_wanted"
    sentence = "请选一下疑问是哪一类。"


class QuestionsUsedUp(TooMany):
    code = "fund_questions_used_up"
    sentence = "您对这个月的账已经有 3 条疑问在等答复，答复以后可以再提。"


class QuestionWaiting(Conflict):
    code = "fund_question_waiting"
    sentence = "您对这一笔账已经提过疑问，村里正在办，请等答复。"


class QuestionAnswered(Conflict):
    code = "fund_question_answered"
    sentence = "这条疑问已经办过了，请刷新后再看。"


class AnswerRefused(Invalid):
    code = "fund_answer_refused"
    sentence = "请写明答复，2 到 500 个字，会公开在这一笔账旁边。"


class ReasonWanted(Invalid):
    code = "fund_reason_wanted"
    sentence = "请选一个不公开的原因。"


class TableRefused(Invalid):
    code = "fund_table_refused"
    sentence = "这份表里有几行读不出来，一笔也没有记入。请按提示改好再传。"
