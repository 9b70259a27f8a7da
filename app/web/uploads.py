"""Uploads stay in memory: a list of people must not lie about in a folder for temporary files."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request, request

from app.web.flask_app import SESSION_COOKIE

BIG = 21 * 1024 * 1024  # a file of 20 MB with the form around it


class MemoryRequest(Request):
    """A request whose uploaded files are never written to disk; the body's limit bounds them."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return BytesIO()


def allow_big() -> None:
    """Let a browser that shows a staff session send a file of 20 MB; others have the usual limit.

    Stands before whatever reads the form.
    """
    if SESSION_COOKIE in request.cookies:
        request.max_content_length = BIG
