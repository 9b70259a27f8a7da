"""`sunshine jobs`: what waits, what failed and why, and the way to try it again."""

from __future__ import annotations

import click

from app.kernel import clock, outbox
from app.kernel.db import Database, connect
from app.kernel.errors import SunshineError
from app.kernel.settings import get_settings

STATES = {
    outbox.State.PENDING: "待排队",
    outbox.State.ENQUEUED: "已排队",
    outbox.State.DONE: "已完成",
    outbox.State.FAILED: "已失败",
}


def _database() -> Database:
    url = get_settings().database_url
    if url is None:
        raise click.ClickException("没有设置 DATABASE_URL。")
    return connect(url)


@click.group()
def jobs() -> None:
    """后台任务：查看、重试。"""


@jobs.command("list")
def list_jobs() -> None:
    """列出各状态的任务数，以及失败的任务、次数、原因和时间。"""
    with _database().reading() as session:
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
    with _database().unit_of_work() as session:
        try:
            if row_id is None:
                number = outbox.retry_all(session)
            else:
                number = 1
                outbox.retry(session, row_id=row_id)
        except SunshineError as error:
            raise click.ClickException(error.sentence) from None
    click.echo(f"已重新排队 {number} 个任务。")
