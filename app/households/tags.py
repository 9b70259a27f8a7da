"""What a person may be or receive: kinds as data, with how sensitive each is and by what right.

`health` and `money` are seen by staff with an extra grant alone (PIPL 28; the record's contract).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Sensitivity = Literal["plain", "health", "money"]


@dataclass(frozen=True)
class TagKind:
    """A kind of tag: its name, how sensitive it is, and the law that lets the register hold it."""

    code: str
    name: str
    sensitivity: Sensitivity
    ground: str


TAG_KINDS = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            TagKind("dibao", "低保", "money", "社会救助暂行办法 第九条"),
            TagKind("tekun", "特困供养", "money", "社会救助暂行办法 第十四条"),
            TagKind("temporary_aid", "临时救助", "money", "社会救助暂行办法 第四十七条"),
            TagKind("disability", "残疾", "health", "残疾人保障法 第二条"),
            TagKind("long_illness", "长期患病", "health", "社会救助暂行办法 第二十八条"),
            TagKind("party_member", "党员", "plain", "中国共产党党员教育管理工作条例"),
            TagKind("veteran", "退役军人", "plain", "退役军人保障法 第二条"),
            TagKind("lives_alone", "独居老人", "plain", "老年人权益保障法 第十八条"),
            TagKind("left_behind_child", "留守儿童", "plain", "未成年人保护法 第二十二条"),
            TagKind("lifted_from_poverty", "脱贫户", "plain", "乡村振兴促进法 第五十二条"),
        )
    }
)
