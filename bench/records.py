"""The cadre's scan at 16 connections: the masked record with its line of the ledger, and growth.

A scan is one GET of a record that is held open: the session and its grants, the opening, the
register, the line, the commit. A pair states a purpose first, as a scan of another door does.
`python -m bench.records [households]` measures one size alone.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text

from app.audit.models import LedgerLine
from app.doorplates.models import Doorplate
from app.households.models.openings import Opening
from app.households.models.register import Household
from app.identity import roles
from app.identity import service as identity
from app.identity.models import Staff, StaffGrant, TokenKind
from app.kernel import clock, scope
from app.kernel.db import Database
from app.web.flask_app import SESSION_COOKIE
from bench import county, load, pairs, register_county, servers, serving
from bench.county import County, analyze
from bench.load import Figures
from bench.pairs import Pair
from bench.reads import BASELINE, SERVED, Length
from bench.register_county import NOBODY, Registered
from bench.servers import COUNTY

CONNECTIONS = 16
SIZES = (10_000, 100_000, 200_000, 1_000_000)  # households; the third is the county's own
QUICK_SIZES = (500, 1_000, 1_500, 2_000)
ASKED = 4_000  # records held open, in every village alike
PLATES_EACH = 4  # households of a village that live behind a plate
WARMING_SECONDS = 3.0  # every connection of every process prepares its statements
# A record's page shows when the register was last changed, and the last visit.
_FURNISHED = (
    "INSERT INTO record_changes (division_code, household_id, act, fields, source, actor_kind,"
    " actor_name, at) SELECT division_code, id, 'imported', '{name}', 'import', 'system', '', now()"
    " FROM households WHERE id > :before",
    "INSERT INTO visits (client_id, revision, division_code, household_id, staff_id, staff_name,"
    " purpose, visited_on, met_person_ids, source, logged_at) SELECT gen_random_uuid(),"
    " gen_random_uuid(), division_code, id, assistance_officer_id, 'bench', 'visit',"
    " current_date - 30, '{}', 'console', now() FROM households WHERE id > :before",
)


@dataclass(frozen=True)
class Row:
    """Medians at one size of the register; `lines` is what the ledger gained meanwhile."""

    name: str
    households: int
    figures: Figures
    lines: int = 0


@dataclass(frozen=True)
class Cadres:
    """One cadre a village, signed in: numbers and cookies by village."""

    ids: dict[str, int]
    cookies: dict[str, str]


@dataclass(frozen=True)
class Stage:
    """Where scans are measured."""

    owner: Database
    database: Database
    county: County
    data_dir: Path
    length: Length
    cadres: Cadres


def stage(
    owner: Database, database: Database, county: County, *, data_dir: Path, length: Length
) -> Stage:
    """Sign a cadre in for every village."""
    with database.unit_of_work() as session:
        rows = session.scalars(
            insert(Staff).returning(Staff, sort_by_parameter_order=True),
            [
                {
                    "username": f"cadre-{code}",
                    "password_hash": "none",
                    "role": "cadre",
                    "division_code": code,
                    "created_at": clock.now(),
                }
                for code in county.villages
            ],
        ).all()
        grants = [
            {"staff_id": row.id, "permission": permission, "division_prefix": row.division_code}
            for row in rows
            for permission in roles.ROLES["cadre"]
        ]
        session.execute(insert(StaffGrant), grants)
        cookies = {
            row.division_code: f"{SESSION_COOKIE}="
            + identity.hand_out(session, staff=row, kind=TokenKind.SESSION)[0]
            for row in rows
        }
    cadres = Cadres({row.division_code: row.id for row in rows}, cookies)
    return Stage(owner, database, county, data_dir, length, cadres)


def grow(on: Stage, *, households: int, before: Registered) -> Registered:
    """Fill the register up to so many households."""
    grown = register_county.load(
        on.owner,
        on.database,
        villages=on.county.villages,
        households=households - before.households,
        before=before,
        plates_each=0 if before.households else PLATES_EACH,
    )
    furnish(on, before=before)
    return grown


def furnish(on: Stage, *, before: Registered) -> None:
    """Give the households that are new a history and a visit."""
    with on.owner.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE households SET assistance_officer_id = staff.id FROM staff"
                " WHERE staff.username = 'cadre-' || households.division_code"
                " AND households.id > :before AND assistance_officer_id IS NULL"
            ),
            {"before": before.households},
        )
        for statement in _FURNISHED:
            connection.execute(text(statement), {"before": before.households})
    analyze(on.owner)


def measure(on: Stage, *, households: int) -> list[Row]:
    """Take scans, pairs and the bare hello in turn, round after round."""
    opened, opened_at = held_open(on), doors(on)
    runs: dict[str, list[Figures]] = {}
    lines: dict[str, int] = {}
    with (
        serving.granian(SERVED[BASELINE], data_dir=on.data_dir) as hello,
        serving.granian(SERVED["cached"], data_dir=on.data_dir) as site,
    ):
        form = pairs.form_of(site)
        scans = [f"{one}; {form.cookie}" for one in opened]  # what a browser that signed in sends

        def run(name: str, seconds: float) -> Figures:
            if name == PAIR:
                return pairs.burden(site, opened_at, form, seconds=seconds, connections=CONNECTIONS)
            address, asked = (hello, ["/"]) if name == BASELINE else (site, scans)
            return load.burden(
                address, asked, seconds=seconds, folder=on.data_dir, connections=CONNECTIONS
            )

        for name in NAMES:
            run(name, WARMING_SECONDS)
        for _round in range(on.length.rounds):
            for name in NAMES:
                with _counting(on.database, lines, name):
                    runs.setdefault(name, []).append(run(name, on.length.seconds))
    return [Row(name, households, load.medians(runs[name]), lines[name]) for name in NAMES]


SCAN, PAIR = "masked record with its line", "purpose stated, then the record (two requests)"
NAMES = (BASELINE, SCAN, PAIR)


@contextmanager
def _counting(database: Database, lines: dict[str, int], name: str) -> Iterator[None]:
    """Add up the lines that the ledger gains meanwhile."""
    before = _lines(database)
    yield
    lines[name] = lines.get(name, 0) + _lines(database) - before


def _lines(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(LedgerLine)) or 0


def held_open(on: Stage) -> list[str]:
    """Hold records open for their villages' cadres, all over the register: paths with cookies."""
    draw = random.Random(20260301)  # noqa: S311 - the same households in every run
    moment = clock.now()
    with on.database.unit_of_work() as session:
        scope.open_scope(session, COUNTY)
        numbers = session.scalar(select(func.max(Household.id))) or 0
        drawn = sorted({draw.randint(1, numbers) for _ in range(ASKED)})
        found = select(Household.id, Household.division_code).where(Household.id.in_(drawn))
        homes = session.execute(found.order_by(Household.id)).all()
        rows: list[dict[str, Any]] = [
            {
                "staff_id": on.cadres.ids[home.division_code],
                "household_id": home.id,
                "division_code": home.division_code,
                "purpose": "visit",
                "opened_at": moment,
                "closes_at": moment + timedelta(hours=1),  # longer than a run, not ten minutes
            }
            for home in homes
        ]
        made = insert(Opening).returning(Opening.id, sort_by_parameter_order=True)
        ids = session.scalars(made, rows).all()
    asked = [
        f"/console/records/{number}\t{on.cadres.cookies[row['division_code']]}"
        for number, row in zip(ids, rows, strict=True)
    ]
    draw.shuffle(asked)
    return asked


def doors(on: Stage) -> list[Pair]:
    """List the doors a purpose can be stated at, with the cookie of the village's cadre."""
    with on.database.unit_of_work() as session:
        scope.open_scope(session, COUNTY)
        lived_behind = select(Doorplate.code, Household.division_code).join(
            Household, Household.door_id == Doorplate.door_id
        )
        rows = session.execute(lived_behind.order_by(Household.id)).all()
    return [Pair(row.code, on.cadres.cookies[row.division_code]) for row in rows]


def table(rows: Sequence[Row]) -> str:
    """Lay out scans by the size of the register, beside the bare Flask hello of the same rounds."""
    hellos = {row.households: row.figures.per_second for row in rows if row.name == BASELINE}
    lines = [
        f"| scans at {CONNECTIONS} connections | households | a second | times Flask hello"
        " | p50 ms | p99 ms | lines written |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        one = row.figures
        lines.append(
            f"| {row.name} | {row.households:,} | {one.per_second:,.0f}"
            f" | {one.per_second / hellos[row.households]:.3f} | {one.p50_ms:.1f}"
            f" | {one.p99_ms:.1f} | {row.lines or ''} |"
        )
    return "\n".join([*lines, "", *_growth(rows)])


def _growth(rows: Sequence[Row]) -> list[str]:
    """Say by how much a scan slows down between the smallest and the largest register."""
    scans = [row for row in rows if row.name == SCAN]
    hellos = [row for row in rows if row.name == BASELINE]
    if len(scans) < 2:
        return []
    first, last = scans[0].figures, scans[-1].figures
    # The machine itself is not the same all along: the hello of each size says by how much.
    drift = hellos[0].figures.per_second / hellos[-1].figures.per_second
    slower = first.per_second / last.per_second
    return [
        f"From {scans[0].households:,} to {scans[-1].households:,} households a scan takes"
        f" {slower:.2f} times as long ({slower / drift:.2f} beside the hello of the same rounds)."
    ]


if __name__ == "__main__":
    with servers.running() as folder:
        _owner, _database = servers.connect()
        _county = county.load(_database, items=100)
        _on = stage(_owner, _database, _county, data_dir=folder, length=Length(seconds=3, rounds=3))
        _size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[0]
        grow(_on, households=_size, before=NOBODY)
        sys.stdout.write(table(measure(_on, households=_size)) + "\n")
