"""Lists as CSV files that Excel opens: UTF-8 with its mark, no cell that would be a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def answer(heading: Sequence[str], rows: Iterable[Sequence[object]], *, name: str) -> Response:
    """Send rows under a heading to be saved under a name; no cache on the way keeps them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    response = Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return "'" + text if text.startswith(FORMULA) else text
