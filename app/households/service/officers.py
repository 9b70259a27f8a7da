"""Assistance officers (帮扶责任人): who is responsible for a household, a group, and hand-over."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households.errors import OfficerUnfit
from app.households.models.register import Household
from app.households.schemas import Note
from app.households.schemas.acts import Seen, Why
from app.households.service import acts
from app.households.service.keepers import require_keep
from app.identity import queries as identity
from app.identity import roles
from app.kernel import scope
from app.kernel.access import Actor
from app.kernel.errors import Forbidden
from app.places import queries as places


def assign_officer(
    session: Session, seen: Seen, *, staff_id: int | None, actor: Actor, why: Why
) -> Household:
    """Make someone responsible for a household, or nobody.

    Raises as `acts.hold` does, `StaffNotFound`, and `OfficerUnfit` for a closed account.
    """
    household = acts.hold(session, seen, actor=actor)
    if staff_id is not None:
        _require_open(session, staff_id)
    _put(session, household, staff_id, by=actor, why=why)
    return household


def assign_officer_to_group(
    session: Session,
    *,
    division_code: str,
    group: str | None,
    staff_id: int,
    actor: Actor,
    why: Why,
) -> int:
    """Make someone responsible for every household of a group (a code or a name), or of a village.

    Gives how many changed. Raises `Forbidden`, `StaffNotFound` and `OfficerUnfit`.
    """
    require_keep(actor, division_code)
    _require_open(session, staff_id)
    scope.open_scope(session, division_code)
    query = select(Household).where(
        Household.division_code == division_code,
        Household.state == "active",
        Household.assistance_officer_id.is_distinct_from(staff_id),
    )
    if group is not None:
        query = query.where((Household.group_code == group) | (Household.group_label == group))
    return _put_all(session, _held(session, query), staff_id, by=actor, why=why)


def hand_over(session: Session, *, from_staff_id: int, to_staff_id: int, actor: Actor) -> int:
    """Make the successor responsible for every household of a leaving member of staff.

    Gives how many. The actor must administer accounts or keep the register at every one of them:
    else `Forbidden`, and nothing changes. Raises `StaffNotFound` and `OfficerUnfit`.
    """
    _require_open(session, to_staff_id)
    if not (actor.may_somewhere(roles.ACCOUNTS) or actor.may_somewhere(roles.HOUSEHOLDS_KEEP)):
        line = Line(actor, "hand_over", identity.get(session, from_staff_id).division_code)
        raise Forbidden(afterwards=audit.denial(line))
    why, changed = Why("handover"), 0
    for county in places.counties(session):
        scope.open_scope(session, county)
        query = select(Household).where(Household.assistance_officer_id == from_staff_id)
        households = _held(session, query)
        for household in households:
            if not any(
                actor.may(right, division_code=household.division_code)
                for right in (roles.ACCOUNTS, roles.HOUSEHOLDS_KEEP)
            ):
                line = Line(actor, "change", household.division_code, household_id=household.id)
                raise Forbidden(afterwards=audit.denial(line))
        changed += _put_all(session, households, to_staff_id, by=actor, why=why)
    return changed


def _held(session: Session, query: Select[Household]) -> Sequence[Household]:
    ordered = query.order_by(Household.id).with_for_update()
    return session.scalars(ordered.execution_options(populate_existing=True)).all()


def _put_all(
    session: Session, households: Sequence[Household], staff_id: int, *, by: Actor, why: Why
) -> int:
    for household in households:
        _put(session, household, staff_id, by=by, why=why)
    return len(households)


def _put(
    session: Session, household: Household, staff_id: int | None, *, by: Actor, why: Why
) -> None:
    before, household.assistance_officer_id = household.assistance_officer_id, staff_id
    if before == staff_id:
        return
    note = Note(
        "officer_assigned",
        (),
        why.source,
        before={"staff": str(before) if before else None},
        after={"staff": str(staff_id) if staff_id else None},
        reason=why.reason,
    )
    acts.finish(session, household, by=by, note=note)


def _require_open(session: Session, staff_id: int) -> None:
    if identity.get(session, staff_id).disabled_at is not None:
        raise OfficerUnfit
