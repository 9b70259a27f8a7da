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
    """Accounts and tokens of staff."""


@identity.command("create")
@click.argument("username")
@click.option("--role", type=click.Choice(sorted(ROLES)), required=True)
@click.option("--division", required=True, help="division code: the role holds there and below")
@click.password_option(help="at least 12 characters")
@with_database
def create(session: Session, username: str, role: str, division: str, password: str) -> str:
    """Open an account."""
    service.create_staff(
        session, username=username, password=password, role=role, division_code=division
    )
    return f"已建立账号 {username}，角色 {role}，范围 {division}。"


@identity.command("token")
@click.argument("username")
@with_database
def token(session: Session, username: str) -> str:
    """Hand out an API token of an account, good for 30 days."""
    staff = queries.get_by_username(session, username)
    text, _expires_at = service.hand_out(session, staff=staff, kind=TokenKind.API)
    return text


@identity.command("disable")
@click.argument("username")
@with_database
def disable(session: Session, username: str) -> str:
    """Close an account at once."""
    service.disable(session, username=username)
    return f"已停用账号 {username}。"
