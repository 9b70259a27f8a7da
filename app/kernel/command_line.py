"""A command of `sunshine` as one unit of work: what it says is printed once it is committed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, NoReturn, ParamSpec

import click
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.kernel.db import Database, connect
from app.kernel.errors import SunshineError
from app.kernel.settings import Settings, get_settings, production_faults

P = ParamSpec("P")


def with_database(command: Callable[Concatenate[Session, P], str]) -> Callable[P, None]:
    """Run a command in a unit of work of its own; the text it returns is printed after the commit.

    The command takes the session first, then click's arguments, and acts as `access.OPERATOR`. A
    refusal undoes everything and ends with status 1 and its sentence on standard error, after one
    line for every pair of `facts["lines"]`, a list of (line number, sentence).
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with database_of(get_settings()).unit_of_work() as session:
            text = command(session, *args, **kwargs)
        click.echo(text)

    return translated(run)


def translated(command: Callable[P, None]) -> Callable[P, None]:
    """Let a command that opens its own units of work end with a sentence where it is refused."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except SunshineError as error:
            stop(*describe_lines(error), error.sentence)
        except OperationalError:
            stop("数据库连不上或者没有应答，请确认它已经启动，再看 DATABASE_URL 是否正确。")

    return run


def database_of(settings: Settings) -> Database:
    """Give the database of these settings; ends the command where none is set."""
    if faults := production_faults(settings):
        stop(*faults)
    if not settings.database_url:
        stop("没有设置 DATABASE_URL，也没有正在运行的平台（DATA_DIR），不知道要连接哪个数据库。")
    return connect(settings.database_url, settings.keys_path)


def describe_lines(error: SunshineError) -> list[str]:
    """Write one sentence for every bad line of a file that was refused."""
    lines = error.facts.get("lines")
    if not isinstance(lines, list):
        return []
    return [f"第 {number} 行：{sentence}" for number, sentence in lines]


def stop(*sentences: str) -> NoReturn:
    """Print the sentences to standard error and end with status 1."""
    for sentence in sentences:
        click.echo(sentence, err=True)
    raise click.exceptions.Exit(1)
