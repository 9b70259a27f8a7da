"""Files made for the tests, with things hidden in them as people and programs hide them."""

from __future__ import annotations

import zipfile
from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

ID = "52020319900101001X"
MOBILE = "13985812345"


def workbook() -> Workbook:
    """Begin a workbook with an open sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "公示"
    sheet.append(["户主", "村组", "金额"])
    sheet.append(["张三", "那玉村", 480])
    return book


def saved(book: Workbook) -> bytes:
    """Give a workbook's bytes."""
    file = BytesIO()
    book.properties.creator = "openpyxl"
    book.save(file)
    return file.getvalue()


def with_comment(text: str) -> Comment:
    """Make a cell's comment."""
    return Comment(text, "user")


_WORD = (
    '<?xml version="1.0"?><w:{root} xmlns:w="http://schemas.openxmlformats.org/wordprocessingml'
    '/2006/main">{body}</w:{root}>'
)


def document(parts: dict[str, str]) -> bytes:
    """Pack a .docx of these parts' paragraphs; what begins with `<` is XML already."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, text in parts.items():
            archive.writestr(name, text if text.startswith("<") else _paragraph(name, text))
    return file.getvalue()


def _paragraph(name: str, text: str) -> str:
    root = "document" if name.endswith("document.xml") else "hdr"
    return _WORD.format(root=root, body=f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")


def word_xml(body: str) -> str:
    """Wrap a document's body."""
    return _WORD.format(root="document", body=body)


def pdf(*pages: str) -> bytes:
    """Draw a PDF of these pages; an empty one shows a picture."""
    file = BytesIO()
    canvas = Canvas(file)
    canvas.setAuthor("")
    for text in pages:
        if text:
            canvas.drawString(72, 700, text)
        else:
            canvas.drawInlineImage(Image.new("RGB", (20, 20), "red"), 72, 600, 200, 200)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def picture(*, gps: bool = False, description: str = "", artist: str = "") -> bytes:
    """Draw a photograph with this in its metadata."""
    file = BytesIO()
    exif = Image.Exif()
    if gps:
        exif[0x8825] = {1: "N", 2: (26.0, 12.0, 30.0), 3: "E", 4: (105.0, 28.0, 40.0)}
    if description:
        exif[0x010E] = description
    if artist:
        exif[0x013B] = artist
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=exif)
    return file.getvalue()
