"""`python -m bench [--quick] [--write docs/performance.md]`: measure everything, report it."""

from __future__ import annotations

from pathlib import Path

import click

from app.kernel import logs
from bench import county, issuing, jobs, reads, register, report, servers, sheets, symbols
from bench.reads import Length


@click.command()
@click.option("--quick", is_flag=True, help="short runs on a small county: a trial, no figures")
@click.option(
    "--write", "path", type=click.Path(exists=True, path_type=Path), help="the report's document"
)
def main(quick: bool, path: Path | None) -> None:
    """Measure the platform on this machine, on servers of its own, in about five minutes."""
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
        click.echo("codes, symbols, sheets, jobs ...", err=True)
        figures = issuing.measure(database, loaded, codes=2_000 if quick else 200_000)
        click.echo("the register ...", err=True)
        figures += register.measure(owner, database, loaded, households=2_000 if quick else 200_000)
        if not quick:
            figures += [*symbols.measure(), *sheets.measure(), *jobs.measure()]
        database.dispose()
        owner.dispose()
    text = report.whole(machine, rows, figures, length=length)
    click.echo(text)
    if path is not None:
        report.write(path, text)


if __name__ == "__main__":
    main()
