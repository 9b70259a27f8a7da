"""Everything a deployment produces, searched for values that were planted in personal records.

A needle is looked for as it is, as addresses, JSON and PostgreSQL's bytea write it, and in base64.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import psycopg
import redis
from psycopg import sql

from app.kernel.db import plain_url
from app.web.bodies import Bodies
from app.web.flask_app import SESSION_COOKIE, VILLAGER_COOKIE

STRANGER, STAFF, VILLAGER = "stranger", "staff", "villager"
VISITOR = "sunshine.test.visitor"  # of the WSGI environ: who a test says that this is
TABLES = (
    "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
    " AND relnamespace = 'public'::regnamespace ORDER BY 1"
)


@dataclass(frozen=True)
class Leak:
    """A planted value where it must not be: in which channel, where there, and which value."""

    channel: str
    where: str
    value: str


@dataclass(frozen=True)
class Answer:
    """One answer of the application, with what was asked."""

    visitor: str
    method: str
    path: str
    query: str
    status: int
    headers: str
    body: str


def needles(value: str) -> set[str]:
    """Write a value in every form it might leak in."""
    raw = value.encode()
    middles = [base64.b64encode(b"\0" * shift + raw).decode()[4:-4] for shift in range(3)]
    return {
        value,
        quote(value),
        quote_plus(value),
        json.dumps(value)[1:-1],
        raw.hex(),
        raw.hex().upper(),
        *(middle for middle in middles if len(middle) >= 8),  # a shorter one may be chance
    }


def unpacked(content: bytes) -> str:
    """Read bytes as text; of a zip, which every .xlsx is, what its members hold."""
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(
            name + archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )
    return content.decode("utf-8", "replace")


def opened(cookie: str) -> str:
    """Read what a signed cookie says: its content is packed, and encrypted it is not."""
    content = cookie.partition("=")[2].partition(";")[0]
    packed = content.startswith(".")
    with contextlib.suppress(ValueError, zlib.error):
        raw = base64.urlsafe_b64decode(content.lstrip(".").partition(".")[0] + "==")
        return (zlib.decompress(raw) if packed else raw).decode()
    return ""


class Recorder:
    """Stands in front of the application and keeps every answer."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.answers: list[Answer] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass a request on."""
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            told[:] = [status, headers]
            return start_response(status, headers, *rest)

        given = self._app(environ, start)
        body = b"".join(given)
        if close := getattr(given, "close", None):
            close()
        status, headers = told
        packed = ("Content-Encoding", "gzip") in headers
        text = unpacked(zlib.decompress(body, wbits=31) if packed else body)
        self.answers.append(
            Answer(
                visitor=environ.get(VISITOR) or _visitor(environ),
                method=environ["REQUEST_METHOD"],
                path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
                query=environ.get("QUERY_STRING", ""),
                status=int(status.split()[0]),
                headers="\n".join(
                    f"{name}: {value}{opened(value) if name == 'Set-Cookie' else ''}"
                    for name, value in headers
                ),
                body=text,
            )
        )
        return [body]


def _visitor(environ: dict[str, Any]) -> str:
    cookies = environ.get("HTTP_COOKIE", "")
    if f"{SESSION_COOKIE}=" in cookies or "HTTP_AUTHORIZATION" in environ:
        return STAFF
    return VILLAGER if f"{VILLAGER_COOKIE}=" in cookies else STRANGER


@dataclass
class Watch:
    """What a journey left behind, and where each planted value may stand."""

    recorder: Recorder
    log: io.StringIO
    bodies: Bodies
    redis_url: str
    owner_url: str
    data_dir: Path
    values: tuple[str, ...]
    may_read: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Beginnings of the paths on which a visitor of a kind may read full values."""
    typed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What a visitor wrote and is shown again, by visitor, method and beginning of the path."""

    def leaks(self) -> list[Leak]:
        """Search every channel."""
        found = []
        wanted = [(value, needles(value)) for value in self.values]
        for channel, where, text in self._produced():
            found += [
                Leak(channel, where, value)
                for value, forms in wanted
                if any(form in text for form in forms)
            ]
        return found

    def _produced(self) -> Iterator[tuple[str, str, str]]:
        yield from (("log", line[:200], line) for line in self.log.getvalue().splitlines())
        yield from self._answers()
        yield from self._cached()
        yield from self._queue()
        yield from self._tables()
        for path in sorted(self.data_dir.rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                yield "file", path.name, unpacked(content) + content.hex()

    def _answers(self) -> Iterator[tuple[str, str, str]]:
        for one in self.recorder.answers:
            where = f"{one.visitor} {one.method} {one.path} {one.status}"
            yield "address", where, f"{one.path}?{one.query}"
            yield "headers", where, one.headers
            body = one.body
            for asked, own in self.typed.items():
                if where.startswith(asked):
                    body = re.sub("|".join(map(re.escape, own)), "", body)
            if one.status >= 400:
                yield "error", where, body
            elif not one.path.startswith(self.may_read.get(one.visitor, ("\0",))):
                yield "page", where, body

    def _cached(self) -> Iterator[tuple[str, str, str]]:
        for key, body in self.bodies._bodies.items():
            yield "cache key", str(key), str(key)
            page = zlib.decompress(body.packed, wbits=31).decode("utf-8", "replace")
            yield "cached page", str(key), page + str(body.plain_headers)

    def _queue(self) -> Iterator[tuple[str, str, str]]:
        client = redis.Redis.from_url(self.redis_url)
        for key in client.scan_iter():
            name = key.decode("utf-8", "replace")
            yield "valkey key", name, name
            yield "valkey value", name, _held(client, key)
        client.close()

    def _tables(self) -> Iterator[tuple[str, str, str]]:
        with psycopg.connect(plain_url(self.owner_url)) as owner, owner.cursor() as cursor:
            for (table,) in owner.execute(TABLES).fetchall():
                statement = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(
                    sql.Identifier(table)
                )
                channel = "job" if table == "outbox" else "table"
                with cursor.copy(statement) as copy:
                    for row in copy.rows():
                        text = "\t".join(str(part) for part in row)
                        yield channel, table, text


def _held(client: Any, key: bytes) -> str:
    """Read what Valkey holds under a key, whatever kind it is; packed values are unpacked."""
    kind = client.type(key)
    readers = {
        b"string": lambda: client.get(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"hash": lambda: client.hgetall(key),
        b"stream": lambda: client.xrange(key),
    }
    return _text(readers[kind]())


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return _text([part for pair in value.items() for part in pair])
    if isinstance(value, list | tuple | set):
        return "\n".join(_text(part) for part in value)
    if not isinstance(value, bytes):
        return str(value)
    with contextlib.suppress(zlib.error):
        value += zlib.decompress(value)  # RQ packs what a job is given
    return str(value, "utf-8", "replace")
