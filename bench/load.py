"""Burden on a web server: wrk where it is installed, a client in Python where it is not."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

CONNECTIONS = 64
SCRIPT = Path(__file__).with_suffix(".lua")


@dataclass(frozen=True)
class Figures:
    """One run: answers a second, and how long an answer took in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float


def medians(runs: Sequence[Figures]) -> Figures:
    """Take the median of each figure by itself."""
    return Figures(
        median(run.per_second for run in runs),
        median(run.p50_ms for run in runs),
        median(run.p99_ms for run in runs),
    )


class Failed(RuntimeError):
    """Answers that were not 2xx or 3xx, or never came: the figures would mean nothing."""


def generator() -> str:
    """Name what makes the load."""
    return "wrk, 2 threads" if shutil.which("wrk") else "a client in Python (wrk is not installed)"


def burden(
    address: str,
    paths: Sequence[str],
    *,
    seconds: float,
    folder: Path,
    connections: int = CONNECTIONS,
) -> Figures:
    """Ask for these paths in turn over kept connections, gzip accepted; raises `Failed`.

    What follows a path after a tab is the cookie it is asked with.
    """
    if shutil.which("wrk"):
        return _by_wrk(address, paths, seconds=seconds, folder=folder, connections=connections)
    return asyncio.run(_by_python(address, paths, seconds=seconds, connections=connections))


def _by_wrk(
    address: str, paths: Sequence[str], *, seconds: float, folder: Path, connections: int
) -> Figures:
    listed = folder / "paths.txt"
    listed.write_text("\n".join(paths))
    options = ["-t2", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
    options += ["-H", "Accept-Encoding: gzip", "-s", str(SCRIPT)]
    command = ["wrk", *options, f"http://{address}/", "--", str(listed)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures = json.loads(said.partition("FIGURES ")[2])
    if figures["failed"]:
        raise Failed(said)
    return Figures(
        figures["answers"] / figures["microseconds"] * 1e6,
        figures["p50"] / 1000,
        figures["p99"] / 1000,
    )


async def _by_python(
    address: str, paths: Sequence[str], *, seconds: float, connections: int
) -> Figures:
    asked, taken = itertools.cycle(paths), list[float]()
    began = time.perf_counter()
    askers = [_ask(address, asked, taken, began + seconds) for _ in range(connections)]
    ends = await asyncio.gather(*askers, return_exceptions=True)
    for fault in ends:
        if isinstance(fault, BaseException):
            raise fault
    cuts = quantiles(taken, n=100)
    return Figures(len(taken) / (time.perf_counter() - began), cuts[49] * 1000, cuts[98] * 1000)


async def _ask(address: str, paths: Iterator[str], taken: list[float], until: float) -> None:
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        while True:  # once at least, however long it took to connect
            began = time.perf_counter()
            path, _, cookie = next(paths).partition("\t")
            headers = f"Host: {address}\r\nAccept-Encoding: gzip\r\n"
            headers += f"Cookie: {cookie}\r\n" if cookie else ""
            writer.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if head[9:10] not in b"23":
                raise Failed(head.partition(b"\r\n")[0].decode())
            size = head.partition(b"content-length:")[2].partition(b"\r")[0]
            await reader.readexactly(int(size))
            taken.append(time.perf_counter() - began)
            if time.perf_counter() >= until:
                return
    finally:
        writer.close()
        await writer.wait_closed()
