"""Images are drawn anew: what is seen stays, where and with what they were taken goes."""

from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from app.attachments import errors, images
from app.attachments.formats import JPEG, PNG, WEBP, Format
from tests.attachments import making

GPS, MAKER, ORIENTATION = 0x8825, 0x010F, 0x0112


def _exif(*, orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[MAKER] = "SecretCamera"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", 2: (26.0, 12.0, 30.0), 3: "E", 4: (105.0, 28.0, 0.0)})
    return exif


@pytest.mark.parametrize(("kind", "format_"), [("JPEG", JPEG), ("WEBP", WEBP), ("PNG", PNG)])
def test_place_and_camera_are_gone(kind: str, format_: Format) -> None:
    given = making.picture(kind, exif=_exif())
    assert b"SecretCamera" in given
    drawn = images.redraw(given, format_)
    kept = making.opened(drawn.content)
    assert b"SecretCamera" not in drawn.content
    assert dict(kept.getexif()) == {}
    assert kept.format == kind


def test_texts_comments_and_profiles_are_gone() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "SecretAuthor")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    png = images.redraw(making.picture("PNG", pnginfo=texts, icc_profile=profile), PNG)
    jpeg = images.redraw(making.picture("JPEG", comment="SecretComment", icc_profile=profile), JPEG)
    for content in (png.content, jpeg.content):
        assert b"Secret" not in content
        assert {"icc_profile", "comment", "Author"}.isdisjoint(making.opened(content).info)


def test_what_was_hidden_behind_the_picture_is_gone() -> None:
    drawn = images.redraw(making.picture("JPEG") + b"PK\x03\x04 hidden archive", JPEG)
    assert b"hidden archive" not in drawn.content


def test_a_photo_taken_sideways_stands_upright() -> None:
    drawn = images.redraw(making.picture("JPEG", size=(60, 40), exif=_exif(orientation=6)), JPEG)
    assert (drawn.width, drawn.height) == (40, 60)
    red, _green, blue = making.opened(drawn.content).convert("RGB").getpixel((20, 5))  # type: ignore[misc]  # three numbers in RGB
    assert red > 200
    assert blue < 60


def test_the_long_side_is_two_thousand_at_most() -> None:
    drawn = images.redraw(making.picture("JPEG", size=(5000, 1000)), JPEG)
    assert (drawn.width, drawn.height) == (2000, 400)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "I;16"])
def test_every_kind_of_png_can_be_drawn(mode: str) -> None:
    assert images.redraw(making.picture("PNG", mode=mode), PNG).width == 60


def test_a_print_shops_colours_become_those_of_a_screen() -> None:
    drawn = images.redraw(making.picture("JPEG", mode="CMYK"), JPEG)
    assert making.opened(drawn.content).mode == "RGB"


def test_moving_pictures_are_refused() -> None:
    second = Image.new("RGB", (60, 40), "green")
    for kind, format_ in (("PNG", PNG), ("WEBP", WEBP)):
        moving = making.picture(kind, save_all=True, append_images=[second])
        with pytest.raises(errors.Moving):
            images.redraw(moving, format_)


def _claiming(width: int, height: int) -> bytes:
    """Write a PNG of a few bytes that claims to be huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = b"\x89PNG\r\n\x1a\n"
    for name, content in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0"))):
        parts += struct.pack(">I", len(content)) + name + content
        parts += struct.pack(">I", zlib.crc32(name + content))
    return parts


@pytest.mark.parametrize("side", [8_100, 12_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(errors.TooManyPixels):
        images.redraw(_claiming(side, side), PNG)


@pytest.mark.parametrize("cut", [30, 60, 200])
def test_a_picture_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(errors.Damaged):
        images.redraw(making.picture("JPEG", size=(200, 200))[:cut], JPEG)
