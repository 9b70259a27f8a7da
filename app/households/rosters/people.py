"""One line into one person: every cell read, checked against the others, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from app.households.rosters import dates, relations, values
from app.households.rosters.cells import Cell, as_text
from app.households.rosters.entries import Member
from app.households.rosters.headings import FIELDS
from app.households.rosters.lines import Line
from app.households.rosters.values import IdNumber, Refused
from app.households.schemas import TagIn
from app.households.tags import TAG_KINDS
from app.kernel import clock

Value = TypeVar("Value")
TAG_PARTS = {"tags", "tag", "valid", "amount"}
MALE, FEMALE = {"男", "男性", "M"}, {"女", "女性", "F"}
DISAGREES = "出生日期与身份证号里的不一致，请核对是哪一个错了。"
_TAG_COLUMNS = [name for name in FIELDS if name.partition(":")[0] in TAG_PARTS]
NO_BIRTH = "没有身份证号的人，要写全出生日期（年月日）。"


class Faults:
    """Collects the sentences of one line, so that all of them can be mended at once."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def take(self, read: Callable[[], Value]) -> Value | None:
        """Read a value; where it is refused, note why and give None."""
        try:
            return read()
        except Refused as refusal:
            if refusal.sentence not in self.sentences:
                self.sentences.append(refusal.sentence)
            return None


def read_member(line: Line, *, residence_heading: str = "") -> Member:
    """Read a line; what is wrong stands in `fault`, what is odd in `remarks`."""
    member = Member(line.sheet, line.number)
    faults = Faults()
    member.name = faults.take(lambda: values.name(_cell(line, "name"))) or ""
    identity = faults.take(lambda: values.id_number(_cell(line, "id_number")))
    born = faults.take(lambda: _written_date(_cell(line, "birth_date")))
    member.phone = faults.take(lambda: values.phone(_cell(line, "phone")))
    if not member.name and not faults.sentences:
        faults.sentences.append("这一行没有姓名。")
    if identity is not None:
        _take_identity(member, identity, line)
        if born is not None and not born.agrees(identity.born):
            faults.sentences.append(DISAGREES)
    elif not faults.sentences:
        faults.take(lambda: _take_birth(member, born))
    _take_relation(member, line)
    faults.take(lambda: _take_residence(member, line, residence_heading))
    faults.take(lambda: _take_tags(member, line))
    member.fault = "".join(faults.sentences)
    return member


def _cell(line: Line, field: str) -> Cell:
    return line.cells.get(field, "")


def _written_date(cell: Cell) -> dates.Written | None:
    try:
        return dates.read(cell)
    except ValueError:
        raise Refused("出生日期读不出来，请写成 1980-05-01 这样。") from None


def _take_identity(member: Member, identity: IdNumber, line: Line) -> None:
    member.id_number, member.birth_date = identity.number, identity.born
    if identity.remark:
        member.remarks.append(identity.remark)
    sex = line.text("sex")
    if (sex in MALE and not identity.is_male) or (sex in FEMALE and identity.is_male):
        member.remarks.append("性别与身份证号不一致，请核对。")


def _take_birth(member: Member, born: dates.Written | None) -> None:
    """Take the birth date of a person without a number: one so young is known by it alone.

    A year or a month says too little where it may make a minor of somebody or an adult of one.
    """
    if born is None:
        raise Refused(NO_BIRTH)
    today = clock.today()
    if born.whole is None:
        raise Refused(NO_BIRTH)
    if born.whole > today or today.year - born.year > values.OLDEST:
        raise Refused("出生日期不合情理，请核对。")
    member.birth_date = born.whole
    member.remarks.append("没有身份证号，只凭姓名和出生日期认人。")


def _take_relation(member: Member, line: Line) -> None:
    code = relations.relation(_cell(line, "relation"))
    if code is None:
        member.remarks.append("与户主关系的写法不认识，登记为“其他”。")
    member.relation = code or ""


def _take_residence(member: Member, line: Line, heading: str) -> None:
    code = relations.residence(_cell(line, "residence"), heading=heading)
    if code == "gone":
        raise Refused("这个人写着已去世或迁出，不能当作成员导入，请删去这一行或到住户页面办理。")
    if code is None:
        member.remarks.append("是否外出的写法不认识，没有登记。")
    member.residence = code or ""


def _take_tags(member: Member, line: Line) -> None:
    if not any(line.cells.get(name) for name in _TAG_COLUMNS):
        return
    codes, unknown = relations.tag_list(_cell(line, "tags"))
    if unknown:
        member.remarks.append("人员类别里有不认识的词，没有登记。")
    tags = []
    for code, kind in TAG_KINDS.items():
        cell = _cell(line, f"tag:{code}")
        text = as_text(cell)
        amount = _amount(_cell(line, f"amount:{code}"), called=kind.name)
        if text in relations.NO or (not text and code not in codes and amount is None):
            continue
        if (
            amount is None
            and kind.sensitivity == "money"
            and re.fullmatch(r"\d{2,}(\.\d+)?元?", text)
        ):
            amount = _amount(text, called=kind.name)
        start, end = _validity(_cell(line, f"valid:{code}"), called=kind.name)
        tags.append(TagIn(code, start, end, amount))
    member.tags = tuple(tags)


def _amount(cell: Cell, *, called: str) -> int | None:
    text = re.sub(r"[,元￥¥\s]|/月", "", as_text(cell))
    if not text or text in relations.NO:
        return None
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?", text):
        raise Refused(f"{called}金额读不出来，请只写数字（元）。")
    return round(float(text) * 100)


def _validity(cell: Cell, *, called: str) -> tuple[date, date | None]:
    today = clock.today()
    try:
        start, end = dates.read_period(cell)
    except ValueError:
        raise Refused(f"{called}有效期读不出来，请写成 2026-01-01至2026-12-31 这样。") from None
    start = start or min(today.replace(month=1, day=1), end or today)
    if end is not None and end < start:
        raise Refused(f"{called}有效期的结束早于开始。")
    return start, end
