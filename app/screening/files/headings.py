"""Columns whose heading says that personal numbers stand in them, shown or hidden."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.screening.files.rows import Row, is_hidden
from app.screening.schemas import FileFinding, Kind, found

FIRST = 40  # rows among which a heading may stand
LONGEST = 16
_HEADINGS = (
    (Kind.ID_NUMBER, re.compile(r"身份证|证件号|公民身份|居民证")),
    (Kind.BANK_CARD, re.compile(r"银行卡|卡号|账号|帐号|账户|帐户|一卡通|存折")),
    (Kind.PHONE, re.compile(r"电话|手机|联系方式|联系号码")),
    (Kind.ADDRESS, re.compile(r"住址|门牌|详细地址|家庭地址|户籍地址")),
    (Kind.HEALTH_NAME, re.compile(r"残疾|病种|疾病|患病|健康状况|病情|诊断|是否怀孕")),
)
_OFFICE = re.compile(
    "办公|咨询|监督|服务|单位|值班|举报|对公|户名|开户|姓名|人数|户数|金额|标准|补贴"
)
_NOTHING = frozenset({"", "无", "没有", "/", "-", "--", "—", "暂无"})
_COLUMN_HINT = "这一列的表头是{}，有值就不得公开；隐藏的列也一样，请删去整列。"


def find(about: str, rows: Sequence[Row], hidden: Sequence[tuple[int, int]]) -> list[FileFinding]:
    """Find such columns; one whose every value is masked, or that has none, is left alone."""
    findings = []
    seen: set[str] = set()
    for place, row in enumerate(rows[:FIRST]):
        for column, heading in row.cells.items():
            kind = _kind(heading)
            if kind is None or column in seen or not _has_values(rows[place + 1 :], column):
                continue
            seen.add(column)
            unseen = "（隐藏）" if is_hidden(column, hidden) else ""
            hint = _COLUMN_HINT.format(f"{_NAMES[kind]}")
            findings.append(
                FileFinding(
                    f"{about}{column} 列{unseen}", found(kind, 0, 0, "column_heading", hint)
                )
            )
    return findings


_NAMES = {
    Kind.ID_NUMBER: "证件号",
    Kind.BANK_CARD: "卡号、账号",
    Kind.PHONE: "电话",
    Kind.ADDRESS: "住址",
    Kind.HEALTH_NAME: "病情、残疾",
}


def _kind(heading: str) -> Kind | None:
    plain = re.sub(r"\s", "", heading)
    if not plain or len(plain) > LONGEST or _OFFICE.search(plain) or re.search("[0-9]{5}", plain):
        return None
    return next((kind for kind, pattern in _HEADINGS if pattern.search(plain)), None)


def _has_values(rows: Sequence[Row], column: str) -> bool:
    """Tell whether anything stands below that is neither nothing nor masked."""
    values = (row.cells.get(column, "").strip() for row in rows)
    return any(value not in _NOTHING and "*" not in value and "×" not in value for value in values)
