"""Screenshots as small PNG files, where SCREENS_DIR asks for them."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page


def wanted() -> bool:
    """Tell whether screenshots are asked for."""
    return "SCREENS_DIR" in os.environ


def keep(page: Page, name: str) -> None:
    """Keep what the window shows now as `name`.png, in few colours."""
    if folder := os.environ.get("SCREENS_DIR"):
        picture = page.screenshot(animations="disabled", caret="hide")
        keep_picture(Image.open(io.BytesIO(picture)), Path(folder) / f"{name}.png")


def keep_picture(picture: Image.Image, path: Path) -> None:
    """Write a picture in few colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    colours = picture.convert("RGB").quantize(96, dither=Image.Dither.NONE)
    colours.save(path, optimize=True)
