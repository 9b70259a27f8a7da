"""What is read out of a file: passages with their place, and remarks on what is none."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from app.screening.schemas import FileFinding, Kind, found

MOST_TEXT = 2_000_000  # letters of one file


class Unreadable(Exception):
    """A file, or a part of one, that yields no text; `rule` says why."""

    def __init__(self, rule: str, hint: str) -> None:
        self.rule, self.hint = rule, hint
        super().__init__(rule)

    def finding(self, where: str) -> FileFinding:
        """Tell people."""
        return FileFinding(where, found(Kind.UNREADABLE, 0, 0, self.rule, self.hint))


DAMAGED = Unreadable("damaged", "文件已损坏，读不出来，请换一份。")
LOCKED = Unreadable("locked", "文件加了密码，读不出来，请去掉密码再上传。")
UNPACKED = Unreadable("unpacked", "文件展开后太大，没有读完，请拆小后再上传。")
OLD = Unreadable("old_format", "旧格式读不出来，请另存为 .xlsx、.docx 或 PDF。")
STRANGE = Unreadable("strange", "这种文件读不出文字，请人工核对。")
DOCTYPE = Unreadable("doctype", "文件里有不该有的声明，没有读，请换一份。")
SCANNED = Unreadable("scanned", "这一页是图片，机器读不出文字，请人工核对。")
TOO_LONG = Unreadable("too_long", "文字太多，没有读完，请拆小后再上传。")


@dataclass
class Passage:
    """A text and where in the file it stands; `marks` name places within it by their offset."""

    where: str
    text: str
    marks: list[tuple[int, str]] = field(default_factory=list)

    def place(self, offset: int) -> str:
        """Name the place of an offset."""
        if not self.marks:
            return self.where
        mark = max(bisect_right(self.marks, (offset, "\U0010ffff")) - 1, 0)
        return f"{self.where}{self.marks[mark][1]}"


@dataclass
class Read:
    """All that a file yielded."""

    passages: list[Passage] = field(default_factory=list)
    findings: list[FileFinding] = field(default_factory=list)
    letters: int = 0

    def add(self, where: str, text: str, marks: list[tuple[int, str]] | None = None) -> None:
        """Keep a passage; raises `Unreadable` beyond what is read of one file."""
        if not text.strip():
            return
        self.letters += len(text)
        self.passages.append(Passage(where, text[:MOST_TEXT], marks or []))
        if self.letters > MOST_TEXT:
            raise TOO_LONG

    def note(self, kind: Kind, where: str, rule: str, hint: str | None = None) -> None:
        """Keep a finding that is not a passage of text."""
        self.findings.append(FileFinding(where, found(kind, 0, 0, rule, hint)))
