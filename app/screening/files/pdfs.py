"""The text of a PDF, page by page; a page that is only a picture needs a person."""

from __future__ import annotations

from threading import Lock

import pypdfium2 as pdfium

from app.screening.files import pdf_notes
from app.screening.files.passages import DAMAGED, LOCKED, SCANNED, STRANGE, UNPACKED, Read
from app.screening.schemas import Kind

MOST_PAGES = 1_000
_FEWEST = 8  # letters on a page that has a picture
_ONE_AT_A_TIME = Lock()  # the library is not made for threads


def read(content: bytes, into: Read) -> None:
    """Read every page; raises `Unreadable`."""
    with _ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as error:
            raise (LOCKED if "password" in str(error).lower() else DAMAGED) from error
        try:
            _read(document, into)
        except pdfium.PdfiumError as error:
            raise DAMAGED from error
        finally:
            document.close()


def _read(document: pdfium.PdfDocument, into: Read) -> None:
    about = document.get_metadata_dict()
    into.add(
        "文件属性", "\n".join(str(about.get(key, "")) for key in ("Title", "Subject", "Keywords"))
    )
    if str(about.get("Author", "")).strip():
        into.note(Kind.AUTHOR, "文件属性", "author")
    if document.count_attachments():
        into.findings.append(STRANGE.finding("里面的文件"))
    for number in range(len(document)):
        if number >= MOST_PAGES:
            raise UNPACKED
        page = document[number]
        try:
            where = f"第 {number + 1} 页"
            text = _text(page)
            if len(text.strip()) < _FEWEST and _shows_something(page):
                into.findings.append(SCANNED.finding(where))
            into.add(where, text)
            into.add(f"{where}的批注和表单", pdf_notes.texts(page))
            if pdf_notes.holds_file(page):
                into.findings.append(STRANGE.finding("里面的文件"))
        finally:
            page.close()


def _text(page: pdfium.PdfPage) -> str:
    words = page.get_textpage()
    try:
        return str(words.get_text_bounded()).replace("\r\n", "\n").replace("\x00", "")
    finally:
        words.close()


def _shows_something(page: pdfium.PdfPage) -> bool:
    """Tell whether anything is drawn on a page: a picture, or letters drawn as lines."""
    return any(True for _object in page.get_objects(max_depth=2))
