"""What screening finds: where it stands, never what it says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    PHONE = "phone"
    ADDRESS = "address"
    HEALTH_NAME = "health_name"
    SENSITIVE_WORD = "sensitive_word"
    WRONG_WORD = "wrong_word"
    LOCATION = "location"
    AUTHOR = "author"
    UNREADABLE = "unreadable"


LABELS = {
    Kind.ID_NUMBER: "身份证号",
    Kind.BANK_CARD: "银行卡号",
    Kind.PHONE: "电话号码",
    Kind.ADDRESS: "门牌住址",
    Kind.HEALTH_NAME: "姓名与病情、残疾",
    Kind.SENSITIVE_WORD: "敏感词",
    Kind.WRONG_WORD: "错别字、不规范用语",
    Kind.LOCATION: "拍摄地点等隐藏信息",
    Kind.AUTHOR: "文件里的人名",
    Kind.UNREADABLE: "读不出来的内容",
}

HINTS = {
    Kind.ID_NUMBER: "身份证号不得公开，请脱敏或删去。",
    Kind.BANK_CARD: "银行卡号、个人账号不得公开，请脱敏或删去。",
    Kind.PHONE: "个人电话不得公开，请脱敏；办公电话请先登记在机构里。",
    Kind.ADDRESS: "住址写到了门牌，请只写到村组。",
    Kind.HEALTH_NAME: "姓名和病情、残疾写在一起，请隐去姓名或删去病情。",
    Kind.SENSITIVE_WORD: "词表里的敏感词，请核对能不能公开。",
    Kind.WRONG_WORD: "词表里的错误写法，请改正。",
    Kind.LOCATION: "图片带着拍摄地点等隐藏信息，请去掉后再上传。",
    Kind.AUTHOR: "文件属性里有人名，请核对后去掉。",
    Kind.UNREADABLE: "机器读不出文字，请人工核对里面有没有个人信息。",
}

PERSONAL = frozenset({Kind.ID_NUMBER, Kind.BANK_CARD, Kind.PHONE, Kind.ADDRESS, Kind.HEALTH_NAME})
"""What masking takes out of a text."""


@dataclass(frozen=True)
class Finding:
    """A passage, from `start` up to `end`, that should not be published as it stands.

    It does not carry the value, so that it may be kept and logged: that is `text[start:end]`.
    """

    kind: Kind
    start: int
    end: int
    rule: str
    hint: str

    @property
    def label(self) -> str:
        """Name the kind for people."""
        return LABELS[self.kind]


def found(kind: Kind, start: int, end: int, rule: str, hint: str | None = None) -> Finding:
    """Make a finding with its kind's advice, unless there is better."""
    return Finding(kind, start, end, rule, hint or HINTS[kind])


@dataclass(frozen=True)
class FileFinding:
    """A finding within a file; `where` says in Chinese in which part, and holds no value.

    Offsets count within that part's own text.
    """

    where: str
    finding: Finding
