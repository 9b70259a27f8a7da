"""`sunshine catalogue`: bring a field's catalogue in, load the examples, list what holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.catalogue import queries, service
from app.catalogue.errors import FieldUnknown
from app.catalogue.models import LowerPlaces, VersionState
from app.catalogue.schemas import Comparison, FieldIn
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.command_line import with_database
from app.kernel.settings import get_settings

DATE = click.DateTime(["%Y-%m-%d"])
STATES = {"draft": "草稿", "effective": "现行", "superseded": "已被替代"}


@click.group()
def catalogue() -> None:
    """标准目录：导入、示例、列出。"""


@catalogue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--field", "code", required=True, help="领域代码，例如 social_assistance。")
@click.option("--name", default="", help="领域名称，新领域要给。")
@click.option(
    "--places", type=click.Choice([one.value for one in LowerPlaces]), help="乡、村级指乡镇还是村。"
)
@click.option("--from", "effective_from", type=DATE, help="从哪一天起生效；不给就只存草稿。")
@click.option("--dry-run", is_flag=True, help="只核对，不写入。")
@with_database
def import_file(  # noqa: PLR0913 - the options of the command
    session: Session,
    file: Path,
    *,
    code: str,
    name: str,
    places: str | None,
    effective_from: datetime | None,
    dry_run: bool,
) -> str:
    """导入标准目录 FILE（.xlsx 或 .csv，十栏标准样式）。"""
    field = _field(session, code, name, places)
    content = file.read_bytes()
    plan = service.dry_run(session, field=field, content=content)
    told = [f"第 {number} 行：{sentence}" for number, sentence in plan.reading.remarks]
    if dry_run:
        told += [f"第 {number} 行：{sentence}" for number, sentence in plan.reading.faults]
        return "\n".join([*told, _summary(plan.comparison)])
    county = get_settings().county_code
    version = service.import_draft(
        session,
        field=field,
        content=content,
        file_name=file.name,
        county_code=county,
        actor=OPERATOR,
    )
    told.append(f"{field.name} 第 {version.number} 版，编号 {version.id}。")
    if effective_from is not None:
        service.take_into_force(
            session,
            version_id=version.id,
            effective_from=effective_from.date(),
            county_code=county,
            actor=OPERATOR,
        )
        told.append(f"从 {effective_from.date()} 起生效。")
    return "\n".join([*told, _summary(plan.comparison)])


@catalogue.command("load-examples")
@with_database
def load_examples(session: Session) -> str:
    """装入自带的示例：十个试点领域和村级三务；已有目录的领域不动。"""
    names = service.load_examples(
        session,
        effective_from=clock.today().replace(day=1),
        county_code=get_settings().county_code,
        actor=OPERATOR,
    )
    return f"装入 {len(names)} 个领域：{'、'.join(names)}。" if names else "各领域都已有目录。"


@catalogue.command("list")
@with_database
def list_versions(session: Session) -> str:
    """列出各领域的各版目录。"""
    counts = queries.entry_counts(session)
    lines = [
        f"{one.id}\t{one.field_code}\t{one.field_name}\t第 {one.number} 版\t{STATES[one.state]}"
        f"\t{one.effective_from or ''}\t{counts.get(one.id, 0)} 项"
        for one in queries.versions(session)
        if one.state != VersionState.SUPERSEDED
    ]
    return "\n".join(lines) or "还没有目录。"


def _field(session: Session, code: str, name: str, places: str | None) -> FieldIn:
    known = service.known_fields().get(code)
    if known is not None and not name and places is None:
        return known
    before = known.lower_places if known else LowerPlaces.TOWNSHIPS
    called = name or (known.name if known else queries.fields(session).get(code, ""))
    try:
        return FieldIn(code=code, name=called, lower_places=LowerPlaces(places or before))
    except ValidationError as error:
        raise FieldUnknown from error


def _summary(changes: Comparison) -> str:
    return (
        f"新增 {len(changes.added)} 项，改动 {len(changes.changed)} 项，"
        f"减少 {len(changes.gone)} 项，未变 {changes.unchanged} 项。"
    )
