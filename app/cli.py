"""The `sunshine` command: `sunshine <domain> <verb>`, and the platform's own verbs."""

from __future__ import annotations

import click
from sqlalchemy.exc import SQLAlchemyError

from app import registry
from app.demo.cli import prepare_demo
from app.kernel import deployment, migrate
from app.kernel.command_line import database_of, stop
from app.kernel.db import connect
from app.kernel.settings import Settings, get_settings
from app.supervisor.cli import up_command


@click.group()
@click.version_option(package_name="sunshine-liuzhi")
def main() -> None:
    """阳光六枝：一个县的政务公开平台。"""


@main.command("migrate")
def migrate_schema() -> None:
    """把数据库结构升级到这个版本，并给应用角色授权。"""
    _migrate(get_settings())


@main.command("prepare")
@click.option("--demo/--no-demo", default=False)
def prepare(demo: bool) -> None:
    """启动前的准备：升级数据库结构；需要时装载演示县。"""
    settings = get_settings()
    _migrate(settings)
    if demo:
        click.echo(prepare_demo(database_of(settings), settings))


def _migrate(settings: Settings) -> None:
    if not settings.database_url or not settings.database_owner_url:
        stop("升级数据库结构需要 DATABASE_URL（应用角色）和 DATABASE_OWNER_URL（所有者）。")
    try:
        migrate.upgrade(settings.database_owner_url, app_url=settings.database_url)
    except ValueError as error:
        stop(str(error))
    click.echo(f"数据库结构：{migrate.newest_revision()}")


def _holds_demo_data(url: str) -> bool:
    try:
        with connect(url).reading() as session:
            return deployment.is_demonstration(session)
    except SQLAlchemyError:
        return False  # no such table yet: an empty database


main.add_command(up_command(_holds_demo_data))
for command in registry.COMMANDS:
    main.add_command(command)

if __name__ == "__main__":
    main()
