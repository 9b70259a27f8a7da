"""Files in a folder of this machine, outside every web root."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from app.gateways.storage.errors import (
    FileMissing,
    StorageAway,
    StorageFull,
    StorageMisconfigured,
)
from app.gateways.storage.protocol import checked
from app.kernel import logs

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR}
UNFINISHED = ".unfinished-"


class LocalStorage:
    """Implements `protocol.Storage`: a file appears under its key once all of it is on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def put(self, key: str, content: bytes) -> None:
        """Write beside the place, reach the disk, then take the name; a full disk leaves nothing.

        What lies there already stays, unless the disk has changed it since.
        """
        path = self._path(key)
        if _sound(path, key):
            return
        draft = path.with_name(f"{UNFINISHED}{uuid4().hex}")
        try:
            path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            _write(draft, content)
            draft.replace(path)
            _to_disk(path.parent)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise _refusal(error) from error

    def get(self, key: str) -> bytes:
        """Give a file; raises `FileMissing`, also where the disk has changed it."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise FileMissing from error
        except OSError as error:
            raise _refusal(error) from error
        if hashlib.sha256(content).hexdigest() != key:
            logs.get(__name__).error("stored_file_changed", file=key[:12])
            raise FileMissing
        return content

    def delete(self, key: str) -> None:
        """Take a file away."""
        path = self._path(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _refusal(error) from error

    def exists(self, key: str) -> bool:
        """Tell whether a file is there."""
        return self._path(key).is_file()

    def _path(self, key: str) -> Path:
        return self._folder / checked(key)[:2] / key


def _sound(path: Path, key: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == key
    except OSError:
        return False


def _write(draft: Path, content: bytes) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _to_disk(folder: Path) -> None:
    """Bring the file's name to the disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refusal(error: OSError) -> StorageAway | StorageFull | StorageMisconfigured:
    """Choose the refusal, and say in the log what the machine said: never a path or a name."""
    logs.get(__name__).error("storage_failed", errno=errno.errorcode.get(error.errno or 0, "?"))
    if error.errno in NO_ROOM:
        return StorageFull()
    return StorageMisconfigured() if error.errno in CLOSED else StorageAway()
