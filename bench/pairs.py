"""Two requests in a row as a browser sends them: a purpose is stated, then the record is read."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import quantiles

from bench.load import Failed, Figures


@dataclass(frozen=True)
class Pair:
    """A door, and the cookie of a cadre who may open the household behind it."""

    code: str
    cookie: str


@dataclass(frozen=True)
class Form:
    """What a form of this site carries: its secret, and the cookie the secret belongs to."""

    cookie: str
    token: str


def form_of(address: str) -> Form:
    """Read the secret of forms from the sign-in page."""
    connection = HTTPConnection(address, timeout=10)
    try:
        connection.request("GET", "/console/sign-in")
        answer = connection.getresponse()
        page = answer.read().decode()
    finally:
        connection.close()
    cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if token is None:
        raise Failed("the sign-in page has no form")
    return Form(cookie, token[1])


def burden(
    address: str, doors: Sequence[Pair], form: Form, *, seconds: float, connections: int
) -> Figures:
    """State a purpose at these doors in turn and read the record; a pair counts as one.

    A client in Python on the same cores; raises `Failed`.
    """
    return asyncio.run(_burden(address, doors, form, seconds=seconds, connections=connections))


async def _burden(
    address: str, doors: Sequence[Pair], form: Form, *, seconds: float, connections: int
) -> Figures:
    asked, taken = itertools.cycle(doors), list[float]()
    began = time.perf_counter()
    askers = [_ask(address, asked, form, taken, began + seconds) for _ in range(connections)]
    for end in await asyncio.gather(*askers, return_exceptions=True):
        if isinstance(end, BaseException):
            raise end
    cuts = quantiles(taken, n=100)
    return Figures(len(taken) / (time.perf_counter() - began), cuts[49] * 1000, cuts[98] * 1000)


async def _ask(
    address: str, doors: Iterator[Pair], form: Form, taken: list[float], until: float
) -> None:
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    body = f"csrf_token={form.token}&purpose=visit"
    try:
        while (began := time.perf_counter()) < until:
            door = next(doors)
            headers = f"Host: {address}\r\nCookie: {door.cookie}; {form.cookie}\r\n"
            stated = f"POST /console/plates/{door.code}/household HTTP/1.1\r\n{headers}"
            stated += "Content-Type: application/x-www-form-urlencoded\r\n"
            stated += f"Content-Length: {len(body)}\r\n\r\n{body}"
            record = await _answer(reader, writer, stated, wanted="303")
            await _answer(reader, writer, f"GET {record} HTTP/1.1\r\n{headers}\r\n", wanted="200")
            taken.append(time.perf_counter() - began)
    finally:
        writer.close()
        await writer.wait_closed()


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: str, *, wanted: str
) -> str:
    """Send a request and read its whole answer; gives where it leads to."""
    writer.write(request.encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    lowered = {name.lower(): value for name, value in fields.items()}
    await reader.readexactly(int(lowered.get("content-length", 0)))
    if head[9:12] != wanted:
        raise Failed(head.partition("\r\n")[0])
    return lowered.get("location", "")
