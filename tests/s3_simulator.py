"""A store of our own that speaks S3 over real HTTP, and refuses what S3 refuses.

It works every signature out for itself, as "Authenticating Requests (AWS Signature Version 4)" of
the Amazon S3 API Reference describes it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, unquote, urlsplit

KEY_ID, SECRET, REGION, BUCKET = "AKTESTTESTTEST", "s3-secret-of-tests", "cn-test-1", "attachments"
SKEW = 15 * 60
SIGNED = {"host", "x-amz-date", "x-amz-content-sha256"}
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request,\s*"
    r"SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})"
)


@dataclass
class Store:
    """What lies in the bucket, what was asked, and how it fails: `answers` is said once each."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    answers: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    pauses: float = 0.0
    url: str = ""


@contextmanager
def serving() -> Iterator[Store]:
    """Serve a store on a port of its own."""
    store = Store()
    handler = type("Bound", (_Handler,), {"store": store})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    store.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    store: Store
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        del format, args

    def do_PUT(self) -> None:
        self._serve()

    do_GET = do_HEAD = do_DELETE = do_PUT  # noqa: N815 - the same

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(urlsplit(self.path).path)
        self.store.asked.append(f"{self.command} {path}")
        if self.store.answers:
            self._say(*self.store.answers.pop(0))
            return
        refusal = _refusal(self.command, self.path, dict(self.headers.items()), body)
        if refusal:
            self._say(403, _error(refusal))
            return
        bucket, _, key = path.lstrip("/").partition("/")
        if bucket != BUCKET:
            self._say(404, _error("NoSuchBucket"))
            return
        self._act(key, body)

    def _act(self, key: str, body: bytes) -> None:
        files = self.store.files
        if self.command == "PUT":
            files[key] = body
            self._say(200, b"", {"ETag": f'"{hashlib.md5(body).hexdigest()}"'})  # noqa: S324 - S3's
        elif self.command == "DELETE":
            files.pop(key, None)
            self._say(204, b"")
        elif key not in files:
            self._say(404, _error("NoSuchKey"))
        else:
            self._say(200, files[key])

    def _say(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "HEAD":
            return
        try:
            for start in range(0, len(content), 64 * 1024):
                self.wfile.write(content[start : start + 64 * 1024])
                time.sleep(self.store.pauses)
        except OSError:
            self.close_connection = True


def _error(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()


def _refusal(method: str, target: str, given: dict[str, str], body: bytes) -> str:
    """Name what S3 would refuse a request with; empty where it is signed well."""
    headers = {name.lower(): " ".join(value.split()) for name, value in given.items()}
    found = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if found is None:
        return "AccessDenied"
    key_id, day, region, names, signature = found.groups()
    signed = names.split(";")
    moment = headers.get("x-amz-date", "")
    faults = {
        "InvalidAccessKeyId": key_id != KEY_ID,
        "AuthorizationHeaderMalformed": region != REGION,
        "AccessDenied": not set(signed) >= SIGNED or moment[:8] != day,
        "RequestTimeTooSkewed": _is_skewed(moment),
        "XAmzContentSHA256Mismatch": headers.get("x-amz-content-sha256")
        != hashlib.sha256(body).hexdigest(),
    }
    for code, is_so in faults.items():
        if is_so:
            return code
    wanted = _signature(f"{method} {target}", headers, names=names, scope=(day, region))
    return "" if hmac.compare_digest(wanted, signature) else "SignatureDoesNotMatch"


def _is_skewed(moment: str) -> bool:
    try:
        sent = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return True
    return abs((datetime.now(UTC) - sent).total_seconds()) > SKEW


def _signature(line: str, headers: dict[str, str], *, names: str, scope: tuple[str, str]) -> str:
    """Work out the signature of a request line (method and target) with these headers."""
    method, _, target = line.partition(" ")
    day, region = scope
    parts = urlsplit(target)
    canonical = "\n".join(
        (
            *(method, quote(unquote(parts.path), safe="/-_.~"), parts.query),
            *(f"{name}:{headers.get(name, '')}" for name in names.split(";")),
            *("", names, headers["x-amz-content-sha256"]),
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    place = f"{day}/{region}/s3/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", headers["x-amz-date"], place, digest))
    key = f"AWS4{SECRET}".encode()
    for word in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
