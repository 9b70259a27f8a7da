"""`sunshine up`."""

from __future__ import annotations

import sys

import click
from pydantic import ValidationError

from app.kernel.settings import Settings
from app.supervisor.output import Output
from app.supervisor.up import Start, bring_up


@click.command("up")
@click.option(
    "--demo/--no-demo",
    default=None,
    help="先装载演示县；开发环境默认装载。",
)
def up(demo: bool | None) -> None:
    """在前台启动整个平台；Ctrl-C 全部停止。"""
    output = Output()
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = ".".join(str(part) for part in fault["loc"]).upper()
            output.log("supervisor", f"can't start: {name}: {fault['msg']}")
        status = 2
    else:
        status = bring_up(Start(settings, demo), output)
    output.close()
    sys.exit(status)
