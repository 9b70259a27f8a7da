"""How many symbols a second, next to the library's own way: `python -m bench.symbols`."""

import io
import random
import time
from collections.abc import Callable

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.pil import PilImage
from qrcode.image.pure import PyPNGImage
from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode

from app.doorplates import symbol

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_COUNT = 300
_MODULE_PX = 8


def measure() -> list[tuple[str, str]]:
    """Symbols a second on one core, medians of three."""
    draw = random.Random(20260101)  # noqa: S311 made-up codes, the same in every run
    base = "https://liuzhi.example.gov.cn/d/"
    urls = [base + "".join(draw.choices(_ALPHABET, k=13)) for _ in range(_COUNT)]
    ways: list[tuple[str, Callable[[str], object]]] = [
        ("symbols: SVG, library default", _default_svg),
        ("symbols: SVG", symbol.svg),
        ("symbols: PNG, library default", _default_png),
        ("symbols: PNG", lambda url: symbol.png(url, module_px=_MODULE_PX)),
        ("symbols: modules alone, library default", _default_modules),
        ("symbols: modules alone", symbol.matrix),
    ]
    return [(label, f"{_rate(make, urls):,.0f} a second") for label, make in ways]


def _rate(make: Callable[[str], object], urls: list[str]) -> float:
    rates = []
    for _ in range(3):
        before = time.perf_counter()
        for url in urls:
            make(url)
        rates.append(len(urls) / (time.perf_counter() - before))
    return sorted(rates)[1]


def _default_modules(url: str) -> QRCode[PilImage | PyPNGImage]:
    code = QRCode(error_correction=ERROR_CORRECT_Q, box_size=_MODULE_PX)
    code.add_data(url)
    code.make()
    return code


def _default_svg(url: str) -> str:
    picture = _default_modules(url).make_image(image_factory=SvgPathImage)
    return picture.to_string(encoding="unicode")


def _default_png(url: str) -> bytes:
    written = io.BytesIO()
    _default_modules(url).make_image(image_factory=PilImage).save(written)
    return written.getvalue()


if __name__ == "__main__":
    for label, figure in measure():
        print(f"{label:45} {figure}")
