"""Public reads at 64 connections, beside the least a server can do, all in one run."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from app.kernel.db import Database
from bench import load, serving
from bench.changing import Changer, Seen
from bench.county import County
from bench.load import Figures
from bench.sampling import Expected, Reader, Sampler
from bench.servers import COUNTY

BASELINE = "bare Flask hello"
SERVED = {
    BASELINE: "bench.hello:flask_hello",
    "raw WSGI hello": "bench.hello:raw_hello",
    "cached": "wsgi:application",
    "uncached": "bench.wsgi_uncached:application",
}
WARMING_RUNS = 12  # at most, of a second each, until they get no faster
HOT_ITEMS = 500  # of the 30,000, so that the cached figures are those of hits
ASKED = 4_000  # paths in the order they are asked for, then from the beginning


@dataclass(frozen=True)
class Pages:
    """What a kind of visitor asks for, in order, and what some of the pages must hold."""

    paths: list[str]
    expected: list[Expected]


@dataclass(frozen=True)
class Changes:
    """Where items are published and withdrawn meanwhile, and the page that is to show it."""

    divisions: Sequence[str]
    watched: str


@dataclass(frozen=True)
class Way:
    """One row of the table: a server (None: not installed here) and what is asked of it.

    `kept` says whether it keeps its answers, so that it has to be warm before it is measured.
    """

    name: str
    address: str | None
    pages: Pages
    changes: Changes | None = None
    kept: bool = True


@dataclass
class Row:
    """The medians of a way, None where there was nothing to measure; and what its runs saw."""

    name: str
    figures: Figures | None = None
    checked: int = 0
    changes: list[Seen] = field(default_factory=list)


@dataclass(frozen=True)
class Length:
    """How long each run takes, and how many runs the median is taken of."""

    seconds: float
    rounds: int


def feeds_and_items(county: County, *, feed: str, item: str) -> Pages:
    """Mix the feeds of all villages with some items: 4 in 5 of what is asked is a feed."""
    draw = random.Random(20260101)  # noqa: S311 - the same mix in every run
    items = draw.sample(county.item_ids, k=min(HOT_ITEMS, len(county.item_ids)))
    feeds = [Expected(feed.format(code), "号事项") for code in county.villages]
    wholes = [Expected(item.format(number), "村民代表会议") for number in items]
    asked = [draw.choice(wholes if draw.random() < 0.2 else feeds).path for _ in range(ASKED)]
    return Pages(asked, feeds + wholes)


def measure(database: Database, county: County, *, data_dir: Path, length: Length) -> list[Row]:
    """Run every way in turn, round after round, so that noise falls on all of them alike."""
    with ExitStack() as stack:
        at = {
            name: stack.enter_context(serving.granian(target, data_dir=data_dir))
            for name, target in SERVED.items()
        }
        index = feeds_and_items(county, feed="/v/{}", item="/items/{}").paths[0]
        size = _size(at["cached"], index)
        static = stack.enter_context(serving.nginx_file(size=size, data_dir=data_dir))
        site = stack.enter_context(serving.nginx_site(at["cached"], data_dir=data_dir))
        ways = _ways(county, {**at, f"nginx static, {size:,} bytes": static}, site=site)
        return [
            row
            for together in (ways[:-1], ways[-1:])
            for row in _rounds(together, database, data_dir=data_dir, length=length)
        ]


def _ways(county: County, at: dict[str, str | None], *, site: str | None) -> list[Way]:
    html = feeds_and_items(county, feed="/v/{}", item="/items/{}")
    feed = "/api/v1/divisions/{}/items"
    json = feeds_and_items(county, feed=feed, item="/api/v1/items/{}")
    plates = [f"/d/{code}" for code in county.plates]
    scans = Pages(plates, [Expected(path, "号事项") for path in plates])
    villages = county.villages
    cached, uncached = at.pop("cached"), at.pop("uncached")
    return [
        *(Way(name, address, Pages(["/"], []), kept=False) for name, address in at.items()),
        Way("pages, cached", cached, html),
        Way("pages, cached, villages publish", cached, html, Changes(villages, "/v/{}")),
        Way("pages, through nginx, villages publish", site, html, Changes(villages, "/v/{}")),
        Way("JSON, cached", cached, json),
        Way("JSON, cached, villages publish", cached, json, Changes(villages, feed)),
        Way("scans of plates, cached and counted", cached, scans),
        Way("pages, uncached", uncached, html, kept=False),
        Way("JSON, uncached", uncached, json, kept=False),
        # Last of all, since every change of the county's drops every page.
        Way("pages, cached, the county publishes", cached, html, Changes((COUNTY,), "/")),
    ]


def _rounds(
    ways: Sequence[Way], database: Database, *, data_dir: Path, length: Length
) -> list[Row]:
    rows = [Row(way.name) for way in ways]
    runs: list[list[Figures]] = [[] for _way in ways]
    for _round in range(length.rounds):
        for way, row, mine in zip(ways, rows, runs, strict=True):
            if way.address is not None:
                mine.append(_run(way, row, way.address, database, data_dir, length.seconds))
    for row, mine in zip(rows, runs, strict=True):
        if mine:
            row.figures = load.medians(mine)
    return rows


def _run(
    way: Way, row: Row, address: str, database: Database, data_dir: Path, seconds: float
) -> Figures:
    _warm(way, address, data_dir)
    with ExitStack() as stack:
        sampler = changer = None
        if way.pages.expected:
            sampler = stack.enter_context(Sampler(address, way.pages.expected))
        if way.changes is not None:
            changer = Changer(
                database, address, divisions=way.changes.divisions, watched=way.changes.watched
            )
            stack.enter_context(changer)
        figures = load.burden(address, way.pages.paths, seconds=seconds, folder=data_dir)
    row.checked += sampler.checked if sampler else 0
    row.changes += changer.seen if changer else []
    return figures


def _warm(way: Way, address: str, data_dir: Path) -> None:
    """Ask until every process has what it keeps, so that what is called cached is."""
    enough = 20 * len(set(way.pages.paths))
    answers = before = 0.0
    for _run in range(WARMING_RUNS):
        now = load.burden(address, way.pages.paths, seconds=1, folder=data_dir).per_second
        answers += now
        if not way.kept or (answers >= enough and now < before * 1.1):
            return
        before = now


def _size(address: str, path: str) -> int:
    """Weigh a page as it travels."""
    reader = Reader(address)
    weight = int(reader.get(path).headers["Content-Length"])
    reader.close()
    return weight
