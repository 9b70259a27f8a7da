"""What was measured, as the tables of docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from sqlalchemy import text

from app.kernel.db import Database
from bench import load
from bench.changing import ALLOWED_MS
from bench.reads import BASELINE, Length, Row

NOT_MEASURED = "NOT MEASURED"
BEGIN, END = "<!-- written by python -m bench: begin -->", "<!-- end -->"


@dataclass(frozen=True)
class Machine:
    """What the figures were measured on."""

    cores: int
    python: str
    postgres: str
    granian: str
    generator: str

    @property
    def sentence(self) -> str:
        """Describe it in one line."""
        return (
            f"{self.cores} cores, Python {self.python}, PostgreSQL {self.postgres},"
            f" granian {self.granian}; load: {self.generator}, on the same cores"
        )


def this_machine(database: Database) -> Machine:
    """Look at where this runs."""
    with database.reading() as session:
        postgres = str(session.scalar(text("SHOW server_version")))
    return Machine(
        os.cpu_count() or 1,
        platform.python_version(),
        postgres.partition(" ")[0],
        version("granian"),
        load.generator(),
    )


def reads_table(rows: Sequence[Row]) -> str:
    """Lay out the reads: a second, how many times the bare Flask hello, and how long they took."""
    hello = next((row.figures for row in rows if row.name == BASELINE), None)
    lines = [
        "| reads at 64 connections | a second | times Flask hello | p50 ms | p99 ms | checked |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        one = row.figures
        if one is None:
            lines.append(f"| {row.name} | {NOT_MEASURED} | | | | |")
            continue
        ratio = f"{one.per_second / hello.per_second:.2f}" if hello else NOT_MEASURED
        lines.append(
            f"| {row.name} | {one.per_second:,.0f} | {ratio} | {one.p50_ms:.2f} | {one.p99_ms:.2f}"
            f" | {row.checked or ''} |"
        )
    return "\n".join(lines)


def staleness_table(rows: Sequence[Row]) -> str:
    """Lay out how long changes took to be seen while the load ran."""
    lines = [
        "| after a commit, over ten connections | changes | last old answer, median ms | longest |"
        " new answer everywhere, median ms | longest |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        if not row.changes:
            continue
        old = [seen.last_old_ms for seen in row.changes]
        new = [seen.everywhere_ms for seen in row.changes]
        late = " TOO LONG" if max(old) > ALLOWED_MS else ""
        lines.append(
            f"| {row.name} | {len(old)} | {median(old):.0f} | {max(old):.0f}{late}"
            f" | {median(new):.0f} | {max(new):.0f} |"
        )
    return "\n".join(lines)


def figures_table(figures: Sequence[tuple[str, str]]) -> str:
    """Lay out everything that is not a read."""
    return "\n".join(
        [
            "| else | figure |",
            "| --- | --- |",
            *(f"| {name} | {value} |" for name, value in figures),
        ]
    )


def whole(machine: Machine, tables: Sequence[str], *, length: Length) -> str:
    """Put the report together."""
    how = f"`python -m bench`, medians of {length.rounds}, {length.seconds:g} s each."
    return "\n\n".join([how, machine.sentence + ".", *tables])


def write(path: Path, report: str) -> None:
    """Put the report into a document between its two marks; what is around them stays."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{report}\n{END}{after}", encoding="utf-8")
