"""Bringing rosters in, a village a file: `python -m bench.rosters --households 200000`.

Two worker processes take the files one after the other, as two workers of the platform do. What is
measured is all they do with a file: open the sealed workbook, read and check it, write the dry run,
enter its households, delete it. Writing the files beforehand is not.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import xlsxwriter
from sqlalchemy import func, select, text

from app.households.models.register import Household
from app.households.queries import imports as queries
from app.households.service import importing
from app.kernel import logs
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from bench import county, register_county, servers

WORKERS = 2
EACH = 800  # households a village, as 250 villages are 200,000
BEYOND = 500 * register_county.BIRTHS  # sequence numbers that the made-up register does not use
COUNTY_HOUSEHOLDS = 200_000
HEADINGS = ("组别", "门牌号", "姓名", "与户主关系", "身份证号", "联系电话", "出生日期")
RELATIONS = ("户主", "配偶", "长子", "次女")
Timing = tuple[float, float]
"""Seconds of reading and of entering."""


def measure(
    database: Database, villages: Sequence[str], *, households: int, files_dir: Path
) -> list[tuple[str, str]]:
    """Bring that many households in; they must all be in the register afterwards."""
    before = _count(database)
    waiting = list(_uploaded(database, villages, households=households, files_dir=files_dir))
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(WORKERS) as processes:
        timings = processes.map(_work, [(one, str(files_dir)) for one in waiting], chunksize=1)
    seconds = time.perf_counter() - began
    assert _count(database) - before == households
    reading, entering = (sum(part) for part in zip(*timings, strict=True))
    rate = households / seconds
    minutes = COUNTY_HOUSEHOLDS / rate / 60
    return [
        (
            f"importing {households:,} households from {len(waiting)} .xlsx rosters, two workers",
            f"{seconds:.1f} s ({rate:,.0f} households a second; 200,000 in {minutes:.1f} min)",
        ),
        (
            "of it reading with the dry run, and entering, a household",
            f"{reading / households * 1000:.1f} ms and {entering / households * 1000:.1f} ms",
        ),
    ]


def _count(database: Database) -> int:
    with database.unit_of_work() as session:
        session.execute(
            text("SELECT set_config('app.scope', :code, true)"), {"code": servers.COUNTY}
        )
        return session.scalar(select(func.count()).select_from(Household)) or 0


def _uploaded(
    database: Database, villages: Sequence[str], *, households: int, files_dir: Path
) -> Iterator[int]:
    """Upload a roster for each village and take its columns as guessed; gives the imports."""
    person = BEYOND
    for village in villages:
        size = min(EACH, households)
        households -= size
        if not size:
            return
        content, person = _workbook(size, first_person=person)
        with database.unit_of_work() as session:
            row = importing.upload(
                session,
                division_code=village,
                file_name="roster.xlsx",
                content=content,
                actor=OPERATOR,
                files_dir=files_dir,
            )
            columns = {one.index: one.field for one in queries.layout(session, row).columns}
            importing.set_mapping(session, row.id, columns=columns, actor=OPERATOR)
            yield row.id
    assert not households, "more households than villages of EACH hold"


def _workbook(households: int, *, first_person: int) -> tuple[bytes, int]:
    """Write a roster with 3 and 4 people to a household by turns; gives the next person too."""
    content, person = io.BytesIO(), first_person
    book = xlsxwriter.Workbook(content, {"in_memory": True, "constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    line = 1
    for number in range(households):
        for place in range(register_county.MEMBERS[number % 2]):
            home = (f"{number % 12 + 1}组", f"{number // 12 + 1}号") if place == 0 else ("", "")
            identity = register_county.id_number_of(person)
            phone = f"19{person % 10**9:09d}" if place < 2 else ""
            born = f"{identity[6:10]}.{int(identity[10:12])}.{int(identity[12:14])}"
            name = register_county.name_of(person)
            sheet.write_row(line, 0, (*home, name, RELATIONS[place], identity, phone, born))
            line, person = line + 1, person + 1
    book.close()
    return content.getvalue(), person


def _work(job: tuple[int, str]) -> Timing:
    """Do what a worker does with an import, from the uploaded file to the last household."""
    import_id, folder = job
    logs.configure("error")
    _owner, database = servers.connect()
    files_dir = Path(folder)
    began = time.perf_counter()
    importing.read(database, import_id=import_id, files_dir=files_dir)
    read = time.perf_counter()
    with database.unit_of_work() as session:
        importing.start(session, import_id, actor=OPERATOR)
    importing.run(database, import_id=import_id, files_dir=files_dir)
    done = time.perf_counter()
    database.dispose()
    return read - began, done - read


@click.command()
@click.option("--households", default=COUNTY_HOUSEHOLDS, show_default=True)
def main(households: int) -> None:
    """Bring a whole county's rosters in."""
    logs.configure("warning")
    with servers.running() as data_dir:
        owner, database = servers.connect()
        loaded = county.load(database, items=300)
        figures = measure(
            database, loaded.villages, households=households, files_dir=data_dir / "files"
        )
        owner.dispose()
        database.dispose()
    for label, figure in figures:
        click.echo(f"{label:75} {figure}")
    click.echo(f"{os.cpu_count()} processors")


if __name__ == "__main__":
    main()
