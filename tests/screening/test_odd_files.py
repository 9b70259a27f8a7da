"""Parts of files that programs show and few write: notes on pages, files within, odd names."""

from __future__ import annotations

import ctypes
import zipfile
from collections.abc import Callable
from io import BytesIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdf_raw
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.orm import Session

from app.screening.schemas import FileFinding, Kind
from app.screening.service import scan_file
from tests.screening.files import ID, document, pdf, saved, workbook


def _kinds(session: Session, content: bytes) -> list[tuple[str, Kind]]:
    return [(one.where, one.finding.kind) for one in scan_file(session, content)]


def _rules(found: list[FileFinding]) -> list[str]:
    return [one.finding.rule for one in found]


def _renamed(content: bytes, changed: dict[str, str]) -> bytes:
    """Give parts of an archive other names, and have its relations lead there."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for one in old.infolist():
            part = old.read(one)
            for before, after in changed.items():
                part = part.replace(before.encode(), after.encode())
            new.writestr(changed.get(one.filename, one.filename), part)
    return written.getvalue()


@pytest.mark.parametrize("name", ["xl/worksheets/data1.xml", "xl/lists/first.xml"])
def test_a_sheet_is_read_whatever_its_part_is_called(session: Session, name: str) -> None:
    book = workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append([f"编号{ID}", "那玉村", 1])
    content = _renamed(saved(book), {"xl/worksheets/sheet1.xml": name})
    assert ("工作表“公示” A3", Kind.ID_NUMBER) in _kinds(session, content)


def test_a_document_that_takes_in_another_needs_a_person(session: Session) -> None:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"
    content = document(
        {
            "word/document.xml": "公示",
            "word/_rels/document.xml.rels": (
                f'<Relationships><Relationship Id="r1" Type="{relation}" Target="part.dat"/>'
                "</Relationships>"
            ),
            "word/part.dat": "<html>" + ID + "</html>",
        }
    )
    assert "strange" in _rules(scan_file(session, content))


def test_a_file_within_a_pdf_needs_a_person(session: Session) -> None:
    def add(given: pdfium.PdfDocument) -> None:
        given.new_attachment("list.txt").set_data(ID.encode())

    found = scan_file(session, _changed(pdf("public notice"), add))
    assert [(one.where, one.finding.rule) for one in found] == [("里面的文件", "strange")]


def test_notes_on_a_page_of_a_pdf_are_read(session: Session) -> None:
    def add(given: pdfium.PdfDocument) -> None:
        page = given[0]
        note = pdf_raw.FPDFPage_CreateAnnot(page, pdf_raw.FPDF_ANNOT_TEXT)
        text = ctypes.create_string_buffer(f"{ID}\0".encode("utf-16-le"))
        words = ctypes.cast(text, ctypes.POINTER(pdf_raw.FPDF_WCHAR))
        assert pdf_raw.FPDFAnnot_SetStringValue(note, b"Contents", words)
        pdf_raw.FPDFPage_CloseAnnot(note)

    content = _changed(pdf("public notice"), add)
    assert _kinds(session, content) == [("第 1 页的批注和表单", Kind.ID_NUMBER)]


def test_what_is_filled_into_a_form_of_a_pdf_is_read(session: Session) -> None:
    file = BytesIO()
    canvas = Canvas(file)
    canvas.setAuthor("")
    canvas.drawString(72, 700, "public notice")
    canvas.acroForm.textfield(name="a", value=ID, x=72, y=600, width=200, height=20)
    canvas.save()
    assert Kind.ID_NUMBER in [kind for _where, kind in _kinds(session, file.getvalue())]


def _changed(content: bytes, change: Callable[[pdfium.PdfDocument], None]) -> bytes:
    given = pdfium.PdfDocument(content)
    change(given)
    written = BytesIO()
    given.save(written)
    given.close()
    return written.getvalue()
