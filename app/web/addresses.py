"""Ways back: an address that came with a request leads on inside this site, or nowhere."""

from __future__ import annotations

from urllib.parse import urlsplit


def own(text: str, *, otherwise: str = "/") -> str:
    """Keep a path of ours with its query; another host's address becomes `otherwise`."""
    try:
        parts = urlsplit(text.replace("\\", "/"))
    except ValueError:  # a bracket where a host would stand
        return otherwise
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return otherwise
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
