"""The register's words: fields, relations, purposes, and what ends a person's stay.

Codes stand in the database, Chinese on the screen.
"""

from __future__ import annotations

from types import MappingProxyType

PERSON_FIELDS = ("name", "id_number", "phone", "birth_date")
"""What is sealed of a person."""

FIELDS = MappingProxyType(
    {
        "name": "姓名",
        "id_number": "身份证号",
        "phone": "电话",
        "birth_date": "出生日期",
        "address": "住址",
        "relation": "与户主关系",
        "residence": "居住情况",
        "tags": "享受政策",
        "health": "健康状况",
        "money": "补助金额",
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
