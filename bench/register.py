"""Finding people in a register of a county's size: by blind index, and by name in a village."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from statistics import median

from app.households.queries import names
from app.households.queries import register as queries
from app.kernel import scope
from app.kernel.db import Database
from bench import register_county
from bench.county import County, analyze
from bench.register_county import NOBODY, Registered

ROUNDS = 3
LOOKUPS = 300
SEARCHES = 10


def measure(
    owner: Database,
    database: Database,
    county: County,
    *,
    households: int,
    before: Registered = NOBODY,
) -> tuple[Registered, list[tuple[str, str]]]:
    """Fill up the register to so many households and look persons up, medians of three rounds."""
    began = time.perf_counter()
    loaded = register_county.load(
        owner,
        database,
        villages=county.villages,
        households=households - before.households,
        before=before,
    )
    seconds = time.perf_counter() - began
    analyze(owner)
    draw = random.Random(20260201)  # noqa: S311 - the same persons in every run
    each_village = loaded.persons // len(county.villages)
    added = loaded.households - before.households, loaded.persons - before.persons
    return loaded, [
        (
            f"loading {added[0]:,} households, {added[1]:,} people, sealed (COPY)",
            f"{seconds:.0f} s",
        ),
        _found(database, loaded, draw, field="phone"),
        _found(database, loaded, draw, field="id_number"),
        _named(database, county, each_village, draw),
    ]


def _found(
    database: Database, loaded: Registered, draw: random.Random, *, field: str
) -> tuple[str, str]:
    value_of = {"phone": register_county.phone_of, "id_number": register_county.id_number_of}[field]

    def look_up() -> None:
        number = draw.randrange(loaded.persons)
        with database.reading() as session:
            found = queries.find_by_index(session, field, value_of(number))
        assert [one.person_id for one in found] == [number + 1]

    return (f"blind index: {field} among {loaded.persons:,} people", _timed(look_up, LOOKUPS))


def _named(
    database: Database, county: County, persons: int, draw: random.Random
) -> tuple[str, str]:
    def search() -> None:
        village = draw.choice(county.villages)
        with database.unit_of_work() as session:
            scope.open_scope(session, village)
            assert names.find_by_name(session, division_code=village, wanted="不在") == []

    return (
        f"name search through all of a village of {persons:,} people",
        _timed(search, SEARCHES),
    )


def _timed(act: Callable[[], None], times: int) -> str:
    """Give median and 99th percentile in milliseconds, each the median of the rounds."""
    act()
    middles, tails = [], []
    for _round in range(ROUNDS):
        taken = []
        for _ in range(times):
            began = time.perf_counter()
            act()
            taken.append((time.perf_counter() - began) * 1000)
        taken.sort()
        middles.append(median(taken))
        tails.append(taken[min(len(taken) - 1, int(len(taken) * 0.99))])
    return f"{median(middles):.2f} ms (p99 {median(tails):.2f} ms)"
