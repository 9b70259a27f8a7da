"""`sunshine identity`: accounts and tokens of staff."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from app.identity import queries, service
from app.identity.models import TokenKind
from app.identity.roles import ROLES
from app.kernel.command_line import with_database


@click.group()
def identity() -> None:
    """工作人员账号和接口令牌。"""


@identity.command("create")
@click.argument("username")
@click.option("--role", type=click.Choice(sorted(ROLES)), required=True)
@click.option("--division", required=True, help="区划代码：在这里和它的下级有效。")
@click.password_option(help="至少 12 个字符。")
@with_database
def create(session: Session, username: str, role: str, division: str, password: str) -> str:
    """开一个账号 USERNAME。"""
    service.create_staff(
        session, username=username, password=password, role=role, division_code=division
    )
    return f"已建立账号 {username}，角色 {role}，范围 {division}。"


@identity.command("token")
@click.argument("username")
@with_database
def token(session: Session, username: str) -> str:
    """给账号 USERNAME 发一个接口令牌，30 天有效。"""
    staff = queries.get_by_username(session, username)
    text, _expires_at = service.hand_out(session, staff=staff, kind=TokenKind.API)
    return text


@identity.command("disable")
@click.argument("username")
@with_database
def disable(session: Session, username: str) -> str:
    """立即停用账号 USERNAME。"""
    service.disable(session, username=username)
    return f"已停用账号 {username}。"
