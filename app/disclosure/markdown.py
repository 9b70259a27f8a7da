"""From what an office writes to what a page shows: Markdown to HTML, then only what is safe."""

from __future__ import annotations

import re
from html import unescape
from unicodedata import category

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_ALIGNED = re.compile(r'<(t[hd]) style="text-align:(left|right|center)">')
_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4"}


def to_html(markdown: str) -> str:
    """Render Markdown and keep only text, tables, lists and links; no raw HTML passes through.

    The page's own title is its h1, so headings begin at h2.
    """
    rendered = _MARKDOWN.render(markdown)
    for given, shown in _HEADINGS.items():
        rendered = rendered.replace(f"<{given}>", f"<{shown}>").replace(
            f"</{given}>", f"</{shown}>"
        )
    # The pages allow no inline style, so that no text of an office can bring any.
    rendered = _ALIGNED.sub(r'<\1 align="\2">', rendered)
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )


def has_text(html: str) -> bool:
    """Tell whether anything is left to read."""
    return can_be_read(unescape(nh3.clean(html, tags=set())))


def can_be_read(text: str) -> bool:
    """Tell whether a text has more than spaces and signs that leave no mark."""
    return any(category(sign)[0] not in "ZC" for sign in text)
