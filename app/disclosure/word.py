"""A Word document (.docx) as Markdown: headings, lists, bold, links and every table."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.parsers.expat import ExpatError

import mammoth

from app.attachments import office
from app.attachments.errors import Damaged, FileRefused, TooBig, Unpacked
from app.disclosure import word_markdown

MOST_BYTES = 20 * 1024 * 1024
MOST_XML = 24 * 1024 * 1024  # of all parts together; a reader needs many times as much memory
MAIN = "word/document.xml"
IMAGES = {"image/jpeg", "image/png", "image/webp"}
_PARTS = (".xml", ".rels")
# Letter by letter, so that UTF-16 is read as well.
_DECLARES = re.compile(
    b"|".join(
        rb"\0?".join(bytes([letter]) for letter in word) for word in (b"<!DOCTYPE", b"<!ENTITY")
    ),
    re.IGNORECASE,
)
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""")
_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii"}
_MOVED = re.compile(rb"<(/?)w:move(To|From)(?=[\s/>])")
_WORDS = {b"To": b"ins", b"From": b"del"}
_BROKEN = (
    *(zipfile.BadZipFile, ExpatError, RecursionError, UnicodeError),
    *(LookupError, AttributeError, ValueError, TypeError, OSError),
)

NOTES = {
    rb"<w:(ins|del|moveTo|moveFrom)\b(?=[^>]*w:author)": (
        "文档里有修订痕迹：按全部接受修订以后的文字读取，删掉的字没有带过来。"
    ),
    rb"<w:commentReference\b": "文档里有批注，批注没有带过来。",
    rb"<w:object\b": "文档里嵌着别的文件（例如 Excel 工作表），只带来了它的图片，请核对表格。",
    rb"<w:altChunk\b": "文档里嵌着另一份文档，它没有带过来，请另外复制。",
    rb"<(m:oMath|w:sdtContent>\s*<m:oMath)\b": "文档里有公式，公式没有带过来。",
}
NO_IMAGE = "有 {count} 张图片不是 JPG、PNG 或 WebP，没有带过来，请截图后另外上传。"


class NotWord(FileRefused):
    code = "file_not_word"
    sentence = "请选择 Word 文档（.docx）。"


class Declares(FileRefused):
    code = "file_declares_entities"
    sentence = "这个文档里有不该有的内容声明，没有读取。请用 Word 或 WPS 另存一份再导入。"


@dataclass(frozen=True)
class WordText:
    """What came out of a document.

    The place of the n-th image is a link to `image:n`, counted from 1; `notes` are sentences for
    whoever brought the document, about what is different now.
    """

    markdown: str
    images: list[bytes] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def to_markdown(content: bytes) -> WordText:
    """Read a .docx; raises a `FileRefused` for any other file and for one that is hostile.

    Tracked changes are read as accepted, comments are left out: both may name people. Nothing
    outside the file is opened.
    """
    if len(content) > MOST_BYTES:
        raise TooBig("Word 文档最多 20 MB。")
    if not content.startswith(b"PK") or office.kind_of(content) != "docx":
        raise NotWord
    try:
        plain, notes = _prepared(content)
        pictures = _Pictures()
        html = mammoth.convert_to_html(
            BytesIO(plain),
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=pictures.take,
        ).value
        text, more = word_markdown.from_html(html)
    except _BROKEN as error:
        raise Damaged from error
    notes += more
    if pictures.left_out:
        notes.append(NO_IMAGE.format(count=pictures.left_out))
    return WordText(text, pictures.kept, notes)


def with_addresses(markdown: str, addresses: list[str]) -> str:
    """Lead the places of images to where these now lie, in their order; "" leads nowhere."""
    for number, address in enumerate(addresses, start=1):
        if address:
            markdown = markdown.replace(f"](image:{number})", f"]({address})")
        else:
            markdown = re.sub(rf"\[([^\]]*)\]\(image:{number}\)", r"\1", markdown)
    return markdown


def _is_strange(part: bytes) -> bool:
    """Tell whether XML declares anything of its own, or hides behind a rare encoding."""
    named = _ENCODING.match(part.lstrip(b"\xef\xbb\xbf"))
    rare = named is not None and named[1].lower() not in _ENCODINGS
    return rare or _DECLARES.search(part) is not None


class _Pictures:
    """The images of a document, as the converter comes upon them."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.left_out = 0

    def take(self, image: Any) -> list[Any]:
        """Keep an image and write its number, or count it as left out."""
        if image.content_type not in IMAGES:
            self.left_out += 1
            return []
        try:
            with image.open() as opened:
                self.kept.append(opened.read())
        except (ValueError, KeyError):  # it lies outside the file, or nowhere
            self.left_out += 1
            return []
        return [mammoth.html.element("img", {"src": f"image:{len(self.kept)}"}, [])]


def _prepared(content: bytes) -> tuple[bytes, list[str]]:
    """Check every part and give a copy in which what was moved reads as added and removed."""
    packed = BytesIO()
    notes: list[str] = []
    left = MOST_XML
    with (
        zipfile.ZipFile(BytesIO(content)) as given,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as copy,
    ):
        for member in given.infolist():
            part = given.read(member)
            if member.filename.lower().endswith(_PARTS):
                left -= len(part)
                if left < 0:
                    raise Unpacked
                if _is_strange(part):
                    raise Declares
            if member.filename.startswith("word/") and member.filename.endswith(".xml"):
                notes += [note for mark, note in NOTES.items() if re.search(mark, part)]
                part = _MOVED.sub(lambda found: b"<" + found[1] + b"w:" + _WORDS[found[2]], part)
            copy.writestr(member.filename, part)
    return packed.getvalue(), list(dict.fromkeys(notes))
