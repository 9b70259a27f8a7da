"""`sunshine demo`: the demo county."""

from __future__ import annotations

import json
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.demo import loading
from app.doorplates.press import press_of
from app.kernel.command_line import database_of, stop
from app.kernel.db import Database
from app.kernel.errors import SunshineError
from app.kernel.settings import Settings, get_settings
from app.operations.cli import bring_up_to_date

ROSTER = "demo-roster.xlsx"


@click.group()
def demo() -> None:
    """演示县：真实地名，虚构内容。"""


@demo.command("load")
def load() -> None:
    """把演示县装进空的数据库，画好门牌印刷文件，写出 DATA_DIR/demo.json。"""
    settings = get_settings()
    if settings.env == "production":
        stop("正式环境不能装载演示数据。")
    click.echo(prepare_demo(database_of(settings), settings))


@demo.command("roster")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def roster(file: Path) -> None:
    """把演示村的虚构花名册（村里常见的样子，带错误）写进 FILE，试导入用。"""
    with database_of(get_settings()).reading() as session:
        loading.write_roster(session, file)
    click.echo(f"写好了：{file}")


@click.command("prepare")
@click.option("--demo/--no-demo", "with_demo", default=False)
def prepare(with_demo: bool) -> None:
    """启动前的准备：升级数据库结构；需要时装载演示县。"""
    settings = get_settings()
    bring_up_to_date(settings)
    if with_demo:
        click.echo(prepare_demo(database_of(settings), settings))


def prepare_demo(database: Database, settings: Settings) -> str:
    """Load the demo county where there is none, and see that demo.json tells the truth."""
    with database.unit_of_work() as session:
        if not loading.load(session):
            return "数据库里已有正式数据，没有装载演示县。"
    path = settings.data_dir / "demo.json"
    with database.reading() as session:
        if _still_true(session, path, settings):
            return "演示县已经装载。"
    try:
        pdf = loading.draw(database, press=press_of(settings))
    except SunshineError as error:
        return f"演示县已经装载，门牌印刷文件没有重画：{error.sentence}"
    messy = settings.data_dir / ROSTER
    with database.unit_of_work() as session:
        loading.write_roster(session, messy)
        facts = loading.describe(
            session,
            base_url=settings.base_url,
            sheets=pdf.resolve(),
            roster_file=messy.resolve(),
        )
        loading.write(path, facts)
    return f"演示县已经装载，账号和门牌见 {path}。"


def _still_true(session: Session, path: Path, settings: Settings) -> bool:
    """Tell whether demo.json speaks of this database, of its print file and of this address."""
    try:
        facts = json.loads(path.read_text())
        return (
            facts["base_url"] == settings.base_url
            and Path(facts["sheets"]).exists()
            and [one["username"] for one in facts["accounts"]] == loading.USERNAMES
            and Path(facts["roster"]).exists()
            and isinstance(facts["villagers"], list)
            and loading.has_plate(session, facts["plates"][0])
        )
    except (OSError, ValueError, LookupError):
        return False
