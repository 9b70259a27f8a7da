"""Names beside words of illness, disability or pregnancy, in a sentence or in a table's row."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from app.screening.detecting import tables
from app.screening.detecting.plain import Reading
from app.screening.detecting.surnames import COMMON, COMPOUND, NO_NAMES, SINGLE
from app.screening.schemas import Finding, Kind, found

HEALTH = re.compile(
    r"癌|肿瘤|白血病|尿毒症|透析|艾滋|HIV|梅毒|性病|乙肝|丙肝|肝炎|肝硬化|肺结核|结核病|尘肺|矽肺|肾衰|肾病|肾移植"
    r"|精神(?:病|分裂|障碍|残疾|疾病|异常|失常|类|[一二三四]级)|抑郁|双相|躁狂|自闭|孤独症|智障|痴呆|智力(?:低下|残疾|障碍|[一二三四]级)"
    r"|残疾|肢残|伤残|致残|肢体(?:[一二三四]级|重度|障碍)|(?:视力|听力|言语|多重)(?:残|障碍|[一二三四]级)|[一二三四]级(?:肢体|精神|智力|视力|听力|言语|多重|重残)"
    r"|重残|失明|盲人|双目|聋哑|耳聋|瘫痪|偏瘫|截瘫|脑瘫|卧床|唐氏|侏儒|植物人|生活不能自理"
    r"|怀孕|孕期|孕妇|早孕|流产|引产|不孕|不育|产妇|临产|分娩"
    r"|糖尿病|高血压|冠心病|心脏病|先心病|心衰|心梗|脑梗|脑出血|脑溢血|中风|癫痫|帕金森|红斑狼疮|血友病|贫血|地中海"
    r"|类风湿|股骨头|骨折|截肢|哮喘|慢阻肺|肺炎|甲亢|强直|渐冻|重症|大病|重病|重疾|慢性病|患病|罹患|身患|患有|患者|因病"
    r"|确诊|诊断为|病种|病情|病历|化疗|放疗|手术|住院|器官移植|吸毒|戒毒|酗酒|染疫|阳性|感染者|传染病",
    re.IGNORECASE,
)
_POLICY = re.compile(  # offices, rules and programmes that have such a word in their names
    r"残疾人(?:联合会|事业|保障|就业|两项|权益|证|康复中心|工作|证换)|大病(?:保险|救助|医保|统筹)|重大疾病|慢性病管理"
    r"|传染病(?:防治|防控)|结核病防治|住院(?:报销|医疗|统筹|部)|手术室|怀孕(?:检查|服务)|孕期保健|高血压(?:患者)?管理"
)
_TITLE = (
    "村民|居民|户主|患者|病人|申请人|姓名|对象|群众|妻子|丈夫|之妻|之夫|之子|之女|儿子|女儿|长子|次子|长女|次女|母亲|父亲"
    "|儿媳|孙子|孙女|老人|学生|儿童|监护人|本人|职工|党员|低保户|贫困户|脱贫户|监测户|五保户|残疾人|人员|孕妇|产妇|社员|伤者"
    "|工人|教师|村|组|寨|社区|看望|慰问|走访|救助|资助|帮扶|帮助|了解到|同意|批准|认定|核实|经查|据|对|给|为|向|由|与|和|及|将|把|其|是|有|因|户|家|帮|名|其子|其女|其妻|其夫|其父|其母|其弟|其兄|其孙"
)
_BEFORE = re.compile(rf"(?:^|[^\u4e00-\u9fffA-Za-z*]|(?P<title>(?:{_TITLE})[:： ]?|[:：]))$")
_OFFICE = re.compile(
    r"(?:联系人|经办人|负责人|责任人|审核人?|审批人?|经办|联系|主任|书记|局长|院长|医生|医师|主席|理事长|镇长|乡长|县长|区长|干部"
    r"|网格员|专干|记者|通讯员|编辑|初审|复审|终审|签发|主持人?|咨询|教授|专家|队长|组长|委员|科长|股长|所长|站长|校长|老师|填表人|制表人?|录入)"
    r"[:：( ]{0,3}$"
)
_AFTER = (
    r"(?:$|[^\u4e00-\u9fffA-Za-z0-9*]|[0-9]|因|患|身患|罹患|系|属|是|被|经|于|的|现|有|为|在|住|男|女|家|一家|户|等|享受|肢体|精神|智力|听力|视力"
    r"|言语|多重|残疾|确诊|同志|老人|自|长期|已|怀|去世|重|尿毒|乳腺|肺|肝|胃|癌|脑|大病|和|与|及|突发|不幸|[一二三四]级|曾|丧失|无|常年"
    r"|申请|妻|丈夫|之|本人|病|需|接受|住院|手术|下肢|双|左|右|失|瘫|先天|慢性|身体|目前|查出|检查|诊断|入院|术后|领取|户主|多年|今年|去年|轮椅|助听|拐|假肢)"
)
_BY_OFFICE = re.compile(
    r"(?:副?(?:主任|书记|医生|医师|局长|院长|教授|主席|镇长|乡长|所长|站长|校长|老师|支书)|主持|介绍|强调|指出|带队|表示|要求|一行|主讲|传达|分管)"
)
_HANZI = r"[\u4e00-\u9fff]"
_COMPOUND = "|".join(sorted(COMPOUND))
_CANDIDATE = re.compile(
    rf"(?=((?:{_COMPOUND}|[{''.join(sorted(SINGLE))}])))\1"
    rf"(?:[ ]{{0,3}}(?P<one>{_HANZI})(?P<two>[ ]{{0,3}}{_HANZI})?)"
)
_NO_END = frozenset(
    "县市区镇乡村组寨路街站局办院校厂症病炎型类费款室级性者员率量额表册证卡票号化术药的"
)
_STOP = frozenset("因患系属是被于的在等户男女与和及为有经现")
_END = re.compile(r"[。！？；!?;]")
_SURE = re.compile(r"[因患系]|身患|同志|[(（, ，]{1,2}[男女]|确诊|罹患")
_FAR = 26  # letters between a name and the word; a line's end counts for twenty of them


def find(reading: Reading) -> Iterator[Finding]:
    """Find names in rows whose columns or cells tell of health, then beside such words."""
    for start, end in tables.rows(reading.plain, HEALTH):
        if not any(reading.taken[start:end]):
            reading.take(start, end)
            yield found(Kind.HEALTH_NAME, start, end, "health_table")
    words = _words(reading.plain)
    if not words:
        return
    for start, end in _names(reading.plain, words):
        if not any(reading.taken[start:end]) and _beside(reading.plain, start, end, words):
            reading.take(start, end)
            yield found(Kind.HEALTH_NAME, start, end, "health_sentence")


def _words(text: str) -> list[tuple[int, int]]:
    policy = [(match.start(), match.end()) for match in _POLICY.finditer(text)]
    starts = [start for start, _end in policy]
    words = []
    for word in HEALTH.finditer(text):
        place = bisect_left(starts, word.end()) - 1
        if place < 0 or policy[place][1] <= word.start():
            words.append(word.span())
    return words


def _names(text: str, words: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give what may be a name near one of the words."""
    reach, past = 80, 0
    starts = {start for start, _end in words}
    for start, end in _stretches(words, reach, len(text)):
        offset = max(start, past)
        while (match := _CANDIDATE.search(text, offset, end)) is not None:
            span = _name(text, match, starts)
            offset = past = span[1] if span else match.start() + 1
            if span:
                yield span


def _stretches(words: list[tuple[int, int]], reach: int, most: int) -> Iterator[tuple[int, int]]:
    """Give the parts of the text around the words, joined where they meet."""
    begun, until = max(0, words[0][0] - reach), words[0][1] + reach
    for start, end in words[1:]:
        if start - reach > until:
            yield begun, min(until, most)
            begun = start - reach
        until = end + reach
    yield begun, min(until, most)


def _name(text: str, match: re.Match[str], words: set[int]) -> tuple[int, int] | None:
    """Give where a name stands if one begins here: bounded on both sides, and no known word."""
    start = match.start()
    if start in words:
        return None
    before = text[max(0, start - 8) : start]
    bound = _BEFORE.search(before)
    if bound is None or _OFFICE.search(before):
        return None
    ends = [match.end("one")]
    if match["two"] is not None and match["two"].strip() not in _STOP:
        ends.insert(0, match.end("two"))
    for end in ends:
        name = text[start:end].replace(" ", "")
        after = re.compile(_AFTER).match(text, end)
        if after is None or name in NO_NAMES or name[:2] in NO_NAMES or name[-1] in _NO_END:
            continue
        if _BY_OFFICE.match(text, end):
            return None
        if " " in text[start:end] and len(text[start:end]) > 4:
            continue
        if name[0] in COMMON or name[:2] in COMPOUND or bound["title"] or _SURE.match(text, end):
            return start, end
    return None


def _beside(text: str, start: int, end: int, words: list[tuple[int, int]]) -> bool:
    """Tell whether one of the words stands in the same sentence, not far off."""
    place = bisect_left(words, (start, 0))
    for word in words[max(0, place - 2) : place + 2]:
        if word[0] < end and word[1] > start:
            continue
        between = text[end : word[0]] if word[0] >= end else text[word[1] : start]
        if len(between) <= 120 and _END.search(between) is None and _distance(between) <= _FAR:
            return True
    return False


def _distance(between: str) -> int:
    """Count letters, not digits: masking a number between must bring nothing nearer."""
    letters = sum("\u4e00" <= letter <= "\u9fff" or letter == "*" for letter in between)
    return letters + 20 * between.count("\n")
