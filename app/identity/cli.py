"""`sunshine identity`: accounts and tokens of staff."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from app.identity import queries, service
from app.identity.errors import CodeWanted, OnlyForDemonstration
from app.identity.models import GrantState, TokenKind
from app.identity.roles import GRANTS_APPROVE, ROLES
from app.identity.schemas import NewAccount
from app.identity.service import second_factor
from app.kernel import deployment
from app.kernel.access import OPERATOR
from app.kernel.command_line import with_database


@click.group()
def identity() -> None:
    """工作人员账号和接口令牌。"""


@identity.command("first-admin")
@click.argument("username")
@click.option("--division", required=True, help="区划代码：管理这里和它的下级。")
@click.password_option(help="至少 12 个字符。")
@with_database
def first_admin(session: Session, username: str, division: str, password: str) -> str:
    """开第一个管理员 USERNAME；已有管理员时不再可用。"""
    service.first_admin(session, username=username, password=password, division_code=division)
    return f"已建立管理员 {username}，范围 {division}。请登录工作台，改密码并绑定动态验证码。"


@identity.command("create")
@click.argument("username")
@click.option("--role", type=click.Choice(sorted(set(ROLES) - {"admin"})), required=True)
@click.option("--division", required=True, help="区划代码：在这里和它的下级有效。")
@click.password_option(help="至少 12 个字符。")
@with_database
def create(session: Session, username: str, role: str, division: str, password: str) -> str:
    """开一个账号 USERNAME；看住户信息的授权等数据管理员批准，第一个数据管理员除外。"""
    first_steward = role == "data_steward" and not queries.anybody_holds(session, GRANTS_APPROVE)
    staff = service.open_account(
        session,
        wanted=NewAccount(username=username, role=role, division_code=division),
        password=password,
        actor=OPERATOR,
    )
    if first_steward:
        service.let_stand(session, staff)
    held = queries.live_grants(session, staff.id)
    waiting = sum(grant.state == GrantState.PENDING for grant in held)
    text = f"已建立账号 {username}，角色 {role}，范围 {division}。"
    return f"{text}其中 {waiting} 项授权等住户数据管理员批准。" if waiting else text


@identity.command("token")
@click.argument("username")
@with_database
def token(session: Session, username: str) -> str:
    """给账号 USERNAME 发一个接口令牌，30 天有效；要动态验证码的账号只能自己登录取得。"""
    staff = queries.get_by_username(session, username)
    held = queries.live_grants(session, staff.id)
    if queries.needs_second_factor((grant.permission, grant.ends_on) for grant in held):
        raise CodeWanted
    text, _expires_at = service.hand_out(session, staff=staff, kind=TokenKind.API, proved=False)
    return text


@identity.command("code")
@click.argument("username")
@with_database
def code(session: Session, username: str) -> str:
    """演示县专用：显示账号 USERNAME 现在的动态验证码。"""
    if not deployment.is_demonstration(session):
        raise OnlyForDemonstration
    return second_factor.current_code(session, staff=queries.get_by_username(session, username))


@identity.command("disable")
@click.argument("username")
@with_database
def disable(session: Session, username: str) -> str:
    """立即停用账号 USERNAME。"""
    service.disable(session, username=username)
    return f"已停用账号 {username}。"
