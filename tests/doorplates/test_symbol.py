"""A symbol is the one the standard asks for, and an independent decoder reads the address back."""

import io
import random
import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode

from app.doorplates import symbol

CODES = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=13, max_size=13)
BASES = st.sampled_from(
    [
        "http://127.0.0.1:8000",
        "https://liuzhi.example.gov.cn",
        "https://a.cn",
        "https://sunshine.village-affairs.liuzhi.liupanshui.guizhou.example.gov.cn:8443",
        "https://" + "long-name." * 15 + "gov.cn",
    ]
)
ADDRESSES = st.builds("{}/d/{}".format, BASES, CODES)
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
URL = "https://liuzhi.example.gov.cn/d/7K3M9QXW2R4T0"


def read_symbols(picture: Image.Image) -> list[zxingcpp.Barcode]:
    """Of QR alone: in a large symbol other decoders believe to see a few digits of a bar code."""
    return zxingcpp.read_barcodes(picture, formats=QR)


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in read_symbols(picture)]


def open_png(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("L")


@settings(deadline=None, max_examples=150)
@given(url=ADDRESSES)
def test_every_symbol_decodes_to_its_address(url: str) -> None:
    found = read_symbols(open_png(symbol.png(url, module_px=3)))

    assert [(one.text, one.ec_level) for one in found] == [(url, "Q")]


@settings(deadline=None, max_examples=60)
@given(url=ADDRESSES)
def test_the_mask_is_the_one_the_library_would_choose_itself(url: str) -> None:
    library = QRCode(error_correction=ERROR_CORRECT_Q)
    library.add_data(url, optimize=13)
    library.make()

    assert symbol.matrix(url) == tuple(
        "".join("1" if dark else "0" for dark in row) for row in library.modules
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_dirty_blurred_photograph_still_decodes(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 made-up codes, the same in every run
    code = "".join(draw.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=13))
    url = f"https://liuzhi.example.gov.cn/d/{code}"
    picture = open_png(symbol.png(url, module_px=5))
    for _ in range(5):
        left, top = (draw.randrange(60, 150) for _ in range(2))
        picture.paste(draw.choice((0, 255)), (left, top, left + 9, top + 9))
    picture = picture.rotate(draw.uniform(-8, 8), fillcolor=255, resample=Image.Resampling.BICUBIC)
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    small = picture.resize([side * 3 // 5 for side in picture.size])

    assert read(small) == [url]


@pytest.mark.parametrize(
    ("base", "side"),
    [("https://a.cn", 29), ("http://127.0.0.1:8000", 29), ("https://liuzhi.example.gov.cn", 33)],
)
def test_the_version_is_the_smallest_that_fits(base: str, side: int) -> None:
    assert len(symbol.matrix(f"{base}/d/7K3M9QXW2R4T0")) == side


def test_an_address_too_long_for_any_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        symbol.matrix("https://" + "x" * 2000)


def test_a_png_has_four_quiet_modules_on_every_side() -> None:
    picture = open_png(symbol.png(URL, module_px=7))
    dark = picture.point(lambda value: 255 - value).getbbox()

    assert picture.size == ((33 + 8) * 7, (33 + 8) * 7)
    assert dark == (28, 28, 28 + 33 * 7, 28 + 33 * 7)


def test_a_png_needs_at_least_one_pixel_a_module() -> None:
    with pytest.raises(ValueError, match="one pixel"):
        symbol.png(URL, module_px=0)


def test_runs_cover_every_dark_module_once() -> None:
    modules = symbol.matrix(URL)
    covered = [
        (row, column + step)
        for column, row, length in symbol.runs(modules)
        for step in range(length)
    ]
    dark = [
        (row, column)
        for row, line in enumerate(modules)
        for column, module in enumerate(line)
        if module == "1"
    ]

    assert covered == dark


def test_an_svg_draws_all_dark_modules_in_one_path() -> None:
    root = ElementTree.fromstring(symbol.svg(URL))  # noqa: S314 our own text
    ground, dark = root.findall("{http://www.w3.org/2000/svg}path")
    drawn = [
        tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", dark.attrib["d"])
    ]

    assert root.attrib["viewBox"] == "0 0 41 41"
    assert ground.attrib == {"fill": "#fff", "d": "M0 0h41v41H0z"}
    assert re.sub(r"M\d+ \d+h\d+v1h-\d+z", "", dark.attrib["d"]) == ""
    assert drawn == [
        (column + 4, row + 4, length) for column, row, length in symbol.runs(symbol.matrix(URL))
    ]


def test_an_svg_is_an_image_with_its_address_as_title() -> None:
    root = ElementTree.fromstring(symbol.svg("https://a.cn/d/1?a=<b>&c"))  # noqa: S314

    assert root.attrib["role"] == "img"
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "https://a.cn/d/1?a=<b>&c"
