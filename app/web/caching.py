"""Public pages answered before Flask is reached.

A view offers its page with `share`; the first visitor's body is kept under path, known query
parameters and display preference, until a change of what it shows is announced. Whoever brings a
session cookie or a token goes past every cache.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote, urlencode

from flask import request

from app.web.bodies import Bodies, Body, Headers, Key, Share, pack
from app.web.flask_app import SESSION_COOKIE

ELDER_COOKIE = "mode=elder"
PARAMETERS = frozenset({"cursor", "limit", "topic"})
LONGEST_KEY = 300  # characters of path and query; no address of ours comes near
NO_GZIP = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)
SHARE, SCANNED = "sunshine.share", "sunshine.scanned"

Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Freshness(Protocol):
    """Tells up to when every change has been heard."""

    def is_live(self) -> bool: ...
    def known_until(self) -> float: ...


def share(division_code: str, *, plate_code: str | None = None) -> None:
    """Offer the page of this request to everyone.

    It may depend on nothing but the data of this division and those above it, the plate, the
    known query parameters and the display preference.
    """
    request.environ[SHARE] = Share(division_code, plate_code)


def scanned(plate_code: str) -> None:
    """Note that this request is the scan of a valid plate, to be counted once it is answered."""
    request.environ[SCANNED] = plate_code


def prefers_elder(environ: Mapping[str, Any]) -> bool:
    """Tell whether the elder mode was chosen; pages and cache keys must read it the same way."""
    cookies: str = environ.get("HTTP_COOKIE", "")
    return ELDER_COOKIE in cookies and any(
        part.strip() == ELDER_COOKIE for part in cookies.split(";")
    )


def here() -> str:
    """Give the address a reader comes back to; a shared page must not show one visitor's own."""
    if request.method not in ("GET", "HEAD"):
        return "/"
    try:
        query = _known(request.environ.get("QUERY_STRING", ""))
    except ValueError:
        query = ""
    return f"{quote(request.path)}?{query}" if query else quote(request.path)


class PublicCache:
    """WSGI middleware in front of the application: answers what it knows, passes on the rest."""

    def __init__(
        self,
        app: Application,
        *,
        bodies: Bodies,
        freshness: Freshness,
        on_scan: Callable[[str], None],
        assets: Mapping[str, Body],
    ) -> None:
        self._app = app
        self._bodies = bodies
        self._freshness = freshness
        self._on_scan = on_scan
        self._assets = assets

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        key = _key(environ)
        live = self._freshness.is_live()
        body = self._bodies.get(key) if key is not None and live else None
        if body is not None:
            self._count(body.scanned, environ)
            return _send(body, environ, start_response, until=self._freshness.known_until())
        asset = self._assets.get(environ["PATH_INFO"])
        if asset is not None:
            return _send(asset, environ, start_response, until=time.time())
        if key is not None:
            return self._render(environ, start_response, key if live else None)
        answer = self._app(environ, start_response)
        self._count(environ.get(SCANNED), environ)
        return answer

    def _count(self, plate_code: str | None, environ: Environ) -> None:
        if plate_code is not None and environ["REQUEST_METHOD"] == "GET":
            self._on_scan(plate_code)

    def _render(
        self, environ: Environ, start_response: StartResponse, key: Key | None
    ) -> Iterable[bytes]:
        generation, until = self._bodies.generation, time.time()
        begun: list[tuple[str, Headers]] = []

        def begin(status: str, headers: Headers, _error: object = None) -> Callable[..., object]:
            begun.append((status, headers))
            return lambda _data: None

        # HEAD is rendered as GET: its headers must be those of the body it leaves out.
        inner = {**environ, "REQUEST_METHOD": "GET"}
        answer = self._app(inner, begin)
        try:
            content = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        self._count(inner.get(SCANNED), environ)
        status, headers = begun[-1]
        offered = inner.get(SHARE)
        personal = any(name.lower() == "set-cookie" for name, _value in headers)
        if offered is None or personal or not status.startswith("200"):
            start_response(status, headers)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]
        body = pack(content, headers, offered=offered, scanned=inner.get(SCANNED))
        if key is not None:
            self._bodies.put(key, body, generation=generation)
        return _send(body, environ, start_response, until=until)


def _key(environ: Environ) -> Key | None:
    """Name what a visitor asks for, or None where the answer may be theirs alone."""
    if "HTTP_AUTHORIZATION" in environ or SESSION_COOKIE in environ.get("HTTP_COOKIE", ""):
        return None
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    if len(path) + len(query) > LONGEST_KEY:
        return None
    if query:
        try:
            query = _known(query)
        except ValueError:
            return None
    return path, query, "HTTP_COOKIE" in environ and prefers_elder(environ)


def _known(query: str) -> str:
    """Keep what views read; raises ValueError for what no browser sends.

    WeChat and others append parameters of their own when a page is shared.
    """
    pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=20)
    return urlencode([pair for pair in pairs if pair[0] in PARAMETERS])


def _send(
    body: Body, environ: Environ, start_response: StartResponse, *, until: float
) -> list[bytes]:
    """Answer with a list: granian sends any other iterable piece by piece, which takes longer.

    `until` is the moment up to which the body is known to be true.
    """
    expires = _until_that_second(int(until))
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None and (body.tag in known or known == "*"):
        start_response("304 Not Modified", [*body.unchanged_headers, expires])
        return []
    if _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        start_response("200 OK", [*body.packed_headers, expires])
        content = body.packed
    else:
        start_response("200 OK", [*body.plain_headers, expires])
        content = zlib.decompress(body.packed, wbits=31)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]


# The same few values come with every hit; both caches keep what working them out would cost.


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    return "gzip" in accepted and not NO_GZIP.search(accepted)


@lru_cache(maxsize=4)
def _until_that_second(second: int) -> tuple[str, str]:
    """Let nginx keep an answer until that second ends: never longer than one second.

    A relative `1` would let it stand for almost two, since nginx counts in whole seconds.
    """
    return ("X-Accel-Expires", f"@{second}")
