"""Files in an answer: to be saved or looked at, and never run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Response, request, send_file

SANDBOX = "default-src 'none'; sandbox"


def send(file: Path, *, name: str) -> Response:
    """Send a file to be saved under a name; no cache on the way keeps it."""
    response = send_file(file.resolve(), as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@dataclass(frozen=True)
class Facts:
    """What the headers of a file say; `tag` changes with its content."""

    name: str
    media_type: str
    tag: str
    inline: bool


def known(facts: Facts) -> bool:
    """Tell whether the visitor has this very content already."""
    return request.if_none_match.contains_weak(facts.tag)


def answer(content: bytes, facts: Facts, *, everyone: bool) -> Response:
    """Send a file that was published, or one that staff alone may have.

    A browser asks again each time whether it still stands. Nothing in it can run, whatever a
    browser takes it for.
    """
    response = Response(content, mimetype=None, content_type=facts.media_type)
    return _with_headers(response, facts, everyone=everyone)


def unchanged(facts: Facts, *, everyone: bool) -> Response:
    """Tell a visitor who has this content that it still stands."""
    return _with_headers(Response(status=304), facts, everyone=everyone)


def _with_headers(response: Response, facts: Facts, *, everyone: bool) -> Response:
    response.set_etag(facts.tag)
    response.headers["Cache-Control"] = "no-cache" if everyone else "private, no-store"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Content-Disposition"] = _disposition(facts)
    return response


def _disposition(facts: Facts) -> str:
    """Name the file for old and new browsers (RFC 6266, RFC 5987)."""
    way = "inline" if facts.inline else "attachment"
    ending = facts.name.rpartition(".")[2]
    plain = ending if ending.isascii() and ending.isalnum() else "bin"
    return f"{way}; filename=\"file.{plain}\"; filename*=UTF-8''{quote(facts.name, safe='')}"
