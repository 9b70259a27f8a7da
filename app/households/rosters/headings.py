"""What a column holds, guessed by its heading: the words village offices use, as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from app.households.rosters import vocabulary
from app.households.rosters.cells import half_width
from app.households.tags import TAG_KINDS

IGNORED = ""
HOUSEHOLD_FIELDS = ("household_number", "head_name", "group", "house_number", "address")
"""What belongs to the household: written once and blank or merged below."""

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "household_number": "户编号",
        "head_name": "户主姓名",
        "name": "姓名",
        "relation": "与户主关系",
        "id_number": "身份证号",
        "head_id_number": "户主身份证号",
        "sex": "性别",
        "birth_date": "出生日期",
        "phone": "电话",
        "group": "村民组",
        "house_number": "门牌号",
        "address": "住址",
        "residence": "是否外出",
        "tags": "人员类别（低保、残疾等写在一格）",
        **{f"tag:{kind.code}": kind.name for kind in TAG_KINDS.values()},
        **{f"valid:{kind.code}": f"{kind.name}有效期" for kind in TAG_KINDS.values()},
        **{
            f"amount:{kind.code}": f"{kind.name}金额（元/月）"
            for kind in TAG_KINDS.values()
            if kind.sensitivity == "money"
        },
    }
)


_WORDS = {
    "head_name": "name",
    "head_id_number": "id_number",
    "household_number": "address",
    "group": "address",
    "house_number": "address",
    "sex": "",
}
"""What the ledger calls a column that has no word of its own there; "" what it has none for."""


def ledger_fields(mapped: Iterable[str]) -> tuple[str, ...]:
    """Name, in the ledger's words, what columns hold."""
    words = set()
    for field in mapped:
        part, _, tag = field.partition(":")
        words.add("tags" if tag else _WORDS.get(part, part))
        if part == "amount":
            words.add("money")
        if tag and TAG_KINDS[tag].sensitivity == "health":
            words.add("health")
    return tuple(sorted(words - {""}))


SYNONYMS = MappingProxyType(
    {
        word: IGNORED if field == "ignored" else field
        for word, field in vocabulary.words("headings").items()
    }
)
REASON = "未导入的原因"
_ASIDE = re.compile(r"[(\[【<《].*?[)\]】>》]")
_NOISE = re.compile(r"[\s*:：、.。_\-—'\"#/]+")


def key_of(heading: str) -> str:
    """Write a heading without blanks, marks and asides: `* 身 份 证 号（18位）` is `身份证号`."""
    text = half_width(heading)
    return _NOISE.sub("", _ASIDE.sub("", text)) or _NOISE.sub("", text)


def field_of(heading: str) -> str | None:
    """Name what a heading says its column holds; `IGNORED` where that is not wanted.

    None where the heading is not known. Of a heading in two rows, `户主/身份证号`, the whole is
    tried first and then its last row: `基本情况/姓名` is a name.
    """
    whole = key_of(heading)
    if whole in SYNONYMS:
        return SYNONYMS[whole]
    unnumbered = re.sub(r"^\d+|\d+$", "", whole)
    if unnumbered in SYNONYMS:
        return SYNONYMS[unnumbered]
    last = key_of(heading.rsplit("/", 1)[-1])
    return SYNONYMS.get(last)


def guess(headings: Sequence[str], remembered: Mapping[str, str] | None = None) -> dict[int, str]:
    """Guess the field of each column; each field is given once, to its first column.

    `remembered` is what was chosen for these headings before, by `key_of`; it goes first.
    """
    chosen: dict[int, str] = {}
    for told in (True, False):
        for column, heading in enumerate(headings):
            if column in chosen or not heading:
                continue
            known = remembered or {}
            field = known.get(key_of(heading)) if told else field_of(heading)
            if field is not None and (not field or field not in chosen.values()):
                chosen[column] = field
    _settle_names(chosen)
    return {column: field for column, field in sorted(chosen.items()) if field}


def _settle_names(chosen: dict[int, str]) -> None:
    """Where only heads are named, their column is the names' column: one line a household."""
    fields = {field: column for column, field in chosen.items() if field}
    if "name" not in fields and "head_name" in fields:
        chosen[fields["head_name"]] = "name"
        if "id_number" not in fields and "head_id_number" in fields:
            chosen[fields["head_id_number"]] = "id_number"
