"""Words that rosters write about people, and the register's codes for them."""

from __future__ import annotations

import re

from app.households.rosters import vocabulary
from app.households.rosters.cells import Cell, as_text, half_width

_ANSWERS = vocabulary.words("answers")
YES = frozenset(word for word, answer in _ANSWERS.items() if answer == "yes")
NO = frozenset(_ANSWERS) - YES


RELATION_WORDS = vocabulary.words("relations")

RESIDENCE_WORDS = vocabulary.words("residences")
AT_HOME_HEADING = re.compile("在家|常住")  # here "是" means the opposite of 是否外出
GONE = re.compile("死亡|去世|已故|病故|亡故|注销|迁出|嫁出|出嫁|户口迁")


TAG_WORDS = vocabulary.words("tags")
_LIST = re.compile(r"[、,，;；/+|\s]+")
_PLAIN = ("一般户", "一般农户", "普通户", "农户", "普通", "一般", "正常户", "非贫困户")


def relation(cell: Cell) -> str | None:
    """Give the code of a relation word; "" for a blank, None for a word that is not known."""
    text = re.sub(r"\s|之$|^户主(?:之|的)", "", as_text(cell))
    text = re.sub(r"\(.*\)$", "", text) or text
    if not text:
        return ""
    if text in RELATION_WORDS:
        return RELATION_WORDS[text]
    return RELATION_WORDS.get(re.sub(r"\d+$", "", text))


def residence(cell: Cell, *, heading: str = "") -> str | None:
    """Give `resident` or `away`; "" for a blank, "gone" for the dead and moved, None if unknown."""
    text = re.sub(r"\s", "", as_text(cell))
    if not text:
        return ""
    if GONE.search(text):
        return "gone"
    at_home = bool(AT_HOME_HEADING.search(heading))
    if text in YES | NO:
        return "resident" if (text in YES) == at_home else "away"
    if text in RESIDENCE_WORDS:
        return RESIDENCE_WORDS[text]
    return "away" if re.search("务工|打工|外出|在外|读书|上学|就读", text) else None


def tag_list(cell: Cell) -> tuple[set[str], list[str]]:
    """Read kinds written into one cell: their codes, and the words that are not known."""
    codes, unknown = set(), []
    for word in _LIST.split(half_width(as_text(cell))):
        if word in TAG_WORDS:
            codes.add(TAG_WORDS[word])
        elif word and word not in _PLAIN and word not in NO:
            unknown.append(word)
    return codes, unknown
