"""What a scanner and a ruler find on a printed page."""

from dataclasses import dataclass

import pypdfium2
import zxingcpp
from PIL import Image

from app.doorplates.sheets.geometry import Box

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
MM_IN_AN_INCH = 25.4


@dataclass(frozen=True)
class Found:
    """A symbol on a page: its text, and its dark square in millimetres on the plate."""

    text: str
    left: float
    top: float
    width: float
    height: float


def rasterise(page: pypdfium2.PdfPage, dpi: int) -> Image.Image:
    picture: Image.Image = page.render(scale=dpi / 72, grayscale=True).to_pil()
    return picture


def read_symbols(picture: Image.Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(picture, formats=QR)


def crop(picture: Image.Image, box: Box, dpi: int) -> Image.Image:
    """What lies in a box given in millimetres from the page's top left."""
    edges = (box.left, box.top, box.right, box.bottom)
    left, top, right, bottom = (round(edge / MM_IN_AN_INCH * dpi) for edge in edges)
    return picture.crop((left, top, right, bottom))


def scan(picture: Image.Image, plate: Box, patch: Box, dpi: int) -> list[Found]:
    """Read the white patch of one plate and measure the dark square in it."""
    where = Box(plate.left + patch.left, plate.top + patch.top, patch.width, patch.height)
    cut = crop(picture, where, dpi)
    dark = cut.point(lambda value: 255 if value < 140 else 0).getbbox()
    if dark is None:
        return []
    left, top, right, bottom = (edge / dpi * MM_IN_AN_INCH for edge in dark)
    return [
        Found(one.text, patch.left + left, patch.top + top, right - left, bottom - top)
        for one in read_symbols(cut)
    ]
