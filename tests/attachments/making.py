"""Files as people upload them, made here: pictures, office files, and what they should not be."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
OPEN_XML = "application/vnd.openxmlformats-officedocument"
MAIN = {
    "docx": (f"{OPEN_XML}.wordprocessingml.document.main+xml", "word/document.xml"),
    "xlsx": (f"{OPEN_XML}.spreadsheetml.sheet.main+xml", "xl/workbook.xml"),
    "pptx": (f"{OPEN_XML}.presentationml.presentation.main+xml", "ppt/presentation.xml"),
}
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


def office(
    kind: str = "docx", *, parts: Mapping[str, bytes] | None = None, main: str = ""
) -> bytes:
    """Make a small office file with further parts; `main` is another type of its main part."""
    usual, path = MAIN[kind]
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{path}" ContentType="{main or usual}"/></Types>'
    )
    return archive({"[Content_Types].xml": types.encode(), path: b"<x/>", **(parts or {})})


def archive(members: Mapping[str, bytes]) -> bytes:
    """Pack an archive."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


def picture(
    kind: str = "JPEG", *, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any
) -> bytes:
    """Make a picture: its left half red, its right half blue."""
    image = Image.new(mode, size, "blue" if mode in ("RGB", "RGBA") else 0)
    if mode in ("RGB", "RGBA"):
        image.paste("red", (0, 0, size[0] // 2, size[1]))
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    """Open a picture that was kept."""
    image = Image.open(BytesIO(content))
    image.load()
    return image
