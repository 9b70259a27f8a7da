"""Keeping the word list: add, remove, import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import roles
from app.kernel import clock, csv_table
from app.kernel.access import Actor
from app.screening import queries
from app.screening.errors import WordKnown, WordRefused, WordsRefused
from app.screening.models import LONGEST_NOTE, LONGEST_WORD, ScreeningWord
from app.screening.words import fold

KINDS = {"sensitive": "敏感词", "wrong": "错误写法"}
_NAMED = {name: kind for kind, name in KINDS.items()}
COLUMNS = ("类别", "词语", "正确写法", "说明")
EXAMPLES = Path(__file__).parents[1] / "data" / "words.csv"
MOST_WORDS = 20_000
_SHORTEST = 2
_FORMULAS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class WordIn:
    """A word somebody wants in the list; `replacement` is how a wrong one should be written."""

    kind: str
    word: str
    replacement: str = ""
    note: str = ""


@dataclass(frozen=True)
class Summary:
    """What an import did."""

    added: int
    known: int


def add_word(session: Session, *, wanted: WordIn, county_code: str, actor: Actor) -> ScreeningWord:
    """Add a word to the county's list; raises `WordRefused` or `WordKnown`."""
    actor.require(roles.CATALOGUE, division_code=county_code)
    added = _made(wanted, actor)
    if session.scalar(select(ScreeningWord.id).where(ScreeningWord.word == added.word)):
        raise WordKnown
    session.add(added)
    session.flush()
    return added


def remove_word(session: Session, *, word_id: int, county_code: str, actor: Actor) -> None:
    """Take a word out of the list; raises `WordNotFound`."""
    actor.require(roles.CATALOGUE, division_code=county_code)
    session.delete(queries.get(session, word_id))
    session.flush()


def import_words(session: Session, *, content: bytes, county_code: str, actor: Actor) -> Summary:
    """Add what a CSV file lists and the list has not; all of it, or with a fault none.

    Raises `WordsRefused`, whose `facts["lines"]` name the lines.
    """
    actor.require(roles.CATALOGUE, division_code=county_code)
    table = csv_table.read(content, columns=COLUMNS)
    faults = list(table.faults)
    present = set(session.scalars(select(ScreeningWord.word)))
    wanted: dict[str, ScreeningWord] = {}
    known = 0
    for line in table.lines:
        try:
            made = _made(_given(line), actor)
        except WordRefused as fault:
            faults.append((line.number, fault.sentence))
            continue
        if made.word in present or made.word in wanted:
            known += 1
        else:
            wanted[made.word] = made
    if len(present) + len(wanted) > MOST_WORDS:
        faults.append((1, f"词表最多 {MOST_WORDS} 个词。"))
    if faults:
        raise WordsRefused(lines=sorted(faults))
    session.add_all(wanted.values())
    session.flush()
    return Summary(len(wanted), known)


def _given(line: csv_table.Line) -> WordIn:
    kind, word, replacement, note = (_bare(line.values[name]) for name in COLUMNS)
    return WordIn(_NAMED.get(kind, kind), word, replacement, note)


def exported(word: ScreeningWord) -> tuple[str, ...]:
    """Give a word's line of the CSV file; no cell of it is a formula to a spreadsheet."""
    cells = (KINDS[word.kind], word.word, word.replacement, word.note)
    return tuple(f"'{cell}" if cell.startswith(_FORMULAS) else cell for cell in cells)


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULAS else cell


def _made(wanted: WordIn, actor: Actor) -> ScreeningWord:
    kind = wanted.kind
    word, replacement, note = (
        text.strip() for text in (wanted.word, wanted.replacement, wanted.note)
    )
    if kind not in KINDS:
        raise WordRefused("类别只能是“敏感词”或“错误写法”。")
    if not _SHORTEST <= len(word) <= LONGEST_WORD:
        raise WordRefused(f"词语要有 {_SHORTEST} 到 {LONGEST_WORD} 个字。")
    if len(replacement) > LONGEST_WORD or len(note) > LONGEST_NOTE:
        raise WordRefused("正确写法或说明太长。")
    if replacement and kind != "wrong":
        raise WordRefused("敏感词不填正确写法，请写在说明里。")
    if fold(replacement) == fold(word):
        raise WordRefused("正确写法和词语相同。")
    if not all(csv_table.printable(text) for text in (word, replacement, note)):
        raise WordRefused("里面有看不见的字符。")
    return ScreeningWord(
        kind=kind,
        word=word,
        replacement=replacement,
        note=note,
        added_by=actor.name,
        added_at=clock.now(),
    )
