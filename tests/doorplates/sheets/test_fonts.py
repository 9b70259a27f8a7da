"""Characters are drawn by the first font that has them, or named as missing."""

import io
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from app.doorplates.sheets import MissingCharacter, UnusableFont, default_fonts, missing_glyphs
from app.doorplates.sheets.fonts import Weight, cut, share_out

RARE = "牂牁㮾䶮𠮷·"


@pytest.fixture
def cubic_font(tmp_path: Path) -> Path:
    """An OpenType/CFF font, 1000 units an em, whose one character is a square of 100 to 900."""
    pen = T2CharStringPen(1000, None)
    pen.moveTo((100, 0))
    pen.lineTo((900, 0))
    pen.lineTo((900, 800))
    pen.lineTo((100, 800))
    pen.closePath()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({ord("□"): "square"})
    blank = T2CharStringPen(500, None)
    builder.setupCFF(
        "Cubic", {}, {".notdef": blank.getCharString(), "square": pen.getCharString()}, {}
    )
    builder.setupHorizontalMetrics({".notdef": (500, 0), "square": (1000, 100)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupOS2()
    builder.setupPost()
    path = tmp_path / "Cubic.otf"
    builder.save(path)
    return path


def test_rare_characters_are_held_by_the_fonts_of_the_project() -> None:
    assert missing_glyphs([RARE], default_fonts()) == ()


def test_a_rare_character_comes_from_the_first_font_that_has_it() -> None:
    simplified, _traditional, japanese = default_fonts()

    assert share_out("牂𠮷", default_fonts()) == {
        simplified: frozenset("牂"),
        japanese: frozenset("𠮷"),
    }


def test_a_missing_character_is_named_with_the_plates_that_need_it() -> None:
    missing = missing_glyphs(["岩脚镇", "\U0002a700村", "a\U0002a700"], default_fonts()[:1])

    assert missing == (MissingCharacter("\U0002a700", (1, 2)),)
    assert missing[0].codepoint == "U+2A700"


def test_a_line_break_counts_as_missing() -> None:
    assert [one.codepoint for one in missing_glyphs(["上\n下"], default_fonts())] == ["U+000A"]


def test_a_cut_font_holds_only_the_characters_asked_for() -> None:
    data = cut(default_fonts()[0], "六枝")[Weight.BOLD]

    assert set(TTFont(io.BytesIO(data)).getBestCmap()) == {ord("六"), ord("枝")}
    assert len(data) < 10_000


def test_bold_is_heavier_than_medium() -> None:
    medium, bold = (_stem(data) for data in cut(default_fonts()[0], "l").values())

    assert medium < bold


def test_cubic_outlines_are_redrawn_as_truetype(cubic_font: Path) -> None:
    font = TTFont(io.BytesIO(cut(cubic_font, "□")[Weight.MEDIUM]))
    name = font.getBestCmap()[ord("□")]
    square = font["glyf"][name]

    assert (square.xMin, square.yMin, square.xMax, square.yMax) == (100, 0, 900, 800)
    assert font["hmtx"][name] == (1000, 100)


def test_a_file_that_is_no_font_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "picture.ttf"
    path.write_bytes(b"not a font at all")

    with pytest.raises(UnusableFont, match=r"picture\.ttf"):
        missing_glyphs(["村"], [path])


def test_a_font_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnusableFont, match=r"gone\.ttf"):
        missing_glyphs(["村"], [tmp_path / "gone.ttf"])


def _stem(data: bytes) -> int:
    """Width of the upright of an l, in font units."""
    font = TTFont(io.BytesIO(data))
    glyph = font["glyf"][font.getBestCmap()[ord("l")]]
    return int(glyph.xMax - glyph.xMin)
