"""Images drawn anew: what is seen stays; where, when and with what they were taken goes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from app.attachments.errors import Damaged, Moving, TooManyPixels
from app.attachments.formats import JPEG, PNG, WEBP, Format

LONGEST_SIDE = 2_000
MOST_PIXELS = 64_000_000
_WRITTEN = {JPEG.extension: "JPEG", PNG.extension: "PNG", WEBP.extension: "WEBP"}
_OPTIONS: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 85, "method": 4},
}
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError)


@dataclass(frozen=True)
class Drawn:
    """An image as it is kept."""

    content: bytes
    width: int
    height: int


def redraw(content: bytes, format_: Format) -> Drawn:
    """Draw an image anew in its own format, upright, at most 2000 pixels long, with no metadata.

    Raises `Damaged`, `Moving` or `TooManyPixels`.
    """
    kind = _WRITTEN[format_.extension]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # counted below
            image = Image.open(BytesIO(content), formats=[kind])
        return _drawn(image, kind)
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except _BROKEN as error:
        raise Damaged from error


def _drawn(image: Image.Image, kind: str) -> Drawn:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise TooManyPixels
    if kind != "JPEG" and getattr(image, "is_animated", False):
        raise Moving
    # A JPEG is unpacked at half or a quarter of its size where that is still enough.
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    upright: Image.Image = ImageOps.exif_transpose(image)
    plain = _in_plain_colours(upright, with_alpha=kind != "JPEG")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    bare = Image.new(plain.mode, plain.size)  # a copy would bring texts and profiles along
    bare.paste(plain)
    written = BytesIO()
    bare.save(written, kind, **_OPTIONS[kind])
    return Drawn(written.getvalue(), *bare.size)


def _in_plain_colours(image: Image.Image, *, with_alpha: bool) -> Image.Image:
    """Give the image in sRGB without its profile, on white where its format has no transparency."""
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        image = image.convert("L")
    if profile and image.mode in ("RGB", "CMYK"):
        image = _by_profile(image, profile)
    if not has_alpha:
        return image.convert("L" if image.mode in ("1", "L") else "RGB")
    clear = image.convert("RGBA")
    if with_alpha:
        return clear
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("RGB")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(
            image, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a profile nobody can read changes nothing
    return image if turned is None else turned
