"""Files that a member of staff takes home: never shown in the page, never kept by a cache."""

from __future__ import annotations

from pathlib import Path

from flask import Response, send_file


def send(file: Path, *, name: str) -> Response:
    """Send a file to be saved under a name; no cache on the way keeps it."""
    response = send_file(file.resolve(), as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
