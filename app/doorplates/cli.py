"""`sunshine doorplates`: issue, print, verify, revoke, replace, show."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.doorplates import codes, queries, service
from app.doorplates.press import press_of
from app.doorplates.schemas import DoorRow, Ground, Paper, SheetIn, Size
from app.doorplates.states import NAMES, REPORTS, State
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.command_line import database_of, stop, translated, with_database
from app.kernel.db import Database
from app.kernel.settings import Settings, get_settings
from app.places import queries as places

WATCH_EVERY = 0.3
BATCH = click.IntRange(1, 2**63 - 1)


def _as_printed(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    """Read a code as it stands on the plate, in groups, or as somebody wrote it down."""
    return codes.read_by_hand(text) or text


@click.group()
def doorplates() -> None:
    """门牌：发号、印制、核对、停用、更换、查询。"""


@doorplates.command("issue")
@click.argument("division")
@click.option("--count", type=int, help="发多少块。")
@click.option(
    "--list",
    "door_list",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="门牌清单（CSV：group,house_number,label）。",
)
@with_database
def issue(session: Session, division: str, count: int | None, door_list: Path | None) -> str:
    """给村 DIVISION 发一批门牌号：按数量，或者按清单。"""
    if (count is None) == (door_list is None):
        stop("--count 和 --list 要给一个，也只能给一个。")
    if count is not None:
        doors: int | list[DoorRow] = count
    else:
        content = (door_list or Path()).read_bytes()
        doors = service.read_door_list(session, division_code=division, content=content)
    batch = service.issue_batch(session, division_code=division, doors=doors, actor=OPERATOR)
    return f"已发 {batch.plates} 块门牌，批次 {batch.id}。"


@doorplates.command("sheets")
@click.argument("batch", type=BATCH)
@click.option("--size", type=click.Choice(["large", "medium", "small"]), default="small")
@click.option("--ground", type=click.Choice(["blue", "green"]), default="blue")
@click.option("--paper", type=click.Choice(["a4", "a3"]), default="a4")
@click.option("--here", is_flag=True, help="不等后台，在这个进程里画。")
@translated
def draw_sheets(batch: int, size: Size, ground: Ground, paper: Paper, here: bool) -> None:
    """画批次 BATCH 的印刷文件（PDF 和清单），显示进度。"""
    settings = get_settings()
    database = database_of(settings)
    wanted = SheetIn(size=size, ground=ground, paper=paper)
    with database.unit_of_work() as session:
        sheet_id = service.request_sheet(session, batch_id=batch, wanted=wanted, actor=OPERATOR).id
    if here:
        _draw(database, sheet_id, settings)
    _watch(database, sheet_id)
    with database.reading() as session:
        sheet = queries.get_sheet(session, sheet_id)
        if sheet.state == "failed":
            stop(sheet.fault or "没有画成。")
        pdf, manifest = service.sheet_files(sheet, files_dir=settings.files_dir)
    click.echo(f"{pdf.resolve()}\n{manifest.resolve()}")


def _draw(database: Database, sheet_id: int, settings: Settings) -> None:
    try:
        with database.unit_of_work() as session:
            service.draw_sheet(session, database, sheet_id=sheet_id, press=press_of(settings))
    except OSError:
        with database.reading() as session:
            stop(queries.get_sheet(session, sheet_id).fault or "磁盘写不进去。")


def _watch(database: Database, sheet_id: int) -> None:
    """Show a progress bar until the sheet is ready or has failed."""
    with database.reading() as session:
        total = queries.get_sheet(session, sheet_id).plates
    with click.progressbar(length=total, label="正在画") as bar:
        shown = 0
        while True:
            with database.reading() as session:
                sheet = queries.get_sheet(session, sheet_id)
            bar.update(sheet.drawn - shown)
            shown = sheet.drawn
            if sheet.state in ("ready", "failed"):
                return
            time.sleep(WATCH_EVERY)


@doorplates.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--batch", type=BATCH, help="只核对这一批。")
@click.option("--division", help="核对这个区划下所有已印制的门牌。")
@translated
def verify(file: Path, batch: int | None, division: str | None) -> None:
    """用印后扫出来的编码表 FILE 核对：缺了哪些、重了哪些、混进哪些、错了哪些。"""
    if (batch is None) == (division is None):
        stop("--batch 和 --division 要给一个，也只能给一个。")
    with database_of(get_settings()).reading() as session:
        if batch is not None:
            queries.get_batch(session, batch)
            issued = queries.codes_of_batch(session, batch)
        else:
            issued = queries.codes_of_division(session, places.get(session, division or "").code)
    found = service.verify_scanned(
        file.read_bytes(), issued=issued, base_url=get_settings().base_url
    )
    click.echo(f"应有 {len(issued)} 块，扫到 {found.scanned} 行。")
    for word, listed in (
        ("缺少", [f"{code} {issued[code]}" for code in found.missing]),
        ("重复", [f"{code} {issued[code]}" for code in found.doubled]),
        ("不属于这一批", found.foreign),
        ("编码有误", found.mistyped),
    ):
        click.echo(f"{word}：{len(listed)}")
        for line in listed:
            click.echo(f"  {line}")
    if not found.is_complete:
        raise click.exceptions.Exit(1)


@doorplates.command("revoke")
@click.argument("code", callback=_as_printed)
@click.option("--reason", required=True, help="停用原因。")
@with_database
def revoke(session: Session, code: str, reason: str) -> str:
    """停用门牌 CODE。"""
    view = service.revoke(session, code=code, reason=reason, actor=OPERATOR)
    return f"门牌 {view.serial} 已停用。"


@doorplates.command("replace")
@click.argument("code", callback=_as_printed)
@click.option("--reason", required=True, help="更换原因。")
@with_database
def replace(session: Session, code: str, reason: str) -> str:
    """给 CODE 所在的门换一块新门牌；旧码会告诉扫码的人已经更换。"""
    new = service.replace(session, code=code, reason=reason, actor=OPERATOR)
    return f"新门牌 {new.serial}，编码 {new.code}，批次 {new.batch_id}（待印制）。"


@doorplates.command("show")
@click.argument("code", callback=_as_printed)
@with_database
def show(session: Session, code: str) -> str:
    """显示门牌 CODE 的状态和经历。"""
    view = queries.find(session, code)
    village = places.get(session, view.division_code).short_name
    group = places.get(session, view.group_code).short_name if view.group_code else view.group_label
    door = (village, group, view.house_number, view.label)
    lines = [
        f"{codes.in_groups(view.code)}  {view.serial}  {NAMES[view.state]}",
        "  " + " ".join(part for part in door if part),
    ]
    for event in queries.events(session, view.id):
        moment = clock.local(event.at)
        lines.append(
            f"  {moment:%Y-%m-%d %H:%M} {NAMES[State(event.from_state)]} → "
            f"{NAMES[State(event.to_state)]}  {event.actor_name}  {event.reason}"
        )
    for report in queries.reports(session, view.id):
        lines.append(f"  {report.reported_on} 有人报告：{REPORTS[report.kind]}")
    since = clock.today() - timedelta(days=30)
    lines.append(f"  近 30 天扫码 {queries.scans(session, view.id, since=since)} 次")
    return "\n".join(lines)
