"""What the ledger refuses."""

from __future__ import annotations

from app.kernel.errors import Conflict, Invalid, NotFound


class LineNotFound(NotFound):
    code = "ledger_line_not_found"
    sentence = "没有找到这条查看记录。"


class QuestionNotFound(NotFound):
    code = "question_not_found"
    sentence = "没有找到这条疑问。"


class QuestionAnswered(Conflict):
    code = "question_answered"
    sentence = "这条疑问已经答复过，不能再改。"


class TextWanted(Invalid):
    code = "text_wanted"
    sentence = "请写清楚内容，不超过 500 字。"


class BadHeads(Invalid):
    code = "bad_heads"
    sentence = "链头文件读不懂，请确认它是导出的那一个。"


class MonthNotSealed(Conflict):
    code = "month_not_sealed"
    sentence = "这个月还有没有封存的查看记录，请先确认封存进程在运行。"
