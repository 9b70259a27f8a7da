"""Addresses down to the door: a place, then a house number, or a building's flat."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.screening.detecting import plain
from app.screening.detecting.plain import ZERO, Reading
from app.screening.schemas import Finding, Kind, found

_BLANK = rf"[ \n{ZERO}]{{0,4}}"
_COUNT = rf"(?:[0-9](?:{_BLANK}[0-9]){{0,4}}|[一二三四五六七八九十百零〇]{{1,6}})"
_DASH = rf"{_BLANK}-{_BLANK}"
_PLACE = (
    "街道|大道|小区|社区|花园|家园|公寓|安置点|安置区|新村|新区|特区|县|市|区|镇|乡|村|组|寨|路|街|巷"
    "|弄|里|道|苑|城|湾|园|坝|坪|坡|屯|庄|院|厦|府|宿舍"
)
_GROUP = rf"(?:第?{_BLANK}{_COUNT}{_BLANK}(?:村民)?(?:组|社|队){_BLANK})?"
_BUILDING = rf"{_COUNT}{_BLANK}(?:号楼|号院|栋|幢|座){_BLANK}"
_UNIT = rf"{_COUNT}{_BLANK}单元{_BLANK}"
_FLOOR = rf"{_COUNT}{_BLANK}(?:楼|层){_BLANK}"
_FLAT = rf"(?:{_UNIT})?(?:{_FLOOR})?{_COUNT}{_BLANK}(?:室|号|户)?"
_NUMBER = (
    rf"(?:附{_BLANK})?{_COUNT}(?:{_DASH}{_COUNT}){{0,3}}{_BLANK}号(?:附{_COUNT}号|之{_COUNT})?"
)
_THINGS = (
    "文|公告|令|线|桥|机|井|泵|变|地块|宗地|点|支|坑|厂房|标段|车间|仓|路灯|图斑|矿|池|渠|隧道|墩|台|会议|窗口|柜|监测|公示|楼|院|栏|通知|大棚|煤|井|电|"
    "杆|站|闸|沟|山塘|水库|洞|坝|地质|灾害|隐患|产业|基地|箱|选手|考|车|门(?!牌)|码头|议题|提案|决议|决定|请示|批复|函|议案|卷|检查|采样|点位|垃圾|公厕|卡口|岗"
)
_DOOR = re.compile(
    rf"(?:{_PLACE}){_BLANK}{_GROUP}(?P<house>"
    rf"(?:{_NUMBER}{_BLANK})?{_BUILDING}{_FLAT}"
    rf"|(?:{_NUMBER}{_BLANK})?{_COUNT}{_BLANK}单元{_BLANK}{_COUNT}{_BLANK}(?:室|号|户)?"
    rf"|{_COUNT}(?:{_DASH}{_COUNT}){{2,3}}{_BLANK}(?:室|号|户)?"
    rf"|(?:{_NUMBER}{_BLANK})?{_COUNT}{_BLANK}室"
    rf"|{_NUMBER}(?!{_BLANK}(?:{_THINGS}))"
    rf")"
)
_GROUP_DOOR = re.compile(
    rf"(?<![0-9一二三四五六七八九十])第?{_COUNT}{_BLANK}(?:村民)?组{_BLANK}(?P<house>{_NUMBER})(?!{_BLANK}(?:{_THINGS}))"
)
_LEADING = re.compile("[住在到往址]|位于")
_WAY = re.compile(r"[\u4e00-\u9fff0-9]{0,30}$")
_OFFICES = (
    "中心|政府|局|办公室|委员会|村委会|居委会|卫生院|卫生室|医院|派出所|学校|小学|中学|银行|支行|公司|合作社"
    "|法庭|司法所|大厅|管理所|供电所|服务站|信用社"
)
_OFFICE = re.compile(
    r"(?:办公|办事|单位|注册|受理|办理|报名|开标|投标|评标|递交|会议|集合|举办|召开|服务|营业|经营|咨询"
    r"|考试|面试|接种|投诉|通讯)(?:时间及)?(?:地点|地址|场所|窗口)[^\n。；;|]{0,24}$"
    r"|地点[:： ][^\n。；;|]{0,24}$"
    rf"|(?:{_OFFICES})(?:[(，,:： ]|位于|设在|地址){{1,4}}[^\n。；;|，,]{{0,16}}$"
)


def find(reading: Reading) -> Iterator[Finding]:
    """Find addresses that name a door; an office's own, where it says so, is none."""
    for pattern, rule in ((_DOOR, "door"), (_GROUP_DOOR, "group_door")):
        for match in pattern.finditer(reading.plain):
            end = match.end("house")
            while reading.plain[end - 1] in " \n" + ZERO:
                end -= 1
            start = _begin(reading, match.start())
            if any(reading.taken[start:end]) or _is_office(reading.plain, match.start()):
                continue
            reading.take(start, end)
            yield found(Kind.ADDRESS, start, end, rule)


def _begin(reading: Reading, start: int) -> int:
    """Give where the place's name begins."""
    way = _WAY.search(reading.plain, max(0, start - 30), start)
    begun = way.start() if way else start
    for leading in _LEADING.finditer(reading.plain, begun, start):
        begun = leading.end()
    while begun < start and (reading.taken[begun] or reading.plain[begun].isdigit()):
        begun += 1
    return begun


def _is_office(plain: str, start: int) -> bool:
    return _OFFICE.search(plain[max(0, start - 40) : start]) is not None


def house(address: str) -> int:
    """Tell where in an address the house number begins."""
    read = plain.read(address)
    for pattern in (_DOOR, _GROUP_DOOR):
        match = pattern.search(read)
        if match is not None:
            return match.start("house")
    return 0
