"""What a picture carries unseen: where it was taken, who took it, texts of its own."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from app.screening.files.passages import DAMAGED, Read
from app.screening.schemas import Kind

_GPS = 0x8825
_EXIF = 0x8769
_PEOPLE = {0x013B, 0x9C9D, 0x8298}  # artist, author, copyright
_TEXTS = {0x010E, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F}  # description, title, comment, keywords, subject
_USER_COMMENT = 0x9286
_XMP_PLACE = re.compile(
    rb"(?:exif|photoshop|Iptc4xmpCore|drone-dji):(?:GPS|Gps|Latitude|City|Location)"
)
_MOST_XMP = 1 << 20


def read(content: bytes, into: Read) -> None:
    """Look into a picture's metadata without drawing it; raises `Unreadable`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(content)) as image:
                _exif(image.getexif(), into)
                _texts(image, into)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
        raise DAMAGED from error
    except (ValueError, SyntaxError, KeyError, TypeError, EOFError, OverflowError) as error:
        raise DAMAGED from error
    packet = content.find(b"<x:xmpmeta")
    if packet >= 0 and _XMP_PLACE.search(content, packet, packet + _MOST_XMP):
        into.note(Kind.LOCATION, "图片信息", "xmp_place")


def _exif(exif: Image.Exif, into: Read) -> None:
    if any(tag > 0 for tag in exif.get_ifd(_GPS)):
        into.note(Kind.LOCATION, "图片信息", "exif_gps")
    if any(_plain(exif.get(tag)) for tag in _PEOPLE):
        into.note(Kind.AUTHOR, "图片信息", "author")
    texts = [_plain(exif.get(tag)) for tag in sorted(_TEXTS)]
    texts.append(_plain(exif.get_ifd(_EXIF).get(_USER_COMMENT)))
    into.add("图片信息", "\n".join(text for text in texts if text))


def _texts(image: Image.Image, into: Read) -> None:
    """Read a PNG's texts and a JPEG's comment; those behind the picture come with loading it."""
    info = dict(image.info)
    for key, value in info.items():
        if key in {"exif", "icc_profile", "photoshop"}:
            continue
        if isinstance(value, str | bytes):
            into.add("图片信息", _plain(value))


def _plain(value: Any) -> str:
    """Read a value of metadata as text."""
    if isinstance(value, bytes):
        if value.startswith((b"ASCII\x00\x00\x00", b"UNICODE\x00")):
            coding = "ascii" if value.startswith(b"ASCII") else "utf-16"
            return value[8:].decode(coding, "replace").replace("\x00", "").strip()
        coding = "utf-16-le" if b"\x00" in value[1:2] else "utf-8"
        return value.decode(coding, "replace").replace("\x00", "").strip()
    return str(value).replace("\x00", "").strip() if isinstance(value, str) else ""
