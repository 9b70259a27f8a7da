"""Take every screenshot of docs/screens again: `python -m tests.browser.take_screens`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCREENS = HERE.parents[1] / "docs" / "screens"

if __name__ == "__main__":
    for old in SCREENS.glob("*.png"):
        old.unlink()
    os.environ["SCREENS_DIR"] = str(SCREENS)
    sys.exit(pytest.main([str(HERE / "test_every_page.py"), str(HERE / "test_printing.py")]))
