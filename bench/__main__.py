"""`python -m bench [--quick] [--write docs/performance.md]`: measure everything, report it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from app.kernel import logs
from bench import (
    county,
    desk,
    issuing,
    jobs,
    reads,
    records,
    register,
    report,
    rosters,
    servers,
    sheets,
    symbols,
)
from bench.reads import Length
from bench.register_county import NOBODY


@click.command()
@click.option("--quick", is_flag=True, help="short runs on a small county: a trial, no figures")
@click.option(
    "--write", "path", type=click.Path(exists=True, path_type=Path), help="the report's document"
)
def main(quick: bool, path: Path | None) -> None:
    """Measure the platform on this machine, on servers of its own, in about twenty minutes."""
    logs.configure("warning")
    length = Length(seconds=1, rounds=1) if quick else Length(seconds=3, rounds=3)
    with servers.running() as data_dir:
        owner, database = servers.connect()
        machine = report.this_machine(database)
        click.echo(f"{machine.sentence}\nloading the county ...", err=True)
        loaded = county.load(database, items=3_000 if quick else 30_000)
        county.analyze(owner)
        click.echo("reads ...", err=True)
        rows = reads.measure(database, loaded, data_dir=data_dir, length=length)
        click.echo(report.reads_table(rows) + "\n" + report.staleness_table(rows), err=True)
        click.echo("codes, the editorial desk ...", err=True)
        figures = issuing.measure(database, loaded, codes=2_000 if quick else 200_000)
        figures += desk.measure(database, loaded, quick=quick)
        click.echo("the register, and scans by cadres as it grows ...", err=True)
        on = records.stage(owner, database, loaded, data_dir=data_dir, length=length)
        scans, found = _grow(on, records.QUICK_SIZES if quick else records.SIZES)
        figures += found
        click.echo("rosters, symbols, sheets, jobs ...", err=True)
        figures += rosters.measure(
            database,
            loaded.villages,
            households=400 if quick else 8_000,
            files_dir=data_dir / "files",
        )
        if not quick:
            figures += [*symbols.measure(), *sheets.measure(), *jobs.measure()]
        database.dispose()
        owner.dispose()
    tables = [report.reads_table(rows), report.staleness_table(rows), records.table(scans)]
    text = report.whole(machine, [*tables, report.figures_table(figures)], length=length)
    click.echo(text)
    if path is not None:
        report.write(path, text)


def _grow(
    on: records.Stage, sizes: Sequence[int]
) -> tuple[list[records.Row], list[tuple[str, str]]]:
    """Measure scans as the register grows, and look people up when it is a county's."""
    scans: list[records.Row] = []
    found: list[tuple[str, str]] = []
    before = NOBODY
    for households in sizes:
        if households == sizes[-2]:  # a county's size: people are looked up, nobody scans
            grown, found = register.measure(
                on.owner, on.database, on.county, households=households, before=before
            )
            records.furnish(on, before=before)
        else:
            grown = records.grow(on, households=households, before=before)
            scans += records.measure(on, households=households)
        before = grown
    click.echo(records.table(scans), err=True)
    return scans, found


if __name__ == "__main__":
    main()
