"""Print sheets: plates at true size as a vector PDF, and the list that goes with it."""

from app.doorplates.sheets.drawing import Faces, SheetSummary, draw_sheets
from app.doorplates.sheets.errors import (
    MissingCharacter,
    MissingGlyph,
    NoPlates,
    SheetError,
    UnusableFont,
)
from app.doorplates.sheets.face import PlateFace
from app.doorplates.sheets.fonts import default_fonts, missing_glyphs
from app.doorplates.sheets.geometry import Corners, Ground, Paper, SheetStyle, Size
from app.doorplates.sheets.manifest import ManifestRow, manifest_rows, write_manifest

__all__ = [
    "Corners",
    "Faces",
    "Ground",
    "ManifestRow",
    "MissingCharacter",
    "MissingGlyph",
    "NoPlates",
    "Paper",
    "PlateFace",
    "SheetError",
    "SheetStyle",
    "SheetSummary",
    "Size",
    "UnusableFont",
    "default_fonts",
    "draw_sheets",
    "manifest_rows",
    "missing_glyphs",
    "write_manifest",
]
