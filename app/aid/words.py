"""Words of aid lists as people read them."""

from __future__ import annotations

FIELDS = {
    "name": "申请人姓名",
    "place": "村组",
    "members": "人数",
    "subsidy": "补贴项目",
    "area": "面积（亩）",
    "amount": "金额（元）",
}
"""The whitelist: the columns of a list there are, in the order they are shown."""
ALWAYS = ("name", "amount")
BARRED = {
    "children": "子女、未成年人",
    "health": "病情、残疾",
    "account": "银行卡号、账号",
    "id": "身份证号",
    "phone": "电话",
    "address": "门牌住址",
    "age": "年龄、出生日期、性别",
}
"""What no list shows; such a column is recognised, and cannot be chosen."""
OBJECTION_STATES = {"open": "等答复", "answered": "已答复", "set_aside": "不予公开答复"}
SET_ASIDE = {"abuse": "辱骂、广告等与名单无关的内容", "elsewhere": "不是对这份名单的异议"}
KINDS = {"dibao": "低保", "tekun": "特困", "temporary_aid": "临时救助", "farm_subsidy": "涉农补贴"}
