"""Chinese fonts cut down to the characters of one sheet.

A chain of font files is used: the first that holds a character draws it, so that a rare one
(生僻字) missing in the first comes from the next. Outlines are redrawn as TrueType, the one kind
that the PDF library embeds; so variable fonts, OpenType/CFF fonts and collections serve alike.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError
from fontTools.ttLib.tables._g_l_y_f import Glyph

from app.doorplates.sheets.errors import MissingCharacter, UnusableFont

_PACKAGE = "justmytype_intl_cjk"
_NOTO = ("sc/NotoSansSC", "tc/NotoSansTC", "jp/NotoSansJP")
_NOTDEF = ".notdef"


class Weight(IntEnum):
    """Places on the weight axis; a font without one is drawn as it is."""

    MEDIUM = 500
    BOLD = 700


def default_fonts() -> tuple[Path, ...]:
    """Noto Sans SC, then TC and JP for what it lacks (𠮷 is in JP alone), from the package."""
    root = Path(str(resources.files(_PACKAGE))) / "fonts" / "ofl"
    return tuple(root / f"notosans{name}[wght].ttf" for name in _NOTO)


def missing_glyphs(texts: Iterable[str], fonts: Sequence[Path]) -> tuple[MissingCharacter, ...]:
    """Every character that no font of the chain holds, with the indices of the texts that need it.

    A line break or another control character counts as missing: it has no shape to print.
    """
    needed: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        for character in set(text):
            needed.setdefault(character, []).append(index)
    held = share_out(needed, fonts)
    lost = set(needed).difference(*held.values())
    return tuple(MissingCharacter(one, tuple(needed[one])) for one in sorted(lost))


def share_out(characters: Iterable[str], fonts: Sequence[Path]) -> dict[Path, frozenset[str]]:
    """Which font of the chain draws which characters; later fonts are only opened when needed."""
    left = set(characters)
    shares: dict[Path, frozenset[str]] = {}
    for path in fonts:
        if not left:
            break
        held = frozenset(one for one in left if ord(one) in coverage(path))
        if held:
            shares[path] = held
            left -= held
    return shares


@lru_cache(maxsize=8)
def coverage(path: Path) -> frozenset[int]:
    """The code points a font file has glyphs for."""
    with _open(path) as font:
        return frozenset(font.getBestCmap() or ())


def cut(path: Path, characters: Iterable[str]) -> dict[Weight, bytes]:
    """Static TrueType fonts of these characters only, one a weight. Raises `UnusableFont`."""
    with _open(path) as font:
        names = font.getBestCmap()
        cmap = {ord(one): names[ord(one)] for one in sorted(characters)}
        return {weight: _redrawn(font, cmap, weight, family=_family(path)) for weight in Weight}


def _redrawn(font: TTFont, cmap: dict[int, str], weight: Weight, *, family: str) -> bytes:
    axes = {axis.axisTag for axis in font["fvar"].axes} if "fvar" in font else set()
    outlines = font.getGlyphSet(location={"wght": weight} if "wght" in axes else None)
    order = [_NOTDEF, *sorted(set(cmap.values()) - {_NOTDEF})]
    glyphs = {name: _quadratic(outlines, name, cubic="glyf" not in font) for name in order}
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(cmap)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(
        {name: (round(outlines[name].width), getattr(glyphs[name], "xMin", 0)) for name in order}
    )
    line = font["hhea"]
    builder.setupHorizontalHeader(ascent=line.ascent, descent=line.descent)
    builder.setupOS2(sTypoAscender=line.ascent, sTypoDescender=line.descent)
    style = weight.name.capitalize()
    builder.setupNameTable(
        {"familyName": family, "styleName": style, "psName": f"{family}-{style}"}
    )
    builder.setupPost(keepGlyphNames=False)
    return _saved(builder)


def _family(path: Path) -> str:
    """NotoSansSC of NotoSansSC[wght].ttf, in the letters that a PDF name may have."""
    return re.sub("[^0-9A-Za-z]", "", re.split(r"[\[.]", path.name)[0])


def _saved(builder: FontBuilder) -> bytes:
    # The second it was cut in would make each file differ from the last.
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    written = io.BytesIO()
    builder.save(written)
    return written.getvalue()


def _quadratic(outlines: Mapping[str, Any], name: str, *, cubic: bool) -> Glyph:
    """Cubic outlines run the other way round; an error of 1/1000 em is invisible."""
    pen, made = DecomposingRecordingPen(outlines), TTGlyphPen(None)
    outlines[name].draw(pen)
    pen.replay(Cu2QuPen(made, max_err=1.0, reverse_direction=cubic))
    return made.glyph()


def _open(path: Path) -> TTFont:
    """The font, to be closed by the caller; of a collection, the member with simplified shapes."""
    try:
        member = _simplified(path) if path.suffix.lower() in {".ttc", ".otc"} else -1
        file = path.open("rb")
    except OSError as error:
        raise UnusableFont(path.name, "the font file cannot be read") from error
    try:
        return TTFont(file, fontNumber=member, lazy=True)
    except TTLibError as error:
        file.close()
        raise UnusableFont(path.name, "not a TrueType or OpenType font") from error


def _simplified(path: Path) -> int:
    """Of a collection, the member with simplified Chinese shapes (SC), else the first."""
    with TTCollection(path, lazy=True) as collection:
        for index, font in enumerate(collection.fonts):
            if "SC" in str(font["name"].getDebugName(1)).split():
                return index
    return 0
