"""From the HTML of a document to Markdown that reads the same; no table is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import takewhile

MERGED = "文档里有合并的单元格：已经拆开，每一格都写上同样的内容，请核对表格。"
NESTED = "表格里还有表格：里面的表格写成了一行文字，请核对。"
PICTURE = "图 {number}"

_VOID = {"br", "img", "hr"}
_BLOCKS = {"p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "div", "blockquote", "pre"}
_LEVELS = {"h1": 2, "h2": 3, "h3": 4, "h4": 4, "h5": 4, "h6": 4}  # the item's title is the h1
_MARKS = {"strong": "**", "b": "**", "s": "~~", "del": "~~"}
_SPECIAL = re.compile(r"([\\`*_\[\]<~])")
_OPENING = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[>+-](?=\s|$)|\d{1,9}[.)](?=\s|$)|={3,}$|-{3,}$)")
_MOST_SPAN = 60


@dataclass
class Node:
    """An element with what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)


class _Tree(HTMLParser):
    """Builds the tree of well-formed HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("div")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and len(self._open) > 1 and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def from_html(html: str) -> tuple[str, list[str]]:
    """Give Markdown, and sentences about what could not stay as it was."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    writer = _Writer()
    text = "\n\n".join(writer.blocks(tree.root.children))
    return text + "\n" if text else "", list(dict.fromkeys(writer.notes))


class _Writer:
    """Writes a tree; notes what could not stay as it was."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def blocks(self, children: Iterable[Node | str]) -> Iterator[str]:
        """Give the blocks among these, what stands loose between them as paragraphs."""
        loose: list[Node | str] = []
        for child in children:
            if isinstance(child, Node) and child.tag in _BLOCKS:
                yield from self._paragraph(loose)
                loose = []
                yield from self._block(child)
            else:
                loose.append(child)
        yield from self._paragraph(loose)

    def _block(self, node: Node) -> Iterator[str]:
        if node.tag in _LEVELS:
            text = " ".join(self.inline(node.children).split())
            if text:
                yield f"{'#' * _LEVELS[node.tag]} {text}"
        elif node.tag in ("ul", "ol"):
            yield "\n".join(self._items(node))
        elif node.tag == "table":
            yield from self._table(node)
        else:
            yield from self.blocks(node.children)

    def _paragraph(self, children: list[Node | str]) -> Iterator[str]:
        lines = [line.strip() for line in self.inline(children).split("\n")]
        text = "\\\n".join(_OPENING.sub(_escaped_opening, line) for line in lines if line)
        if text:
            yield text

    def _items(self, node: Node) -> Iterator[str]:
        number = 0
        for item in node.children:
            if not isinstance(item, Node):
                continue
            number += 1
            mark = f"{number}. " if node.tag == "ol" else "- "
            blocks = list(self.blocks(item.children)) or [""]
            pad = " " * len(mark)
            lines = [line for block in blocks for line in block.split("\n")]
            yield mark + f"\n{pad}".join(lines)

    def inline(self, children: Iterable[Node | str]) -> str:
        """Write what stands within a line."""
        return "".join(self._piece(child) for child in children)

    def _piece(self, child: Node | str) -> str:
        if isinstance(child, str):
            return _SPECIAL.sub(r"\\\1", " ".join(re.split(r"[\r\n\t ]+", child)))
        if child.tag == "br":
            return "\n"
        if child.tag == "img":
            number = child.attributes.get("src", "").partition(":")[2]
            return f"[{PICTURE.format(number=number)}](image:{number})"
        inside = self.inline(child.children)
        if child.tag in _MARKS:
            return _wrapped(inside, _MARKS[child.tag])
        if child.tag == "a":
            return _linked(inside, child.attributes.get("href", ""))
        return inside

    def _table(self, node: Node) -> Iterator[str]:
        rows = self._grid(node)
        if not rows:
            return
        width = max(map(len, rows))
        grid = [row + [""] * (width - len(row)) for row in rows]
        # A title over the table, or a remark under it, is one cell merged across all columns.
        above = list(takewhile(_is_one_cell, grid))
        below = list(takewhile(_is_one_cell, reversed(grid[len(above) :])))[::-1]
        inner = grid[len(above) : len(grid) - len(below)]
        yield from (row[0].replace("\\|", "|") for row in above)
        if inner:
            lines = [inner[0], ["---"] * width, *inner[1:]]
            yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
        yield from (row[0].replace("\\|", "|") for row in below)

    def _grid(self, node: Node) -> list[list[str]]:
        """Lay a table out cell by cell; what is merged is written into each."""
        rows: list[list[str]] = []
        hanging: dict[int, tuple[int, str]] = {}  # column: rows to come, text
        for row in _rows(node):
            cells: list[str] = []

            def fill(cells: list[str] = cells) -> None:
                while len(cells) in hanging:
                    column = len(cells)
                    left, text = hanging.pop(column)
                    if left > 1:
                        hanging[column] = (left - 1, text)
                    cells.append(text)

            for cell in row.children:
                if not isinstance(cell, Node):
                    continue
                fill()
                text = self._cell(cell)
                across, down = (_span(cell, name) for name in ("colspan", "rowspan"))
                if across > 1 or down > 1:
                    self.notes.append(MERGED)
                for _column in range(across):
                    if down > 1:
                        hanging[len(cells)] = (down - 1, text)
                    cells.append(text)
            fill()
            rows.append(cells)
        return [row for row in rows if row]

    def _cell(self, cell: Node) -> str:
        """Write a cell in one line; a table in it becomes a sentence."""
        parts = []
        for child in cell.children:
            if isinstance(child, Node) and child.tag == "table":
                self.notes.append(NESTED)
                parts.append("；".join("，".join(row) for row in self._grid(child)))
            elif isinstance(child, Node) and child.tag in _BLOCKS:
                parts.append(self._cell(child) if child.tag != "p" else self._line(child.children))
            elif isinstance(child, Node) and child.tag == "li":
                parts.append(self._cell(child))
            else:
                parts.append(self._line([child]))
        return " ".join(part for part in parts if part)

    def _line(self, children: Iterable[Node | str]) -> str:
        text = " ".join(self.inline(children).split())
        return text.replace("|", "\\|")


def _rows(node: Node) -> Iterator[Node]:
    for child in node.children:
        if isinstance(child, Node):
            if child.tag == "tr":
                yield child
            elif child.tag in ("thead", "tbody", "tfoot"):
                yield from _rows(child)


def _is_one_cell(row: list[str]) -> bool:
    return len(row) > 1 and row[0] != "" and len(set(row)) == 1


def _span(cell: Node, name: str) -> int:
    text = cell.attributes.get(name, "1")
    return min(max(int(text), 1), _MOST_SPAN) if text.isdecimal() else 1


def _wrapped(text: str, mark: str) -> str:
    """Put marks around the words and not around the blanks at their ends."""
    words = text.strip()
    if not words:
        return text
    before, _, after = text.partition(words)
    inner = words.replace(mark, "").replace("\n", f"{mark}\n{mark}")
    return f"{before}{mark}{inner}{mark}{after}"


def _linked(text: str, address: str) -> str:
    """Write a link that leads out; marks within the document lead nowhere any more."""
    if not text.strip() or not re.match(r"(https?|mailto|tel):", address, re.IGNORECASE):
        return text
    safe = re.sub(r"[\s<>()\\]", lambda found: f"%{ord(found[0]):02X}", address)
    return f"[{text.strip()}]({safe})"


def _escaped_opening(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark[:-1]}\\{mark[-1]}" if mark[0].isdecimal() else f"{found[1]}\\{mark}"
