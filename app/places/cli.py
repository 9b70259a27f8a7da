"""`sunshine places`: import the divisions, look them up, merge villages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.kernel import access, clock
from app.kernel.command_line import with_database
from app.places import queries, service
from app.places.models import Level

LEVEL_WORDS = {
    Level.COUNTY: "县级",
    Level.TOWNSHIP: "乡级",
    Level.VILLAGE: "村级",
    Level.GROUP: "村民组",
}


@click.group()
def places() -> None:
    """行政区划：导入、查询、合并。"""


@places.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--effective-on", type=click.DateTime(["%Y-%m-%d"]), help="生效日期，默认今天。")
@click.option("--complete", is_flag=True, help="声明这张表是完整的，即使它会撤销多数下级区划。")
@with_database
def import_file(session: Session, file: Path, effective_on: datetime | None, complete: bool) -> str:
    """导入区划表 FILE（CSV：code,parent_code,level,name）。"""
    summary = service.import_divisions(
        session,
        content=file.read_bytes(),
        actor=access.OPERATOR,
        effective_on=effective_on.date() if effective_on else None,
        complete=complete,
    )
    return (
        f"新增 {summary.added} 个，改名 {summary.renamed} 个，撤销 {summary.closed} 个，"
        f"恢复 {summary.reopened} 个，未变 {summary.unchanged} 个。"
    )


@places.command()
@click.argument("code")
@with_database
def show(session: Session, code: str) -> str:
    """显示区划 CODE：所属、历史名称、去向和下级。"""
    lineage = queries.lineage(session, code)
    place = lineage[-1]
    lines = [f"{place.code} {place.name}（{LEVEL_WORDS[Level(place.level)]}）"]
    lines += [f"  属于 {above.code} {above.short_name}" for above in lineage[:-1]]
    for name in queries.history(session, code):
        until = f"到 {name.valid_to}" if name.valid_to else "至今"
        lines.append(f"  名称 {name.name}，{name.valid_from} {until}")
    if place.successor_code is not None:
        today = queries.get(session, queries.resolve(session, code))
        lines.append(f"  已并入 {today.code} {today.short_name}")
    below = queries.children(session, code)
    lines += [f"  下级 {child.code} {child.short_name}" for child in below]
    return "\n".join(lines)


@places.command()
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@with_database
def search(session: Session, text: str, limit: int) -> str:
    """按名称的一部分或代码的开头查找。"""
    found = queries.search(session, text, limit=limit)
    return "\n".join(f"{place.code} {place.name}" for place in found) or "没有找到。"


@places.command()
@click.argument("old_codes", nargs=-1, required=True, metavar="OLD...")
@click.option("--into", "new_code", required=True, metavar="NEW", help="并入的村的代码。")
@click.option(
    "--on", "effective_on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="合并日期。"
)
@with_database
def merge(
    session: Session, old_codes: tuple[str, ...], new_code: str, effective_on: datetime
) -> str:
    """把村 OLD... 并入村 NEW。"""
    day = effective_on.date()
    service.merge_villages(
        session,
        old_codes=old_codes,
        new_code=new_code,
        effective_on=day,
        actor=access.OPERATOR,
    )
    when = "已经生效" if day <= clock.today() else f"将在 {day} 生效"
    return f"{len(old_codes)} 个村并入 {new_code}，{when}。"
