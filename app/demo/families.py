"""Invented families for the demo's roster: the same ones in every load of a year.

Nobody's data. Names are made of solar terms, trees and colours. ID numbers carry the sequence
codes 996 to 999, which GB 11643 kept for people past a hundred when years had two digits, on
birth dates of people far younger; their check digits are right. Phones begin with 160, a segment
that no operator was given.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from stdnum.cn import ric

REGION, SEED = "520203", 620
SERIALS = {True: (997, 999), False: (996, 998)}  # odd for men, even for women
SURNAMES = (*"王李张刘陈杨黄赵周吴罗韦卢陆岑安龙石郭蒙班侬尚伍彭邓谢", "欧阳", "司徒")
_WORDS = (
    "立春雨水惊蛰春分清明谷雨立夏小满芒种夏至小暑大暑立秋处暑白露秋分寒露霜降立冬小雪大雪冬至小寒大寒"
    "青松翠柏红枫银杏白桦杜鹃山茶金桂丹霞碧溪云岭晓月晨星晚霞春燕秋雁"
)
GIVEN = tuple(_WORDS[start : start + 2] for start in range(0, len(_WORDS), 2))
LONG = (
    "买买提·吐尔逊江·阿不都热合曼",
    "欧阳山茶",
    "阿依古丽·买买提",
    "诺苏阿普·拉玛惹古",
    "司徒晓月",
)
LAST_DAY = date(2026, 6, 30)  # nobody is born after it, so that a roster of any day is the same


@dataclass(frozen=True)
class Invented:
    """A person who does not exist."""

    name: str
    is_male: bool
    born: date
    id_number: str
    relation: str
    phone: str = ""
    is_away: bool = False
    kinds: tuple[str, ...] = ()
    dibao_yuan: str = ""


@dataclass(frozen=True)
class Family:
    """A household that does not exist: its number, its group's place, its house, its people."""

    number: int
    group: int
    house: int
    members: list[Invented] = field(default_factory=list)


class _Maker:
    """Draws people one after the other; an ID number is drawn once."""

    def __init__(self) -> None:
        self.draw = random.Random(SEED)  # noqa: S311 - the same people in every load
        self.taken: set[str] = set()
        self.phones = 0

    def person(
        self, relation: str, *, is_male: bool, age: tuple[int, int], surname: str = ""
    ) -> Invented:
        """Draw a person of an age in years."""
        name = (surname or self.draw.choice(SURNAMES)) + self.draw.choice(GIVEN)
        born, number = self._number(is_male, age)
        years = (LAST_DAY - born).days // 365
        phone = ""
        if years >= 16 and self.draw.random() < 0.8:
            self.phones += 1
            phone = f"1600000{self.phones:04d}"
        away = 19 <= years <= 55 and relation != "户主" and self.draw.random() < 0.35
        return Invented(name, is_male, born, number, relation, phone, away)

    def _number(self, is_male: bool, age: tuple[int, int]) -> tuple[date, str]:
        while True:
            days = self.draw.randint(age[0] * 365 + 1, age[1] * 365 + 364)
            born = LAST_DAY - timedelta(days=days)
            begun = f"{REGION}{born:%Y%m%d}{self.draw.choice(SERIALS[is_male])}"
            number = begun + ric.calc_check_digit(begun + "0")
            if number not in self.taken:
                self.taken.add(number)
                return born, number

    def members(self) -> Iterator[Invented]:
        """Draw the people of one household: alone, a couple, with children, with parents."""
        surname = self.draw.choice(SURNAMES)
        shape = self.draw.choices(
            ("alone", "old couple", "young", "three"), weights=(14, 22, 42, 22)
        )[0]
        if shape == "alone":
            yield self.person("户主", is_male=self.draw.random() < 0.5, age=(62, 91))
            return
        if shape == "old couple":
            yield self.person("户主", is_male=True, age=(60, 85), surname=surname)
            yield self.person("妻", is_male=False, age=(57, 83))
            return
        yield self.person("户主", is_male=True, age=(28, 58), surname=surname)
        yield self.person("妻", is_male=False, age=(26, 55))
        for place in range(self.draw.choice((1, 1, 1, 2, 2, 3))):
            is_male = self.draw.random() < 0.5
            relation = (
                ("长子", "次子", "三子")[place] if is_male else ("长女", "次女", "三女")[place]
            )
            yield self.person(relation, is_male=is_male, age=(0, 24), surname=surname)
        if shape == "three":
            yield self.person("父亲", is_male=True, age=(60, 88), surname=surname)
            if self.draw.random() < 0.6:
                yield self.person("母亲", is_male=False, age=(58, 86))


def families(*, households: int, groups: int) -> list[Family]:
    """Make that many households, spread over groups, with what they are and receive."""
    maker = _Maker()
    made = []
    for place in range(households):
        members = [_marked(maker, one) for one in maker.members()]
        if place % 124 == 60:
            head = members[0]
            members[0] = Invented(**{**vars(head), "name": LONG[place // 124 % len(LONG)]})
        alone_and_old = len(members) == 1
        if alone_and_old:
            members[0] = Invented(**{**vars(members[0]), "kinds": ("独居老人", *members[0].kinds)})
        made.append(Family(place + 1, place % groups, place // groups + 1, members))
    return made


def _marked(maker: _Maker, person: Invented) -> Invented:
    years = (LAST_DAY - person.born).days // 365
    draw = maker.draw.random
    kinds = []
    if draw() < 0.045:
        kinds.append("残疾")
    if person.relation == "户主" and draw() < 0.06:
        kinds.append("党员")
    if person.is_male and 25 <= years <= 70 and draw() < 0.04:
        kinds.append("退役军人")
    if years >= 70 and draw() < 0.06:
        kinds.append("特困供养")
    if 6 <= years <= 14 and draw() < 0.15:
        kinds.append("留守儿童")
    yuan = str(maker.draw.choice((218, 312, 365, 412))) if draw() < 0.05 else ""
    return Invented(**{**vars(person), "kinds": tuple(kinds), "dibao_yuan": yuan})
