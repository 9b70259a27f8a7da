"""The key file: made once, changed by adding keys, read again when it has changed."""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.kernel import clock
from app.kernel.crypto import AES, SECRET_BYTES, Ring
from app.kernel.errors import Conflict, NotFound

AGE = 1.0  # seconds for which a process goes on with the keys it has read


class KeysMissing(NotFound):
    code = "keys_missing"
    sentence = "没有密钥文件。请先运行 sunshine keys init，并把它备份到数据库备份以外的地方。"


class KeyInUse(Conflict):
    code = "key_in_use"
    sentence = "这把密钥正在使用，不能删除。"


@dataclass(frozen=True)
class KeyView:
    """A key as people see it: never its secret."""

    part: str
    name: str
    algorithm: str
    is_current: bool
    superseded_at: datetime | None


class KeyFile:
    """A key file as processes use it: kept in memory, read again when someone changed it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._read_at, self._look_at = -1, 0.0
        self._ring: Ring | None = None

    def ring(self, *, holding: str | None = None) -> Ring:
        """Give the keys as they were `AGE` ago or later, `holding` among them where there is one.

        Raises `KeysMissing`.
        """
        ring = self._ring
        is_young = time.monotonic() < self._look_at
        if ring is not None and is_young and (holding is None or ring.knows(holding)):
            return ring
        return self.reread()

    def reread(self) -> Ring:
        """Read the file if it has changed since."""
        with self._lock:
            try:
                self._look_at = time.monotonic() + AGE
                changed_at = self.path.stat().st_mtime_ns
                if self._ring is None or changed_at != self._read_at:
                    self._ring = Ring(json.loads(self.path.read_text()))
                    self._read_at = changed_at
            except FileNotFoundError as error:
                raise KeysMissing from error
            return self._ring


def create(path: Path, *, algorithm: str = AES) -> bool:
    """Draw a new ring where there is none; False where there is one already."""
    if path.exists():
        return False
    ring = {
        "data": {"current": "d1", "keys": {"d1": _drawn(algorithm)}},
        "index": {"current": "i1", "keys": {"i1": _drawn(AES)}},
        "root": _drawn(AES),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, ring)
    return True


def add(path: Path, part: str, *, algorithm: str = AES) -> str:
    """Make the prepared key of `data` or `index` the current one, or a new one, and give its id.

    The ones before it stay, to read by, until `forget`; when they were superseded is noted.
    """
    name = prepared(path, part) or prepare(path, part, algorithm=algorithm)
    ring = _read(path)
    keys, before = ring[part]["keys"], ring[part]["current"]
    keys[before]["superseded_at"] = clock.now().isoformat()
    ring[part]["current"] = name
    _write(path, ring)
    return name


def prepare(path: Path, part: str, *, algorithm: str = AES) -> str:
    """Add a key that is only read by until `add`, so that every machine can have it first."""
    ring = _read(path)
    keys = ring[part]["keys"]
    name = f"{part[0]}{max(int(name[1:]) for name in keys) + 1}"
    keys[name] = _drawn(algorithm)
    _write(path, ring)
    return name


def prepared(path: Path, part: str) -> str | None:
    """Name the key that was prepared and is not used yet."""
    ring = _read(path)
    newest = max(ring[part]["keys"], key=lambda name: int(name[1:]))
    return newest if int(newest[1:]) > int(ring[part]["current"][1:]) else None


def describe(path: Path) -> list[KeyView]:
    """List the keys without their secrets, `data` first, in the order they were drawn."""
    ring = _read(path)
    return [
        KeyView(
            part,
            name,
            key["algorithm"],
            is_current=name == ring[part]["current"],
            superseded_at=_moment(key.get("superseded_at")),
        )
        for part in ("data", "index")
        for name, key in sorted(ring[part]["keys"].items(), key=lambda one: int(one[0][1:]))
    ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def forget(path: Path, part: str, name: str) -> None:
    """Destroy a key that nothing is sealed under any more; raises `KeyInUse`."""
    ring = _read(path)
    if ring[part]["current"] == name:
        raise KeyInUse
    ring[part]["keys"].pop(name, None)
    _write(path, ring)


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise KeysMissing from error
    return content


def _drawn(algorithm: str) -> dict[str, str]:
    secret = secrets.token_bytes(SECRET_BYTES[algorithm])
    return {"algorithm": algorithm, "secret": b64encode(secret).decode()}


def _write(path: Path, ring: dict[str, Any]) -> None:
    """Put the whole file in place at once, readable by its owner alone."""
    new = path.with_suffix(".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        json.dump(ring, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)
