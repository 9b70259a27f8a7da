"""What a column holds by its heading: one of the few that are published, or what never is."""

from __future__ import annotations

import re

from app.households.rosters.cells import half_width
from app.households.rosters.headings import key_of

_BARRED = (
    ("id", r"身份证|证件|公民身份|居民证"),
    ("account", r"卡号|账号|帐号|账户|帐户|银行|一卡通|存折|开户|社保卡|卡$"),
    ("phone", r"电话|手机|座机|联系方式|联系号码|^联系人"),
    (
        "children",
        r"子女|儿女|孩|儿童|幼儿|婴|学生|学校|在读|就读|年级|班级|未成年|儿子|女儿|孙子|孙女|长子|次子"
        r"|长女|次女|家庭成员(?!.*[人口]数)|监护|孤儿",
    ),
    (
        "health",
        r"残|病|疾|症|癌|孕|健康|诊断|医疗|住院|精神|失能|劳动能?力|自理|致贫|困难原因|救助原因",
    ),
    ("address", r"住址|住所|地址|门牌|户籍地|居住地|房屋|位置"),
    ("age", r"年龄|岁|出生|生日|性别|民族|婚姻|文化程度|政治面貌|与户主关系|与申请人关系"),
)
_PLAINER = str.maketrans(
    "證帳賬戶號銀電話機聯繫係殘類學兒孫監護診斷療齡歲門長與",
    "证帐账户号银电话机联系系残类学儿孙监护诊断疗龄岁门长与",
)
_MARKS = re.compile(r"[\W_]+")
_IN_ASIDES = frozenset({"children", "health", "address"})
"""What is told in an aside as well: `姓名（子女）`. Numbers show what they are by themselves."""
NUMBERS = frozenset({"members", "area", "amount"})
"""Fields that can hold nothing but a number, whatever stands around their heading."""
_FIELDS = (
    (
        "members",
        r"(?:保障|享受|救助|家庭成员|家庭|供养|户内|在册|低保)?(?:总)?(?:人口数?|人数|人口总数)(?:合计)?",
    ),
    ("area", r".*(?:面积|亩数)"),
    ("subsidy", r"(?:补贴|补助|项目|发放)(?:项目|名称|类别|种类|类型)+|补贴品种|作物品种?|作物"),
    (
        "amount",
        r"(?!.*标准).*(?:金额|资金|低保金|保障金|供养金|救助金|补助金|补贴款|补助款|发放额|实发|应发)"
        r"(?:合计|小计|总额)?(?:[(（]?元.*)?",
    ),
    (
        "name",
        r"(?:申请人|户主|保障对象|救助对象|享受对象|补贴对象|供养对象|受助人|领取人|农户|对象|种植户|低保户)?"
        r"(?:姓名|名字|名称)|户主|申请人|保障对象|救助对象|供养对象|种植户",
    ),
    (
        "place",
        r"(?:所在|所属)?(?:村民?小?组|村\(?居\)?|组别|组|村|居|社区|行政村|村组名称|村名|村名称"
        r"|村委会|村\(社区\)|村社区|村居|村居名称|自然村|自然寨|寨)(?:名称)?",
    ),
)


def barred(heading: str) -> str:
    """Name what a heading says that no list may show; "" where it says nothing of the kind."""
    if kind := said_by(key_of(heading)):
        return kind
    aside = said_by(heading)
    return aside if aside in _IN_ASIDES and field_of(heading) not in NUMBERS else ""


def said_by(text: str) -> str:
    """Name what words say that no list may show, whatever marks stand between them."""
    plain = _MARKS.sub("", half_width(text)).translate(_PLAINER)
    return next((kind for kind, form in _BARRED if re.search(form, plain)), "")


def field_of(heading: str) -> str:
    """Name the field of the whitelist a heading means; "" where it is none.

    Of a heading in two rows, `基本情况/姓名`, the whole is tried and then its last row.
    """
    for text in (heading, heading.rsplit("/", 1)[-1]):
        plain = key_of(text)
        for field, form in _FIELDS:
            if plain and re.fullmatch(form, plain):
                return field
    return ""
