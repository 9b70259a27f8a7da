"""The formats that are kept, and what each is called and served as."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A format; `others` are further endings its files may have."""

    kind: str
    extension: str
    media_type: str
    name: str
    others: tuple[str, ...] = ()


_OPEN_XML = "application/vnd.openxmlformats-officedocument"

JPEG = Format("image", "jpg", "image/jpeg", " JPG 图片", ("jpeg", "jfif"))
PNG = Format("image", "png", "image/png", " PNG 图片")
WEBP = Format("image", "webp", "image/webp", " WebP 图片")
PDF = Format("pdf", "pdf", "application/pdf", " PDF 文件")
CSV = Format("text", "csv", "text/csv", " CSV 表格")
TEXT = Format("text", "txt", "text/plain", "纯文本")
OFFICE = {
    "docx": Format("office", "docx", f"{_OPEN_XML}.wordprocessingml.document", " Word 文档"),
    "xlsx": Format("office", "xlsx", f"{_OPEN_XML}.spreadsheetml.sheet", " Excel 表格"),
    "pptx": Format(
        "office", "pptx", f"{_OPEN_XML}.presentationml.presentation", " PowerPoint 文件"
    ),
}
ALL = (JPEG, PNG, WEBP, PDF, *OFFICE.values(), CSV, TEXT)

KINDS = {"image": "图片", "office": "办公文件", "pdf": "PDF", "text": "文本和 CSV"}
"""What people filter by."""


def name_of(media_type: str) -> str:
    """Give what people call a format."""
    plain = media_type.partition(";")[0]
    return next((one.name.strip() for one in ALL if one.media_type == plain), "文件")
