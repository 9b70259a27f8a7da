"""Words of the editorial desk as people read them."""

from __future__ import annotations

STATES = {
    "draft": "撰稿中",
    "first_review": "待初审",
    "second_review": "待复审",
    "final_review": "待终审",
    "scheduled": "定时待发",
    "published": "已公开",
    "discarded": "已放弃",
}
STEPS = {"first_review": "初审", "second_review": "复审", "final_review": "终审"}
VERDICTS = {
    "pass": "通过",
    "return": "退回",
    "late_pass": "补审通过",
    "late_return": "补审不通过",
}
ENDINGS = {"withdrawn": "已撤下", "expired": "公示期满"}
SORTS = {"newest": "最近改动在前", "oldest": "等得最久在前", "title": "按标题", "place": "按地方"}
