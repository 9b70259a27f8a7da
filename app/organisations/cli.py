"""`sunshine organisations`: import the offices and units, list those of a place."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.kernel import access
from app.kernel.command_line import with_database
from app.organisations import queries, service
from app.places import queries as places


@click.group()
def organisations() -> None:
    """机构和单位：导入、列出。"""


@organisations.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_database
def import_file(session: Session, file: Path) -> str:
    """导入单位表 FILE（CSV：key,name,kind,division_code,phone,address,hours,duty）。"""
    summary = service.import_organisations(
        session, content=file.read_bytes(), actor=access.OPERATOR
    )
    return f"新增 {summary.added} 个，修改 {summary.changed} 个，未变 {summary.unchanged} 个。"


@organisations.command("list")
@click.argument("code")
@with_database
def list_of_division(session: Session, code: str) -> str:
    """列出区划 CODE 的单位。"""
    places.get(session, code)
    found = queries.for_division(session, code)
    return "\n".join(f"{one.key or one.id} {one.name} {one.phone}" for one in found) or "没有单位。"
