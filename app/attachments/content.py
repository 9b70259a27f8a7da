"""What a file is, told by its content alone: a name may say anything."""

from __future__ import annotations

from dataclasses import dataclass

from app.attachments import office
from app.attachments.errors import (
    BadText,
    Damaged,
    EmptyFile,
    Moving,
    NameMismatch,
    OldOffice,
    PasswordProtected,
    PhonePhoto,
    TooBig,
    UnknownKind,
)
from app.attachments.formats import (
    ALL,
    CSV,
    JPEG,
    OFFICE,
    PDF,
    PNG,
    TEXT,
    WEBP,
    Format,
)

MOST_IMAGE, MOST_OTHER = 10 * 1024 * 1024, 20 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc", b"ftypavif")
MARKUP = (b"<", b"{\\rtf", b"#!", b"MZ", b"\x7fELF")
CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f")


@dataclass(frozen=True)
class Recognised:
    """A file that may be kept, and the media type it is served as."""

    format: Format
    media_type: str


def recognise(content: bytes, *, name: str) -> Recognised:
    """Tell what a file is; raises a `FileRefused` for what is not kept or is not what it is called.

    The name is asked for one thing alone: whether a text is a table.
    """
    if not content:
        raise EmptyFile
    extension = _extension(name)
    format_ = _signed(content)
    if format_ is None:
        return _text(content, extension)
    if len(content) > (MOST_IMAGE if format_.kind == "image" else MOST_OTHER):
        raise TooBig
    _compare(extension, format_)
    return Recognised(format_, format_.media_type)


def _signed(content: bytes) -> Format | None:
    """Find the format by the first bytes; None where they are no signature."""
    head = content[:16]
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return _pdf(content)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if len(content) > MOST_OTHER:
            raise TooBig
        return OFFICE[office.kind_of(content)]
    if head.startswith((b"GIF87a", b"GIF89a")):
        raise Moving
    if head[4:12] in HEIC:
        raise PhonePhoto
    if head.startswith(OLE):
        raise PasswordProtected if ENCRYPTED_PACKAGE in content else OldOffice
    if content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(MARKUP):
        raise UnknownKind
    return None


def _pdf(content: bytes) -> Format:
    if b"%%EOF" not in content:
        raise Damaged
    if b"/Encrypt" in content:
        raise PasswordProtected
    return PDF


def _text(content: bytes, extension: str) -> Recognised:
    """Take what is plain text and is called so; a browser gets it as a download all the same."""
    format_ = {"csv": CSV, "txt": TEXT}.get(extension)
    if format_ is None:
        if any(extension in (one.extension, *one.others) for one in ALL):
            _compare(extension, TEXT)
        raise UnknownKind
    if len(content) > MOST_OTHER:
        raise TooBig
    for encoding, charset in (("utf-8-sig", "utf-8"), ("gb18030", "gb18030")):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if CONTROLS.intersection(text):
            raise BadText
        return Recognised(format_, f"{format_.media_type}; charset={charset}")
    raise BadText


def _extension(name: str) -> str:
    stem, dot, extension = name.strip().rpartition(".")
    return extension.strip().lower() if dot and stem else ""


def _compare(extension: str, format_: Format) -> None:
    if extension and extension not in (format_.extension, *format_.others):
        raise NameMismatch(
            f"文件名的后缀和内容对不上：内容是{format_.name}，后缀应当是 .{format_.extension}。"
            "请用原来的软件打开，另存一份再上传。"
        )
