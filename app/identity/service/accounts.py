"""Accounts: opened, given a new password, closed."""

from __future__ import annotations

import re

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.identity import queries, roles
from app.identity.errors import (
    AccountClosed,
    AdminExists,
    BadUsername,
    NotYourOwn,
    OutsideYourScope,
    PasswordsDiffer,
    PasswordTooLong,
    PasswordUnchanged,
    PasswordWrong,
    UnknownRole,
    UsernameTaken,
)
from app.identity.models import GrantState, Staff, StaffGrant
from app.identity.schemas import NewAccount, Wish
from app.identity.service import granting, noting, passwords, pauses, tokens
from app.kernel import clock, turns
from app.kernel.access import OPERATOR, Actor
from app.places import queries as places

USERNAME = re.compile(r"[a-z0-9._-]{2,50}")


def open_account(
    session: Session, *, wanted: NewAccount, password: str, actor: Actor, must_change: bool = True
) -> Staff:
    """Open an account with a role at a place; what reads records waits for a data steward.

    Raises `BadUsername`, `UnknownRole`, `PasswordTooShort`, `UsernameTaken`, `DivisionNotFound`
    and what `granting` refuses.
    """
    digest = passwords.digest(password)
    staff = put(session, wanted=wanted, digest=digest, actor=actor)
    staff.must_change_password = must_change
    session.flush()
    return staff


def put(session: Session, *, wanted: NewAccount, digest: str, actor: Actor) -> Staff:
    """Write an account with its role; its password, kept as `digest`, must be changed."""
    if not USERNAME.fullmatch(wanted.username):
        raise BadUsername
    if wanted.role not in roles.ROLES:
        raise UnknownRole
    places.get(session, wanted.division_code)
    staff = Staff(
        username=wanted.username,
        full_name=wanted.full_name,
        password_hash=digest,
        must_change_password=True,
        role=wanted.role,
        division_code=wanted.division_code,
        organisation_id=wanted.organisation_id,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(staff)
    except IntegrityError as error:
        raise UsernameTaken from error
    noting.note(session, "account_open", staff=staff, actor=actor)
    wish = Wish(wanted.role, wanted.division_code, wanted.organisation_id, wanted.ends_on)
    granting.ask_role(session, staff=staff, wish=wish, actor=actor)
    return staff


def create_staff(
    session: Session, *, username: str, password: str, role: str, division_code: str
) -> Staff:
    """Open an account whose whole role holds at once, by the operator's own word."""
    wanted = NewAccount(username=username, role=role, division_code=division_code)
    staff = open_account(
        session, wanted=wanted, password=password, actor=OPERATOR, must_change=False
    )
    let_stand(session, staff)
    return staff


def let_stand(session: Session, staff: Staff) -> None:
    """Approve by the operator's own word what waits for an account."""
    session.execute(
        update(StaffGrant)
        .where(StaffGrant.staff_id == staff.id, StaffGrant.state == GrantState.PENDING)
        .values(state=GrantState.ACTIVE, decided_at=clock.now())
    )


def first_admin(session: Session, *, username: str, password: str, division_code: str) -> Staff:
    """Open the first administrator's account; raises `AdminExists` once there is one.

    Two that are opened at once wait for each other.
    """
    turns.take_turn(session, "identity.first_admin")
    if queries.anybody_holds(session, roles.ACCOUNTS):
        raise AdminExists
    wanted = NewAccount(username=username, role="admin", division_code=division_code)
    return open_account(session, wanted=wanted, password=password, actor=OPERATOR)


def set_password(
    session: Session, *, username: str, password: str, role: str, division_code: str
) -> None:
    """Give an account a new password and end its tokens; open it where there is none yet."""
    staff = session.scalars(select(Staff).where(Staff.username == username)).one_or_none()
    if staff is None:
        create_staff(
            session, username=username, password=password, role=role, division_code=division_code
        )
        return
    staff.password_hash = passwords.digest(password)
    tokens.revoke_all(session, staff.id)


def change_password(session: Session, *, current: str, new: str, again: str, actor: Actor) -> None:
    """Change the actor's own password and end the actor's other sessions.

    Raises `PasswordWrong` (and after some of them `SignInPaused`), `PasswordsDiffer`,
    `PasswordUnchanged`, `PasswordTooShort` and `PasswordTooLong`.
    """
    staff = queries.get(session, actor.staff_id or 0)
    marks = [pauses.mark(session, "account", staff.username)]
    pauses.require_none(session, marks)
    if not passwords.fits(staff.password_hash, current):
        raise PasswordWrong(afterwards=pauses.noting(marks))
    if new != again:
        raise PasswordsDiffer
    if new == current:
        raise PasswordUnchanged
    if len(new) > passwords.LONGEST:
        raise PasswordTooLong
    staff.password_hash = passwords.digest(new)
    staff.must_change_password = False
    tokens.revoke_others(session, actor=actor)


def reset_password(session: Session, *, staff_id: int, actor: Actor) -> str:
    """Give an account an initial password, shown once, and end its sessions.

    Its second factor stays. Where there is none yet, what a steward approved waits anew, since
    whoever knows the initial password could enrol one.
    """
    staff = within_scope(session, staff_id=staff_id, actor=actor)
    if staff.disabled_at is not None:
        raise AccountClosed
    password = passwords.draw()
    staff.password_hash = passwords.digest(password)
    staff.must_change_password = True
    tokens.revoke_all(session, staff.id)
    if staff.totp_enrolled_at is None:
        granting.let_wait(session, staff)
    session.flush()
    noting.note(session, "password_reset", staff=staff, actor=actor)
    return password


def disable(session: Session, *, username: str) -> None:
    """Close an account: its tokens stop working with this commit; raises `StaffNotFound`."""
    queries.get_by_username(session, username).disabled_at = clock.now()


def close_account(session: Session, *, staff_id: int, actor: Actor) -> None:
    """Close an account of the actor's scope, with everything that was handed out to it."""
    staff = within_scope(session, staff_id=staff_id, actor=actor)
    staff.disabled_at = staff.disabled_at or clock.now()
    tokens.revoke_all(session, staff.id)
    noting.note(session, "account_close", staff=staff, actor=actor)


def within_scope(
    session: Session, *, staff_id: int, actor: Actor, permission: str = roles.ACCOUNTS
) -> Staff:
    """Give an account that the actor may manage: it and all it holds lie within the actor's scope.

    `permission` is what the actor must hold at each of its places. Raises `StaffNotFound`,
    `NotYourOwn` or `OutsideYourScope`.
    """
    staff = queries.get(session, staff_id)
    if actor.staff_id == staff.id:
        raise NotYourOwn
    held = [(staff.division_code, staff.organisation_id)]
    held += [
        (grant.division_prefix, grant.organisation_id)
        for grant in queries.live_grants(session, staff.id)
    ]
    for code, organisation_id in held:
        if not actor.may(permission, division_code=code, organisation_id=organisation_id):
            raise OutsideYourScope
    return staff


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move the accounts and grants of a merged village to the village it became part of.

    What a steward approved for the smaller place waits to be approved for the larger one.
    """
    granting.let_wait_at(session, old_code)
    session.execute(
        update(StaffGrant)
        .where(StaffGrant.division_prefix == old_code)
        .values(division_prefix=new_code)
    )
    session.execute(
        update(Staff).where(Staff.division_code == old_code).values(division_code=new_code)
    )
