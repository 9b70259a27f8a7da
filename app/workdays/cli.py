"""`sunshine workdays`: the holidays of a year, listed and mended."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy.orm import Session

from app.kernel.access import OPERATOR
from app.kernel.command_line import with_database
from app.kernel.settings import get_settings
from app.workdays import queries, service
from app.workdays.schemas import DayIn

DATE = click.DateTime(["%Y-%m-%d"])
YEAR = click.IntRange(2000, 2200)
WEEKDAYS = "一二三四五六日"


@click.group()
def workdays() -> None:
    """节假日和调休：列出、录入。"""


@workdays.command("seed")
@click.argument("year", type=YEAR)
@with_database
def seed(session: Session, year: int) -> str:
    """把程序自带的 YEAR 年放假安排写进表里；改过的日子不动。"""
    written = service.seed(session, year=year, county_code=_county(), actor=OPERATOR)
    return f"{year} 年写入 {written} 天。"


@workdays.command("list")
@click.argument("year", type=YEAR)
@with_database
def list_year(session: Session, year: int) -> str:
    """列出 YEAR 年的节假日和调休上班日。"""
    lines = [
        f"{one.day} 周{WEEKDAYS[one.day.weekday()]}"
        f"\t{'上班' if one.is_working else '放假'}\t{one.name}"
        for one in queries.of_year(session, year)
    ]
    if not queries.is_known(session, year):
        lines.append(f"{year} 年的放假安排还不知道（或没有录全），期限暂按周一到周五计算。")
    return "\n".join(lines)


@workdays.command("set")
@click.argument("day", type=DATE)
@click.option("--working/--holiday", "is_working", required=True, help="上班还是放假。")
@click.option("--name", required=True, type=str, help="名称，例如“春节”。")
@with_database
def set_day(session: Session, day: datetime, is_working: bool, name: str) -> str:
    """录入 DAY 这一天上班还是放假。"""
    wanted = DayIn(day=day.date(), is_working=is_working, name=name[:40] or "节假日")
    service.set_day(session, wanted=wanted, county_code=_county(), actor=OPERATOR)
    return f"{day.date()} 记为{'上班' if is_working else '放假'}。"


@workdays.command("unset")
@click.argument("day", type=DATE)
@with_database
def unset_day(session: Session, day: datetime) -> str:
    """撤回对 DAY 的录入。"""
    service.unset_day(session, day=day.date(), county_code=_county(), actor=OPERATOR)
    return f"{day.date()} 的录入已撤回。"


@workdays.command("complete")
@click.argument("year", type=YEAR)
@with_database
def complete(session: Session, year: int) -> str:
    """说明 YEAR 年的放假安排已经录全。"""
    service.declare_complete(session, year=year, county_code=_county(), actor=OPERATOR)
    return f"{year} 年标为已录全。"


def _county() -> str:
    return get_settings().county_code
