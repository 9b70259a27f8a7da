"""Words of home visits: kinds of needs as data, states, and why a message waits for a person.

Codes stand in the database, Chinese on the screen.
"""

from __future__ import annotations

from types import MappingProxyType

CATEGORIES = MappingProxyType(
    {
        "assistance": "社会救助",
        "medical": "看病就医",
        "pension": "养老照护",
        "schooling": "上学助学",
        "job": "就业务工",
        "farming": "农业生产",
        "housing": "住房安全",
        "water_road": "水电路网",
        "papers": "证件办理",
        "dispute": "矛盾纠纷",
        "other": "其他",
    }
)
"""Kinds of needs (诉求); a new kind is a new line."""

STATES = MappingProxyType(
    {"open": "待办", "in_progress": "办理中", "done": "已办结", "declined": "不能办理"}
)
FOLLOWING = MappingProxyType(
    {
        "open": ("in_progress", "done", "declined"),
        "in_progress": ("done", "declined"),
        "done": (),
        "declined": (),
    }
)
"""Which state may follow which; what is over stays over, a new need is a new line."""

EVENTS = MappingProxyType(
    {
        "opened": "记下诉求",
        "in_progress": "开始办理",
        "done": "办结",
        "declined": "不能办理",
        "handed_over": "换了办理人",
        "due_moved": "改了期限",
    }
)

REASONS = MappingProxyType(
    {
        "household_ended": "这一户已经注销或并入别户",
        "household_moved": "这一户已经不在原来的村组",
        "same_day": "同一天别人也走访了这一户",
        "edited": "这是一次已经收到的走访的修改稿",
        "edited_late": "这次走访记下已超过 24 小时，又在设备上改过",
        "edited_elsewhere": "这次走访在别处改过",
        "no_right": "记录人现在没有这里的走访权限",
        "members_changed": "见到的人现在不在这一户",
    }
)
"""Why a visit from a device waits for a person."""

SETTLED = MappingProxyType(
    {
        "kept": "另记一次走访",
        "merged": "并入已有的走访",
        "replaced": "改用设备上的内容",
        "dropped": "不采用",
    }
)

DAYS_TO_ACT = 7
"""Days a new need is given where nobody names a day."""
