"""The register's words: fields, relations, purposes, and what ends a person's stay.

Codes stand in the database, Chinese on the screen.
"""

from __future__ import annotations

from datetime import date, datetime
from types import MappingProxyType

from app.kernel import clock

PERSON_FIELDS = ("name", "id_number", "phone", "birth_date")
"""What is sealed of a person."""

FIELDS = MappingProxyType(
    {
        "name": "姓名",
        "id_number": "身份证号",
        "phone": "电话",
        "birth_date": "出生日期",
        "address": "住址",
        "second_phone": "备用联系电话",
        "email": "电子邮箱",
        "relation": "与户主关系",
        "residence": "居住情况",
        "tags": "享受政策",
        "health": "健康状况",
        "money": "补助金额",
        "number": "户编号",
        "group": "村民组",
        "history": "变更记录",
        "minors": "未成年人",
        "visits": "走访记录",
        "needs": "诉求",
    }
)

RELATIONS = MappingProxyType(
    {
        "head": "户主",
        "spouse": "配偶",
        "son": "子",
        "daughter": "女",
        "son_in_law": "女婿",
        "daughter_in_law": "儿媳",
        "father": "父亲",
        "mother": "母亲",
        "father_in_law": "岳父或公公",
        "mother_in_law": "岳母或婆婆",
        "grandfather": "祖父",
        "grandmother": "祖母",
        "grandson": "孙子",
        "granddaughter": "孙女",
        "sibling": "兄弟姐妹",
        "other": "其他",
    }
)
"""Relations to the head, after GB/T 4761 (家庭关系代码), as far as rosters tell them apart."""

RESIDENCES = MappingProxyType({"resident": "在家", "away": "外出"})

PURPOSES = MappingProxyType(
    {
        "visit": "走访",
        "verify": "核实信息",
        "service": "办理事项",
        "emergency": "应急",
        "other": "其他",
    }
)

LEFT_BECAUSE = MappingProxyType({"died": "去世", "moved": "迁出", "error": "登记有误"})

ACTS = MappingProxyType(
    {
        "added": "登记入册",
        "imported": "名册导入",
        "joined": "新增成员",
        "born": "出生登记",
        "split_off": "分户迁出",
        "split_to": "分户迁入",
        "merged_away": "并户迁出",
        "merged_in": "并户迁入",
        "moved_out": "迁往另一户",
        "moved_in": "从另一户迁入",
        "died": "去世登记",
        "left": "迁出本县",
        "struck_out": "登记有误，删除",
        "ended": "销户",
        "head_changed": "变更户主",
        "changed": "修改资料",
        "came_of_age": "年满十八周岁",
        "tag_began": "开始享受",
        "tag_ended": "停止享受",
        "officer_assigned": "指定帮扶责任人",
        "plate_assigned": "对应门牌",
        "plate_released": "解除门牌",
        "village_merged": "随村合并",
        "erased": "保存期满，清除内容",
    }
)
"""What a line of the history says happened."""

BINDING_KINDS = MappingProxyType(
    {"member": "家庭成员", "guardian": "孩子的监护人", "delegate": "代办人"}
)
BINDING_STATES = MappingProxyType(
    {"active": "已绑定", "pending": "村里正在核对", "refused": "没有通过", "ended": "已结束"}
)
CORRECTION_STATES = MappingProxyType(
    {"open": "村里正在办", "accepted": "已改正", "refused": "没有改", "withdrawn": "自己撤回"}
)
"""How requests of villagers stand, as they read it."""

SOURCES = MappingProxyType(
    {
        "clerk": "村级登记",
        "import": "名册导入",
        "correction": "本人更正",
        "consent": "本人同意",
        "plates": "门牌对应",
        "handover": "工作交接",
        "system": "系统",
    }
)
"""Where a change comes from; another word is shown as it stands."""


def source(written: str) -> str:
    """Say where a change comes from; of an import also which one: `import:7` is 名册导入 第7号."""
    kind, _, number = written.partition(":")
    named = SOURCES.get(kind, written)
    return f"{named} 第{number}号" if kind in SOURCES and number.isdecimal() else named


def day(on: date) -> str:
    """Write a day: 2026年11月3日."""
    return f"{on.year}年{on.month}月{on.day}日"


def moment(at: datetime) -> str:
    """Write a moment as the county's clocks show it: 2026年11月3日 15:04."""
    local = clock.local(at)
    return f"{day(local)} {local:%H:%M}"
