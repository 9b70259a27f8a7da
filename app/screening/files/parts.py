"""The text of an office file's part: paragraphs as lines, a table's cells with a bar between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.screening.files import xml
from app.screening.files.archive import Archive
from app.screening.files.passages import Read, Unreadable
from app.screening.schemas import Kind

_TEXTS = {"t", "delText", "instrText", "text", "oddHeader", "evenHeader", "firstHeader"}
_TEXTS |= {"oddFooter", "evenFooter", "firstFooter", "v", "definedName", "f"}
_PEOPLE = {"creator", "lastModifiedBy", "Manager"}
_ANONYMOUS = re.compile(r"(?i)admin.*|user|windows.*|microsoft.*|wps.*|apache.*|openpyxl|python.*|")
_WHERE = (
    ("docProps/", "文件属性"),
    ("header", "页眉"),
    ("footer", "页脚"),
    ("comments", "批注"),
    ("threadedComments", "批注"),
    ("footnotes", "脚注"),
    ("endnotes", "尾注"),
    ("notesSlides", "备注"),
    ("slides/", "幻灯片"),
    ("charts/", "图表"),
    ("diagrams/", "图示"),
    ("drawings/", "文本框"),
    ("pivotCache", "数据透视表的缓存"),
    ("externalLinks", "外部链接的缓存"),
    ("document.xml", "正文"),
)
_LOOKS = re.compile(
    r"(?:^|/)(?:theme/|styles\w*\.xml|settings\.xml|webSettings\.xml|fontTable\.xml|numbering\.xml"
    r"|tableStyles\.xml|presProps\.xml|viewProps\.xml|calcChain\.xml|slideLayouts/|slideMasters/"
    r"|\[Content_Types\]\.xml|itemProps\d*\.xml)"
)


class Words:
    """Gathers the text of a part."""

    def __init__(self, *, everything: bool = False) -> None:
        self.pieces: list[str] = []
        self._everything = everything
        self._reading = 0
        self._cells = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear an element begin."""
        self._reading += name in _TEXTS
        self._cells += name == "tc"
        if name == "tab":
            self.pieces.append("\t")
        elif name in {"br", "cr"}:
            self.pieces.append("\n")
        for key in ("descr", "v", "Target", "tooltip"):  # pictures' words, caches, links
            if attributes.get(key):
                self.pieces.append(f"\n{attributes[key]}\n")

    def end(self, name: str) -> None:
        """Hear an element end."""
        self._reading -= name in _TEXTS
        self._cells -= name == "tc"
        if name == "tc":
            self.pieces.append("|")
        elif name == "p":
            self.pieces.append(" " if self._cells else "\n")
        elif name in {"tr", "comment", "si"} or (self._everything and name != "t"):
            self.pieces.append("\n")

    def text(self, text: str) -> None:
        """Hear text."""
        if self._reading or self._everything:
            self.pieces.append(text)

    def whole(self) -> str:
        """Give all of it."""
        return "".join(self.pieces)


class _Properties:
    """Gathers a file's properties: people by themselves, the rest as text."""

    def __init__(self) -> None:
        self.people: list[str] = []
        self.others: list[str] = []
        self._name = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        del attributes
        self._name = name

    def end(self, name: str) -> None:
        del name
        self._name = ""

    def text(self, text: str) -> None:
        (self.people if self._name in _PEOPLE else self.others).append(text)


def read(archive: Archive, into: Read, names: Iterator[str] | None = None) -> None:
    """Read every part that may hold words; one that cannot be read is noted."""
    for name in names if names is not None else iter(archive.names):
        if not name.endswith((".xml", ".rels", ".vml")) or _LOOKS.search(name):
            continue
        where = _where(name)
        try:
            if name.startswith("docProps/"):
                _properties(archive.read(name), into)
                continue
            words = Words(everything=name.startswith("customXml/"))
            xml.hear(archive.read(name), words)
            into.add(where, words.whole())
        except Unreadable as fault:
            into.findings.append(fault.finding(where))
            if fault.rule in {"unpacked", "too_long"}:
                return


def _properties(content: bytes, into: Read) -> None:
    properties = _Properties()
    xml.hear(content, properties)
    into.add("文件属性", "\n".join(properties.others))
    if any(not _ANONYMOUS.fullmatch(person.strip()) for person in properties.people):
        into.note(Kind.AUTHOR, "文件属性", "author")


def _where(name: str) -> str:
    return next((words for part, words in _WHERE if part in name), "文件的其他部分")
