"""Stylesheets and scripts of the project's own, under names that change with their content."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from app.web.bodies import Body, Share, pack

FOLDER = Path(__file__).parent.parent / "static" / "portal"
FOR_A_YEAR = "public, max-age=31536000, immutable"


class Assets:
    """The files of a folder, read once, each at an address that never changes its content."""

    def __init__(self, folder: Path = FOLDER, *, headers: Mapping[str, str]) -> None:
        self._addresses: dict[str, str] = {}
        self._bodies: dict[str, Body] = {}
        for file in sorted(folder.iterdir()):
            content = file.read_bytes()
            mark = hashlib.blake2s(content, digest_size=6).hexdigest()
            address = f"/assets/{file.stem}.{mark}{file.suffix}"
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            sent = [
                ("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind),
                *headers.items(),
            ]
            self._addresses[file.name] = address
            self._bodies[address] = pack(
                content, sent, offered=Share("-"), cache_control=FOR_A_YEAR
            )

    def address(self, name: str) -> str:
        """Give the address of a file; raises KeyError for one that does not exist."""
        return self._addresses[name]

    def by_address(self) -> Mapping[str, Body]:
        """Give every file by its address."""
        return self._bodies
