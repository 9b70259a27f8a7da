"""Word documents as offices write them, made part by part."""

from __future__ import annotations

import zipfile
from io import BytesIO

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"

TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    '<Default Extension="emf" ContentType="image/x-emf"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}.document.main+xml"/></Types>'
)
ROOT = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
STYLES = (
    f'<w:styles xmlns:w="{WORD}">'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{number}">'
        f'<w:name w:val="heading {number}"/></w:style>'
        for number in (1, 2, 3)
    )
    + "</w:styles>"
)
NUMBERING = (
    f'<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
    '<w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum><w:num w:numId="1">'
    '<w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    "</w:numbering>"
)


def document(body: str, *, relations: str = "", parts: dict[str, bytes] | None = None) -> bytes:
    """Pack a document with this body, relations and further parts."""
    whole = (
        f'<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f"<w:body>{body}</w:body></w:document>"
    )
    links = (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="st" Type="{OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="nu" Type="{OFFICE}/numbering" Target="numbering.xml"/>'
        f"{relations}</Relationships>"
    )
    members = {
        "[Content_Types].xml": TYPES.encode(),
        "_rels/.rels": ROOT.encode(),
        "word/document.xml": whole.encode(),
        "word/_rels/document.xml.rels": links.encode(),
        "word/styles.xml": STYLES.encode(),
        "word/numbering.xml": NUMBERING.encode(),
        **(parts or {}),
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


def paragraph(text: str, *, style: str = "", bold: bool = False, number: int = 0) -> str:
    """Write a paragraph; `number` 1 makes it a bullet, 2 an item of a numbered list."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        properties += f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text, bold=bold)}</w:p>"


def run(text: str, *, bold: bool = False) -> str:
    """Write a run of text."""
    mark = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{mark}<w:t xml:space="preserve">{text}</w:t></w:r>'


def cell(text: str, *, across: int = 1, down: str = "", inner: str = "") -> str:
    """Write a cell; `down` is `restart` or `continue` of one merged over rows."""
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    merge = f'<w:vMerge w:val="{down}"/>' if down else ""
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{inner}{paragraph(text)}</w:tc>"


def table(*rows: str) -> str:
    """Write a table of rows, each the cells of it."""
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def image(relation: str) -> str:
    """Write a picture that stands in a line."""
    return (
        "<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill>"
        f"<a:blip {relation}/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></w:r></w:p>"
    )


def relation(number: str, kind: str, target: str, *, outside: bool = False) -> str:
    """Write a relation of the document to a part, or to something outside of it."""
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="{number}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
