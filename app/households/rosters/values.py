"""ID numbers, phones, names and house numbers: read into one form, or refused with a sentence.

No sentence repeats a value: it is shown beside its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum import exceptions
from stdnum.cn import ric

from app.households.personal_numbers import known_region
from app.households.rosters.cells import EXACT, Cell, as_text
from app.kernel import clock, csv_table


class Refused(ValueError):
    """A value that is not taken; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class IdNumber:
    """A valid resident-ID number (GB 11643), with what it says and what looks odd about it."""

    number: str
    born: date
    is_male: bool
    remark: str = ""


OLDEST = 130  # years
LOST = (
    "身份证号存成了数字，Excel 只保留前 15 位，后面几位已经丢失。请把这一列设成“文本”后重新填写。"
)
_X = str.maketrans(dict.fromkeys("x×✕ХхΧχ╳*", "X"))  # what hands and input methods put for X
_INTERPUNCT = re.compile(r"(?<=\w)[•‧∙・･.●⋅᛫](?=\w)")


def id_number(cell: Cell) -> IdNumber | None:
    """Read a resident-ID number; None for a blank.

    Raises `Refused`: lost digits, wrong length or check digit, no such day or province.
    """
    if isinstance(cell, float):
        raise Refused(LOST)
    if isinstance(cell, int) and abs(cell) >= EXACT:  # pragma: no cover - cells never hold one
        raise Refused(LOST)
    text = re.sub(r"[\s\-]", "", as_text(cell))
    if not text:
        return None
    if re.fullmatch(r"\d(?:\.\d+)?[Ee]\+?\d+", text):
        raise Refused(LOST)
    number = text[:-1] + text[-1].translate(_X)
    if re.fullmatch(r"\d{15}", number):
        raise Refused("这是 15 位的旧身份证号，2013 年起停用，请填 18 位的号码。")
    if len(number) != 18:
        raise Refused(f"身份证号应当是 18 位，这里是 {len(number)} 位。")
    if not (number[:17].isdecimal() and number.isascii()):
        raise Refused("身份证号里有不是数字的字符。")
    if ric.calc_check_digit(number) != number[17]:
        raise Refused("身份证号的最后一位校验不对，请核对是否抄错。")
    return _read_parts(number)


def _read_parts(number: str) -> IdNumber:
    try:
        born = ric.get_birth_date(number)
    except exceptions.InvalidComponent:
        raise Refused("身份证号里的出生日期不存在，请核对。") from None
    today = clock.today()
    if born > today or born.year < today.year - OLDEST:
        raise Refused("身份证号里的出生日期不合情理，请核对。")
    known = known_region(number[:6])
    if not known:
        raise Refused("身份证号开头的地区代码不存在，请核对。")
    # Codes of dissolved counties live on in people's numbers, and no table has them all.
    remark = "" if known == 2 else "身份证号的县级代码不在代码表里，请核对。"
    return IdNumber(number, born, int(number[16]) % 2 == 1, remark)


def phone(cell: Cell) -> str | None:
    """Read a mobile number or one with its area code; None for a blank; raises `Refused`."""
    if isinstance(cell, float):
        raise Refused("电话不像电话号码，请核对。")
    text = as_text(cell)
    if not text:
        return None
    if len(re.findall(r"1[3-9]\d{9}", text)) > 1:
        raise Refused("一格里有两个电话，请只留一个本人的。")
    digits = re.sub(r"^(?:\+|00)?86(?=1[3-9]\d{9}$)", "", re.sub(r"[\s\-()]", "", text))
    if not digits.isdecimal() or not digits.isascii():
        raise Refused("电话里有不是数字的字符。")
    if re.fullmatch(r"1[3-9]\d{9}", digits) or re.fullmatch(r"0\d{9,11}", digits):
        return digits
    if re.fullmatch(r"[2-9]\d{6,7}", digits):
        raise Refused("座机号请加上区号。")
    if digits.startswith("1"):
        raise Refused(f"手机号应当是 11 位、以 13 到 19 开头，这里是 {len(digits)} 位。")
    raise Refused("电话不像电话号码，请核对。")


def name(cell: Cell) -> str:
    """Read a person's name; "" for a blank; raises `Refused`."""
    if not isinstance(cell, str):
        raise Refused("姓名这一格是数字或日期，请核对各列有没有选错。")
    text = as_text(cell)
    text = re.sub(r"\((?:户主|本人|户)\)$", "", text)
    text = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", text)  # 张 三
    text = _INTERPUNCT.sub("·", text)
    if not text:
        return ""
    if not csv_table.printable(text):
        raise Refused("姓名里有看不见的字符，或者没有正式编码的字。")
    if re.search(r"[0-9?？#@/\\=+_]", text):
        raise Refused("姓名里有数字或符号，请核对。")
    if len(text) > 50:
        raise Refused("姓名超过 50 个字，请核对各列有没有选错。")
    return text


def label(cell: Cell, *, most: int, called: str) -> str:
    """Read a short free text such as a house number; "" for a blank; raises `Refused`."""
    if isinstance(cell, date):
        raise Refused(f"{called}被 Excel 变成了日期，请把这一列设成“文本”后重新填写。")
    if isinstance(cell, float) and (cell >= EXACT or not cell.is_integer()):
        raise Refused(f"{called}成了小数或过长的数字，请把这一列设成“文本”后重新填写。")
    text = as_text(cell)
    if len(text) > most:
        raise Refused(f"{called}超过 {most} 个字。")
    if not csv_table.printable(text):
        raise Refused(f"{called}里有看不见的字符，或者没有正式编码的字。")
    return text
