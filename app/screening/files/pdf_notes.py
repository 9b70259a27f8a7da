"""What stands on a page of a PDF beside its text: notes, filled forms, files hung on it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

_SAID = (b"Contents", b"V", b"DV", b"TU", b"Subj", b"RC")


def texts(page: pdfium.PdfPage) -> str:
    """Give what notes and form fields of a page say, one below the other."""
    return "\n".join(
        text for note in _notes(page) for key in _SAID if (text := _string(note, key).strip())
    )


def holds_file(page: pdfium.PdfPage) -> bool:
    """Tell whether a file hangs on a page."""
    kinds = [pdf.FPDFAnnot_GetSubtype(note) for note in _notes(page)]
    return pdf.FPDF_ANNOT_FILEATTACHMENT in kinds


def _notes(page: pdfium.PdfPage) -> Iterator[pdf.FPDF_ANNOTATION]:
    for number in range(pdf.FPDFPage_GetAnnotCount(page)):
        note = pdf.FPDFPage_GetAnnot(page, number)
        if not note:
            continue
        try:
            yield note
        finally:
            pdf.FPDFPage_CloseAnnot(note)


def _string(note: pdf.FPDF_ANNOTATION, key: bytes) -> str:
    size = pdf.FPDFAnnot_GetStringValue(note, key, None, 0)  # bytes, with the closing zero
    buffer = ctypes.create_string_buffer(size + 2)
    start = ctypes.cast(buffer, ctypes.POINTER(pdf.FPDF_WCHAR))
    pdf.FPDFAnnot_GetStringValue(note, key, start, size)
    return buffer.raw[:size].decode("utf-16-le", "replace").replace("\x00", "")
