"""What drawing plates needs to know of the deployment, from its settings."""

from __future__ import annotations

from pathlib import Path

from app.doorplates import sheets
from app.doorplates.service import Press
from app.kernel.settings import Settings


def press_of(settings: Settings) -> Press:
    """Give the address printed on plates, the folder of print files and the chain of fonts."""
    own = [Path(path) for path in settings.font_paths.split(":") if path]
    return Press(
        base_url=settings.base_url,
        files_dir=settings.files_dir,
        fonts=(*own, *sheets.default_fonts()),
    )
