"""The words of the ledger that stand in its tables, and what people read for them."""

from __future__ import annotations

KINDS = {"income": "收入", "expense": "支出"}
STATES = {"open": "正在记账", "submitted": "等待结账", "closed": "已结账"}
ACTS = {"submitted": "交去结账", "returned": "退回", "closed": "结账"}
QUESTION_KINDS = {
    "amount": "金额不清楚",
    "use": "用途不清楚",
    "voucher": "凭证不清楚",
    "other": "其他疑问",
}
QUESTION_STATES = {"open": "等待答复", "answered": "已答复", "set_aside": "没有公开"}
SET_ASIDE = {
    "personal_data": "含有他人的个人信息",
    "abuse": "含有辱骂、攻击的内容",
}
COMMITTEE, VILLAGE_OFFICE = "村务监督委员会", "村委会"
"""Who acted, where the account bears no name that everyone may read."""
