"""Grants: asked for by an administrator of the place, approved by its data steward, ended."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from functools import partial

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.identity import queries, roles
from app.identity.errors import (
    AnotherAdministration,
    GrantDecided,
    GrantNotFound,
    GrantThere,
    LastDayPast,
    LastDayWanted,
    NotEnrolled,
    NotWhoAsked,
    NotYourOwn,
    OutsideYourScope,
    UnknownPermission,
    UnknownRole,
)
from app.identity.models import GrantState, Staff, StaffGrant
from app.identity.schemas import Wish
from app.identity.service import noting, tokens
from app.kernel import clock
from app.kernel.access import Actor
from app.organisations import queries as organisations
from app.places import queries as places

LONGEST_EXTRA = timedelta(days=366)


def ask_role(session: Session, *, staff: Staff, wish: Wish, actor: Actor) -> list[StaffGrant]:
    """Ask for every permission of a role; what is held or asked for already is left out."""
    if wish.name not in roles.ROLES:
        raise UnknownRole
    _check(session, staff=staff, wish=wish, actor=actor)
    check_administration(session, staff, roles.ROLES[wish.name])
    return [
        write(session, staff=staff, permission=permission, wish=wish, actor=actor)
        for permission in roles.ROLES[wish.name]
        if not stands(session, staff=staff, permission=permission, wish=wish)
    ]


def ask(session: Session, *, staff: Staff, wish: Wish, actor: Actor) -> StaffGrant:
    """Ask for one permission; raises `GrantThere` where it is held or asked for already."""
    if wish.name not in roles.PERMISSION_NAMES:
        raise UnknownPermission
    if wish.name in roles.EXTRA and (
        wish.ends_on is None or wish.ends_on > clock.today() + LONGEST_EXTRA
    ):
        raise LastDayWanted
    _check(session, staff=staff, wish=wish, actor=actor)
    check_administration(session, staff, (wish.name,))
    if stands(session, staff=staff, permission=wish.name, wish=wish):
        raise GrantThere
    return write(session, staff=staff, permission=wish.name, wish=wish, actor=actor)


def _check(session: Session, *, staff: Staff, wish: Wish, actor: Actor) -> None:
    """Let nobody ask for themselves, nor for more than their own grant to manage accounts covers.

    Two that ask for one account wait for each other.
    """
    if actor.staff_id == staff.id:
        raise NotYourOwn
    places.get(session, wish.division_prefix)
    if wish.organisation_id is not None:
        organisations.get(session, wish.organisation_id)
    for permission in roles.ROLES.get(wish.name, (wish.name,)):
        office = for_office(permission, wish).organisation_id
        if not actor.may(
            roles.ACCOUNTS, division_code=wish.division_prefix, organisation_id=office
        ):
            raise OutsideYourScope
    if wish.ends_on is not None and wish.ends_on < clock.today():
        raise LastDayPast
    session.scalars(select(Staff.id).where(Staff.id == staff.id).with_for_update()).one()


def for_office(permission: str, wish: Wish) -> Wish:
    """Take the office from a wish for what reads records: a household belongs to none.

    Nor does the steward's approval of it.
    """
    bound = permission not in roles.NEEDS_APPROVAL
    return wish if bound else dataclasses.replace(wish, organisation_id=None)


def check_administration(session: Session, staff: Staff, wanted: tuple[str, ...]) -> None:
    """Raise `AnotherAdministration` where one person would hold two of them."""
    held = {grant.permission for grant in queries.live_grants(session, staff.id)}
    if len((held | set(wanted)).intersection(roles.ADMINISTRATIONS)) > 1:
        raise AnotherAdministration


def stands(session: Session, *, staff: Staff, permission: str, wish: Wish) -> bool:
    """Tell whether a grant of at least the same place, office and time is there or waits."""
    wish = for_office(permission, wish)
    return any(
        grant.permission == permission
        and wish.division_prefix.startswith(grant.division_prefix)
        and grant.organisation_id in (None, wish.organisation_id)
        and _reaches(grant.ends_on, wish.ends_on)
        for grant in queries.live_grants(session, staff.id)
    )


def _reaches(held: date | None, wanted: date | None) -> bool:
    return held is None or (wanted is not None and wanted <= held)


def write(
    session: Session, *, staff: Staff, permission: str, wish: Wish, actor: Actor
) -> StaffGrant:
    """Write a grant down: one that needs approval waits, any other holds at once."""
    waits = permission in roles.NEEDS_APPROVAL
    wish = for_office(permission, wish)
    grant = StaffGrant(
        staff_id=staff.id,
        permission=permission,
        division_prefix=wish.division_prefix,
        organisation_id=wish.organisation_id,
        ends_on=wish.ends_on,
        role=wish.name if wish.name in roles.ROLES else "",
        state=GrantState.PENDING if waits else GrantState.ACTIVE,
        asked_by_id=actor.staff_id,
        asked_at=clock.now(),
    )
    session.add(grant)
    session.flush()
    _note(session, "grant_ask", grant, actor)
    return grant


def approve(session: Session, *, grant_id: int, actor: Actor) -> StaffGrant:
    """Let a grant that waits hold from now on.

    By a data steward of its place, who neither asked for it nor gets it, and only once the person
    has enrolled a second factor: until then whoever gave out the first password could sign in.
    """
    grant = _undecided(session, grant_id, actor)
    if grant.permission in roles.NEEDS_SECOND_FACTOR:
        staff = queries.get(session, grant.staff_id)
        if staff.totp_enrolled_at is None and not actor.is_operator:
            raise NotEnrolled
    if grant.permission in roles.READS_RECORDS:
        # Handed out for thirty days before there was anything to read.
        tokens.revoke_programs(session, grant.staff_id)
    return _decide(session, grant, GrantState.ACTIVE, actor)


def refuse(session: Session, *, grant_id: int, actor: Actor) -> StaffGrant:
    """Refuse a grant that waits."""
    return _decide(session, _undecided(session, grant_id, actor), GrantState.REFUSED, actor)


def _undecided(session: Session, grant_id: int, actor: Actor) -> StaffGrant:
    grant = _hold(session, grant_id)
    actor.require(
        roles.GRANTS_APPROVE,
        division_code=grant.division_prefix,
        organisation_id=grant.organisation_id,
    )
    if grant.state != GrantState.PENDING:
        raise GrantDecided
    if actor.staff_id is not None and actor.staff_id == grant.staff_id:
        raise NotYourOwn
    if actor.staff_id is not None and actor.staff_id == grant.asked_by_id:
        raise NotWhoAsked
    return grant


def _hold(session: Session, grant_id: int) -> StaffGrant:
    query = select(StaffGrant).where(StaffGrant.id == grant_id).with_for_update()
    grant = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if grant is None:
        raise GrantNotFound
    return grant


def _decide(session: Session, grant: StaffGrant, state: GrantState, actor: Actor) -> StaffGrant:
    grant.state, grant.decided_by_id, grant.decided_at = state, actor.staff_id, clock.now()
    session.flush()
    act = "grant_approve" if state == GrantState.ACTIVE else "grant_refuse"
    _note(session, act, grant, actor)
    return grant


def _note(session: Session, act: str, grant: StaffGrant, actor: Actor) -> None:
    staff = queries.get(session, grant.staff_id)
    what = roles.PERMISSION_NAMES.get(grant.permission, grant.permission)
    noting.note(session, act, staff=staff, actor=actor, at=grant.division_prefix, what=what)


def end(session: Session, *, grant_id: int, actor: Actor) -> StaffGrant:
    """End a grant, or take back the wish for it.

    By an administrator of the place, or its data steward.
    Nobody ends their own; a steward ends only what a steward approves.
    """
    grant = _hold(session, grant_id)
    may = partial(
        actor.may, division_code=grant.division_prefix, organisation_id=grant.organisation_id
    )
    allowed = may(roles.ACCOUNTS) or (
        grant.permission in roles.NEEDS_APPROVAL and may(roles.GRANTS_APPROVE)
    )
    if not allowed:
        raise OutsideYourScope
    if actor.staff_id == grant.staff_id:
        raise NotYourOwn
    if grant.state not in queries.LIVE:
        raise GrantDecided
    close(grant, actor)
    session.flush()
    _note(session, "grant_end", grant, actor)
    return grant


def close(grant: StaffGrant, actor: Actor) -> None:
    """Mark a grant as ended."""
    grant.state, grant.ended_by_id, grant.ended_at = GrantState.ENDED, actor.staff_id, clock.now()


def let_wait(session: Session, staff: Staff) -> None:
    """Let what a steward approved wait for approval anew: somebody else may know the password."""
    _let_wait(session, StaffGrant.staff_id == staff.id)


def let_wait_at(session: Session, division_prefix: str) -> None:
    """Let what a steward approved for a place wait anew, before the place becomes a larger one."""
    _let_wait(session, StaffGrant.division_prefix == division_prefix)


def _let_wait(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(
        update(StaffGrant)
        .where(
            which,
            StaffGrant.state == GrantState.ACTIVE,
            StaffGrant.permission.in_(roles.NEEDS_APPROVAL),
        )
        .values(state=GrantState.PENDING, decided_by_id=None, decided_at=None)
    )
