"""What everything else is compared with: the least an application can do under the same server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

flask_hello = Flask(__name__)


@flask_hello.get("/")
def hello() -> str:
    return "Hello, World!"


def raw_hello(_environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    """Answer without any framework."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "13")])
    return [b"Hello, World!"]
