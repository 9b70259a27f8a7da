"""The clock of an office: a year's duties written out, the board, the ledger of a fund."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from statistics import median

from app.catalogue import queries as catalogue
from app.catalogue import service as duties
from app.catalogue.schemas import BoardFilter
from app.funds import service as funds
from app.funds.schemas import LineIn, MonthName
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor
from app.kernel.db import Database
from app.workdays import queries as workdays
from bench.county import County
from bench.servers import COUNTY

Figure = tuple[str, str]
MONTHS, LINES, LOOKS = 12, 30, 30
YEAR = 365
CLERK = Actor(name="韦银杏", is_operator=True)
COMMITTEE = Actor(name="罗青松", is_operator=True)


def measure(database: Database, loaded: County, *, quick: bool = False) -> list[Figure]:
    """Measure what an office looks at and a clerk writes; medians of the acts."""
    return [
        *_clock(database, loaded, looks=3 if quick else LOOKS),
        *_ledger(database, loaded.villages[0], months=2 if quick else MONTHS),
    ]


def seconds_of(act: Callable[[], object]) -> float:
    """Do something, and give how long it took."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _clock(database: Database, loaded: County, *, looks: int) -> list[Figure]:
    """Write out the duties of a year, and look at the board."""
    today = clock.today()
    first = today - timedelta(days=YEAR)
    with database.unit_of_work() as session:
        duties.load_examples(session, effective_from=first, county_code=COUNTY, actor=OPERATOR)
    made = 0
    began = time.perf_counter()
    for days in range(0, YEAR + 1, 28):
        with database.unit_of_work() as session:
            day = first + timedelta(days=days)
            made += duties.open_duties(session, county_code=COUNTY, day=day)
    seconds = time.perf_counter() - began
    return [
        (
            f"the clock: {made:,} duties of {len(loaded.villages)} villages and a year written out",
            f"{seconds:.1f} s ({made / seconds:,.0f} a second)",
        ),
        (
            "the board of the county, counted by state, place and office",
            _board(database, "", looks),
        ),
        (
            "the board of a township, counted the same",
            _board(database, loaded.villages[0][:9], looks),
        ),
    ]


def _board(database: Database, prefix: str, looks: int) -> str:
    today = clock.today()

    def look() -> None:
        with database.reading() as session:
            soon = catalogue.soon_until(workdays.load(session, [today.year]), today)
            wanted = BoardFilter(today, soon, reach=((COUNTY, None),), prefix=prefix)
            assert catalogue.board(session, wanted=wanted)
            assert sum(catalogue.counts(session, wanted=wanted).values())
            catalogue.by_place(session, wanted=wanted)
            catalogue.by_office(session, wanted=wanted)

    look()
    return f"{median(seconds_of(look) for _ in range(max(looks, 3))) * 1000:.0f} ms"


def _ledger(database: Database, village: str, *, months: int) -> list[Figure]:
    """Keep a village's ledger, month by month: the database adds up at every line."""
    name = MonthName(clock.today().year - 2, 1)
    entering, closing = [], []
    for place in range(months):
        with database.unit_of_work() as session:
            opening = None if place else 100_000
            month = funds.open_month(
                session, division_code=village, name=name, opening_fen=opening, actor=CLERK
            ).id
        for number in range(LINES):
            line = LineIn(
                on_date=date(name.year, name.month, number % 28 + 1),
                category_code="lease_income",
                summary=f"第{number + 1}笔集体土地租金",
                amount_fen=100 + number,
                approved_by="村民委员会",
            )
            entering.append(seconds_of(partial(_enter, database, month, line)))
        closing.append(seconds_of(partial(_close, database, month)))
        name = name.following()
    return [
        (f"a line of a fund entered, {LINES} a month", f"{median(entering) * 1000:.1f} ms"),
        ("a month of a fund handed in and closed", f"{median(closing) * 1000:.1f} ms"),
    ]


def _enter(database: Database, month_id: int, line: LineIn) -> None:
    with database.unit_of_work() as session:
        funds.enter(session, month_id=month_id, wanted=line, actor=CLERK)


def _close(database: Database, month_id: int) -> None:
    with database.unit_of_work() as session:
        funds.submit(session, month_id=month_id, actor=CLERK)
    with database.unit_of_work() as session:
        funds.close(session, month_id=month_id, actor=COMMITTEE)
