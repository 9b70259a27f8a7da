"""Staff in every state of signing in, and what waits for an administrator or a data steward."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.identity import queries, roles, service
from app.identity.schemas import NewAccount
from app.identity.service import second_factor
from app.kernel.access import OPERATOR, Actor, Grant

PASSWORD = "correct horse battery"
LONG_NAME = "欧阳上官诸葛司马·阿不都热依木·买买提江"


def set_up(session: Session, village: str) -> dict[str, int]:
    """Stage them; every one signs in with PASSWORD. Gives the numbers of accounts to be seen."""
    admin = _acting(session, "admin", roles.ACCOUNTS)
    for username, role in (("newcomer", "cadre"), ("enroller", "cadre"), ("coder", "clerk")):
        _open(session, admin, username, role, village)
    second_factor.give_second_factor(session, username="coder")
    waiting = _open(session, admin, "waiting", "cadre", village, name=LONG_NAME)
    second_factor.give_second_factor(session, username="waiting")
    service.ask_reset(
        session,
        staff_id=waiting,
        proof="本人带身份证到党政办公室，由两位同事当面核对，手机上周在赶场时丢了",
        actor=admin,
    )
    wanted = NewAccount(username="steward2", role="data_steward", division_code=village)
    service.open_account(session, wanted=wanted, password=PASSWORD, actor=OPERATOR)
    return {"waiting": waiting, "admin": admin.staff_id or 0}


def _acting(session: Session, username: str, *permissions: str) -> Actor:
    staff = queries.get_by_username(session, username)
    grants = tuple(Grant(one, staff.division_code) for one in permissions)
    return Actor(name=username, staff_id=staff.id, grants=grants, role=staff.role)


def _open(
    session: Session, admin: Actor, username: str, role: str, village: str, *, name: str = ""
) -> int:
    wanted = NewAccount(username=username, role=role, division_code=village, full_name=name)
    must_change = username == "newcomer"
    staff = service.open_account(
        session, wanted=wanted, password=PASSWORD, actor=admin, must_change=must_change
    )
    return staff.id
