"""Pages ready to send, and the store of those this process keeps."""

from __future__ import annotations

import hashlib
import threading
import zlib
from dataclasses import dataclass

Headers = list[tuple[str, str]]
Key = tuple[str, str, bool]
OWN_HEADERS = {"cache-control", "content-encoding", "content-length", "etag", "vary"}


@dataclass(frozen=True)
class Share:
    """What a shared body shows: a division's pages, and the plate it was scanned from."""

    division_code: str
    plate_code: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """One page ready to send, compressed; the plain form is made for the few who need it."""

    share: Share
    scanned: str | None
    tag: str
    packed: bytes
    packed_headers: Headers
    plain_headers: Headers
    unchanged_headers: Headers

    @property
    def weight(self) -> int:
        """Estimate the memory this takes, in bytes."""
        return len(self.packed) + 3000


def pack(
    content: bytes,
    headers: Headers,
    *,
    offered: Share,
    scanned: str | None = None,
    cache_control: str = "no-cache",
) -> Body:
    """Compress a page and lay out its headers for each way it may be asked for."""
    tag = f'"{hashlib.blake2s(content, digest_size=10).hexdigest()}"'
    packer = zlib.compressobj(6, wbits=31)
    packed = packer.compress(content) + packer.flush()
    kept = [(name, value) for name, value in headers if name.lower() not in OWN_HEADERS]
    common = [
        *kept,
        ("Cache-Control", cache_control),
        ("ETag", f"W/{tag}"),
        ("Vary", "Accept-Encoding, Cookie"),
    ]
    return Body(
        share=offered,
        scanned=scanned,
        tag=tag,
        packed=packed,
        packed_headers=[
            *common,
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(packed))),
        ],
        plain_headers=[*common, ("Content-Length", str(len(content)))],
        unchanged_headers=[(n, v) for n, v in common if n.lower() != "content-type"],
    )


class Bodies:
    """The bodies of one process, at most `max_bytes` of them, the oldest dropped first."""

    def __init__(self, *, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bodies: dict[Key, Body] = {}
        self._weight = 0
        self._lock = threading.Lock()
        self.generation = 0

    def get(self, key: Key) -> Body | None:
        """Give the body kept under a key."""
        return self._bodies.get(key)

    def put(self, key: Key, body: Body, *, generation: int) -> None:
        """Keep a body, unless anything changed since `generation` was read."""
        with self._lock:
            if generation != self.generation:
                return
            previous = self._bodies.pop(key, None)
            self._weight += body.weight - (previous.weight if previous else 0)
            self._bodies[key] = body
            while self._weight > self._max_bytes:
                self._weight -= self._bodies.pop(next(iter(self._bodies))).weight

    def drop(self, scope: str) -> None:
        """Drop what a change concerns: `division:CODE` with all below it, or `plate:CODE`."""
        kind, _, code = scope.partition(":")
        with self._lock:
            self.generation += 1
            for key, body in list(self._bodies.items()):
                concerned = (
                    body.share.plate_code == code
                    if kind == "plate"
                    else body.share.division_code.startswith(code)
                )
                if concerned:
                    self._weight -= self._bodies.pop(key).weight

    def __len__(self) -> int:
        return len(self._bodies)
