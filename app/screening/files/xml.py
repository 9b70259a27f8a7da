"""Reading XML as a stream of events. A declaration of a document type is refused with the file:
entities could blow it up, and office programs write none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from xml.parsers import expat

from app.screening.files.passages import DAMAGED, DOCTYPE

_DEEP = 2_000


class Listener(Protocol):
    """Hears what stands in a part; names come without their namespace."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def hear(content: bytes, listener: Listener) -> None:
    """Read a part; raises `Unreadable` for one that is damaged or has a document type."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEP:
            raise DAMAGED
        listener.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        listener.end(_local(name))

    def refuse(*_declaration: object) -> None:
        raise DOCTYPE

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = listener.text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DAMAGED from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
