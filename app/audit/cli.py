"""`sunshine audit`: check the ledger, and carry its signed head out of the database."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.audit import service
from app.audit.schemas import Report
from app.audit.service import Head
from app.kernel import clock
from app.kernel.command_line import database_of, stop, translated, with_database
from app.kernel.settings import get_settings

SHOWN = 50


@click.group()
def audit() -> None:
    """查看记录账本：核对、导出链头。"""


@audit.command("verify")
@click.option(
    "--heads",
    "file",
    metavar="文件",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="导出的链头文件；不给就只和数据库里的链头核对。",
)
@click.option("--key", metavar="公钥", help="和链头一起保存的公钥（十六进制）；不给就用密钥文件。")
@translated
def verify_ledger(file: Path | None, key: str | None) -> None:
    """核对每一条查看记录，找出改过、删掉、后添和重做的；有发现时以状态 1 结束。"""
    exported = service.read(file.read_text("utf-8").splitlines()) if file else []
    report = _verified(exported, key)
    click.echo(
        f"封存 {report.sealed} 条，待封存 {report.waiting} 条，核对链头 {report.heads} 个，"
        f"已到期删除 {report.months_dropped} 个月。"
    )
    if report.found:
        more = [f"还有 {report.found - SHOWN} 处没有列出。"] if report.found > SHOWN else []
        told = [finding.sentence for finding in report.findings[:SHOWN]]
        stop(*told, *more, f"发现 {report.found} 处问题。")
    click.echo("没有发现问题。")
    if file is None:
        click.echo("没有用数据库以外的链头核对：整条链重做而链头也换掉的，这样发现不了。")


def _verified(exported: list[Head], key: str | None) -> Report:
    """Check against one moment of the database, however long it takes."""
    with database_of(get_settings()).unit_of_work() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return service.verify(session, exported=exported, key=key)


@audit.command("export-head")
@with_database
def export_head(session: Session) -> str:
    """给现在的链头签名，写进 DATA_DIR/audit-heads/heads.jsonl。"""
    path = service.export(session, data_dir=get_settings().data_dir)
    if path is None:
        return "还没有封存的查看记录。"
    return f"已写入 {path}\n公钥 {service.public_key(session)}（请和链头一起保存到别处）"


@audit.command("close-months")
@with_database
def close_months(session: Session) -> str:
    """删除超过 36 个月的查看记录，只留下各月的结束哈希。"""
    closed = service.close_months(session)
    names = "、".join(f"{month:%Y-%m}" for month in closed)
    return f"已删除 {names}。" if closed else f"没有到期的月份（{clock.today():%Y-%m-%d}）。"
