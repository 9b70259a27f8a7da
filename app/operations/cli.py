"""`sunshine jobs`: what waits, what failed and why, and the way to try it again."""

from __future__ import annotations

import click

from app.kernel import clock, key_file, migrate, outbox
from app.kernel.command_line import database_of, stop
from app.kernel.errors import SunshineError
from app.kernel.settings import Settings, get_settings

STATES = {
    outbox.State.PENDING: "待排队",
    outbox.State.ENQUEUED: "已排队",
    outbox.State.DONE: "已完成",
    outbox.State.FAILED: "已失败",
}


@click.group()
def jobs() -> None:
    """后台任务：查看、重试。"""


@jobs.command("list")
def list_jobs() -> None:
    """列出各状态的任务数，以及失败的任务、次数、原因和时间。"""
    with database_of(get_settings()).reading() as session:
        numbers, failed = outbox.counts(session), outbox.list_failed(session)
    click.echo("  ".join(f"{word} {numbers.get(state, 0)}" for state, word in STATES.items()))
    if failed:
        click.echo("\t".join(("编号", "任务", "次数", "原因", "时间")))
    for row in failed:
        moment = clock.local(row.done_at or row.available_at)
        facts = (row.id, row.task, row.attempts, row.last_error, f"{moment:%Y-%m-%d %H:%M:%S}")
        click.echo("\t".join(str(fact) for fact in facts))


@jobs.command()
@click.argument("row_id", metavar="[编号]", type=int, required=False)
@click.option("--all", "every", is_flag=True, help="重试所有失败的任务。")
def retry(row_id: int | None, *, every: bool) -> None:
    """重新排队一个失败的任务，或用 --all 重试全部。"""
    if (row_id is None) != every:
        raise click.UsageError("请给出一个任务编号，或者用 --all。")
    with database_of(get_settings()).unit_of_work() as session:
        try:
            if row_id is None:
                number = outbox.retry_all(session)
            else:
                number = 1
                outbox.retry(session, row_id=row_id)
        except SunshineError as error:
            raise click.ClickException(error.sentence) from None
    click.echo(f"已重新排队 {number} 个任务。")


@click.command("migrate")
def migrate_schema() -> None:
    """把数据库结构升级到这个版本，并给应用角色授权。"""
    bring_up_to_date(get_settings())


def bring_up_to_date(settings: Settings) -> None:
    """Migrate as the owner; ends the command with a sentence where that cannot be."""
    if not settings.database_url or not settings.database_owner_url:
        stop("升级数据库结构需要 DATABASE_URL（应用角色）和 DATABASE_OWNER_URL（所有者）。")
    try:
        migrate.upgrade(settings.database_owner_url, app_url=settings.database_url)
    except ValueError:
        stop("DATABASE_URL 和 DATABASE_OWNER_URL 必须是两个不同的角色。")
    click.echo(f"数据库结构：{migrate.newest_revision()}")
    if settings.env != "production" and key_file.create(
        settings.keys_path, algorithm=settings.keys_algorithm
    ):
        click.echo("已生成密钥文件。")
