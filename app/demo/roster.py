"""The demo's roster of 620 invented households, neat for loading, and as offices keep theirs."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import xlsxwriter

from app.demo.families import Family, Invented, families

HOUSEHOLDS = 620
HEADINGS = (
    "序号", "组别", "户编号", "门牌号", "户主姓名", "姓名", "与户主关系", "性别", "公民身份号码",
    "出生日期", "联系电话", "是否外出", "低保", "低保金额", "低保有效期", "人员类别", "备注",
)  # fmt: skip
MARK = "演示：虚构的名单，不涉及任何真实的人"
EPOCH = date(1899, 12, 30)
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def neat(groups: list[str]) -> bytes:
    """Write the roster so that every household is taken."""
    rows: list[tuple[Any, ...]] = [HEADINGS]
    for family in families(households=HOUSEHOLDS, groups=len(groups)):
        for place, person in enumerate(family.members):
            rows.append(_row(family, person, groups, is_first=place == 0))
    return _written(rows)


def messy(groups: list[str]) -> bytes:
    """Write the same households as an office does, with titles, merged cells and mistakes.

    Beside the 620 loaded ones it brings eight newborn, twelve new phone numbers, and six
    households that have to be mended first.
    """
    rows: list[tuple[Any, ...]] = [
        (f"青杠林村农户基本情况花名册（{MARK}）",),
        ("填报单位：青杠林村村民委员会", *[""] * 8, "填报日期：2026年11月"),
        HEADINGS,
    ]
    merges = []
    for family in families(households=HOUSEHOLDS, groups=len(groups)):
        first = len(rows)
        for place, person in enumerate(family.members):
            row = list(_row(family, person, groups, is_first=place == 0))
            rows.append(tuple(_disturbed(row, family, person, place)))
        if family.number % 78 == 5:
            rows.append(tuple(_newborn(family)))
        if family.number % 3 == 0 and len(family.members) > 1:
            merges.append((first, len(rows) - 1))
        if family.number % 11 == 0:
            rows.append(())
        if family.number % 62 == 0:
            rows.append((f"小计：{len(family.members)} 人",))
    rows += [(), ("合计", "", "", f"{HOUSEHOLDS}户"), ("填表人：", *[""] * 8, "审核人：")]
    return _written(rows, merges=merges)


def _row(family: Family, person: Invented, groups: list[str], *, is_first: bool) -> tuple[Any, ...]:
    home = (
        (family.number, groups[family.group], f"{family.number:04d}", f"{family.house}号")
        if is_first
        else ("", "", "", "")
    )
    dibao = ("是", person.dibao_yuan, "2026.1-2027.12") if person.dibao_yuan else ("", "", "")
    return (
        *home,
        family.members[0].name if is_first else "",
        person.name,
        person.relation,
        "男" if person.is_male else "女",
        person.id_number,
        person.born.isoformat(),
        person.phone,
        "是" if person.is_away else "否",
        *dibao,
        "、".join(person.kinds),
        "演示",
    )


def _disturbed(row: list[Any], family: Family, person: Invented, place: int) -> list[Any]:
    """Write a line as tired hands do: other digits, other dates, and sometimes wrong."""
    born, number = person.born, person.id_number
    row[9] = (
        born.isoformat(),
        f"{born.year}.{born.month}.{born.day}",
        f"{born.year}年{born.month}月",
        f"{born:%Y%m%d}",
        (born - EPOCH).days,
    )[(family.number + place) % 5]
    if family.number % 17 == 0:
        row[8], row[3] = number.translate(WIDE), str(row[3]).translate(WIDE)
    elif family.number % 5 == 0:
        row[8] = number.lower()
    if family.number % 23 == 0 and len(person.name) == 3:
        row[5] = f"{person.name[0]}　{person.name[1:]}"
    if place:
        return row
    if family.number % 51 == 7:
        row[10] = f"16000009{family.number:03d}"  # a new phone
    if family.number % 103 == 20:
        mistakes = (
            (8, number[:-1] + ("0" if number[-1] != "0" else "1")),  # a wrong check digit
            (8, number[:17]),  # a digit short
            (9, "1900.1.1"),  # another birth date than the number's
            (1, "九十九组"),  # no such group
            (10, "1600000"),  # half a phone
            (8, float(number[:17] + "0")),  # a number, its last digits lost
        )
        column, wrong = mistakes[family.number // 103 % len(mistakes)]
        row[column] = wrong
    return row


def _newborn(family: Family) -> list[Any]:
    name = f"{family.members[0].name[0]}新苗"
    return [*[""] * 5, name, "孙女", "女", "", "2026年9月1日", "", "否", "", "", "", "", "演示"]


def _written(rows: list[tuple[Any, ...]], *, merges: list[tuple[int, int]] | None = None) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("花名册")
    middle = book.add_format({"valign": "vcenter"})
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    sheet.set_column(1, 1, 12)
    sheet.set_column(8, 10, 20)
    for first, last in merges or ():
        for column in (1, 2, 3, 4):
            sheet.merge_range(first, column, last, column, rows[first][column], middle)
    if merges:
        width = len(HEADINGS) - 1
        title = book.add_format({"align": "center", "bold": True, "font_size": 16})
        sheet.merge_range(0, 0, 0, width, rows[0][0], title)
        old = book.add_worksheet("去年底册")
        old.write_row(0, 0, ("姓名", "身份证号"))
        old.hide()
    book.close()
    return content.getvalue()
