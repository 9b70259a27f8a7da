"""Files of an import on disk: sealed piece by piece, never plain, gone when they have served.

Each piece is bound to its import, its kind, its place and the number of pieces, so that none can
be swapped, left out or read as another file's.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from app.households.rosters.errors import FileLost
from app.kernel import crypto
from app.kernel.crypto import Place

PIECE = 512 * 1024
SOURCE, REFUSED = "roster", "refused"
LENGTH = 4  # bytes before each piece that say how long it is


def path_of(files_dir: Path, import_id: int, kind: str) -> Path:
    """Name the file of an import."""
    return files_dir / "rosters" / f"{import_id}.{kind}.sealed"


def write(session: Session, files_dir: Path, *, import_id: int, kind: str, content: bytes) -> None:
    """Seal a file and put it in its place, whole or not at all, for its owner's eyes alone."""
    path = path_of(files_dir, import_id, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.unlink(missing_ok=True)
    pieces = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for number, piece in enumerate(pieces, start=1):
            place = _place(import_id, kind, number, len(pieces))
            sealed = crypto.of(session).seal(b64encode(piece).decode(), place)
            file.write(len(sealed).to_bytes(LENGTH, "big") + sealed)
    draft.replace(path)


def read(session: Session, files_dir: Path, *, import_id: int, kind: str) -> bytes:
    """Open a sealed file; raises `FileLost` where it is gone and `Unreadable` where it changed."""
    try:
        with path_of(files_dir, import_id, kind).open("rb") as file:
            pieces = list(_split(file.read()))
    except FileNotFoundError as error:
        raise FileLost from error
    opened = (
        crypto.open_value(session, sealed, _place(import_id, kind, number, len(pieces)))
        for number, sealed in enumerate(pieces, start=1)
    )
    return b"".join(b64decode(text) for text in opened if text is not None)


def delete(files_dir: Path, *, import_id: int, kinds: tuple[str, ...] = (SOURCE, REFUSED)) -> None:
    """Remove the files of an import, where there are any."""
    for kind in kinds:
        path_of(files_dir, import_id, kind).unlink(missing_ok=True)


def present(files_dir: Path) -> Iterator[tuple[int, str, Path]]:
    """List the files there are: import, kind and path; drafts of killed processes included."""
    for path in sorted((files_dir / "rosters").glob("*.*")):
        number, _, rest = path.name.partition(".")
        if number.isdecimal():
            yield int(number), rest.partition(".")[0], path


def count_under(files_dir: Path, key: str) -> int:
    """Count the files with a piece that is sealed under a key."""
    return sum(_is_under(path, key) for _import_id, _kind, path in present(files_dir))


def _is_under(path: Path, key: str) -> bool:
    try:
        with path.open("rb") as file:
            pieces = list(_split(file.read()))
    except FileNotFoundError:  # it has served meanwhile
        return False
    # What a killed process left of a piece names no key, and nobody reads it.
    return any(crypto.key_of(piece) == key for piece in pieces if len(piece) > 1 + piece[0])


def _place(import_id: int, kind: str, number: int, pieces: int) -> Place:
    return Place("roster_files", import_id, f"{kind}:{number}/{pieces}")


def _split(content: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(content):
        length = int.from_bytes(content[start : start + LENGTH], "big")
        start += LENGTH
        yield content[start : start + length]
        start += length
