"""Logging a visit, and mending one's own record of it within a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from psycopg.errors import UniqueViolation
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households.models.register import Household, Person
from app.households.queries import register
from app.households.service.register import next_ids
from app.identity import queries as identity
from app.kernel import clock, crypto, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.visits import queries
from app.visits.errors import BadVisit, FormUsedUp, VisitClosed
from app.visits.models.logbook import Visit, VisitChange
from app.visits.models.packs import Pack
from app.visits.schemas import VisitIn, VisitView, WrittenVisit
from app.visits.service import needs
from app.visits.service.rights import number_of, require_at, require_somewhere_in

MENDABLE = timedelta(hours=24)
OLDEST = timedelta(days=366)


def log_visit(session: Session, *, wanted: VisitIn, division_code: str, actor: Actor) -> Visit:
    """Write down a visit with the needs it brought; the same one sent twice is one visit.

    Opens the village's scope. Raises `Forbidden`, `HouseholdNotFound`, `BadVisit`, `OwnerUnfit`,
    or `FormUsedUp` where the form already wrote down another visit.
    """
    household = household_for(
        session, household_id=wanted.household_id, division_code=division_code, actor=actor
    )
    known = session.scalars(select(Visit).where(Visit.client_id == wanted.client_id)).one_or_none()
    if known is not None and known.staff_id == actor.staff_id:
        if known.household_id != household.id:
            raise FormUsedUp
        return known
    check(wanted)
    if not are_members(session, household=household, person_ids=wanted.met_person_ids):
        raise BadVisit("见到的人要从这一户的成员里选，别人请写在旁边的空格里。")
    try:
        with session.begin_nested():
            visit = write_visit(session, wanted=wanted, household=household, actor=actor)
    except IntegrityError as error:  # of a village or a colleague whose rows are not seen here
        if isinstance(error.orig, UniqueViolation):
            raise FormUsedUp from error
        raise
    scope.open_scope(session, division_code)  # its needs may have gone on to another village
    return visit


def household_for(
    session: Session, *, household_id: int, division_code: str, actor: Actor
) -> Household:
    """Open the village's scope and give the household, if the actor may log visits there.

    A right at one group is a right at the households of that group. Raises `Forbidden` or
    `HouseholdNotFound`.
    """
    require_somewhere_in(actor, division_code, household_id=household_id)
    scope.open_scope(session, division_code)
    household = register.get(session, household_id)
    require_at(actor, household)
    return household


def check(wanted: VisitIn) -> None:
    """Raise `BadVisit` for a day that cannot be."""
    today = clock.today()
    if not today - OLDEST <= wanted.visited_on <= today:
        raise BadVisit("走访日期要在今天或今天以前，一年以内。")


def are_members(session: Session, *, household: Household, person_ids: Sequence[int]) -> bool:
    """Tell whether these persons belong to the household today."""
    wanted = set(person_ids)
    query = select(Person.id).where(
        Person.household_id == household.id, Person.left_on.is_(None), Person.id.in_(wanted)
    )
    return set(session.scalars(query)) == wanted


def write_visit(
    session: Session,
    *,
    wanted: VisitIn,
    household: Household,
    actor: Actor,
    pack: Pack | None = None,
) -> Visit:
    """Write the row, its needs and its line in the ledger; everything was checked before.

    A visit out of a pack is its owner's, whoever sends or settles it.
    """
    staff_id, staff_name = number_of(actor), actor.name
    if pack is not None and pack.staff_id != staff_id:
        staff_id = pack.staff_id
        staff_name = identity.names(session, [staff_id]).get(staff_id, "")
    visit_id = next_ids(session, "visits", 1)[0]
    visit = Visit(
        id=visit_id,
        client_id=wanted.client_id,
        revision=wanted.revision,
        division_code=household.division_code,
        household_id=household.id,
        staff_id=staff_id,
        staff_name=staff_name,
        source="offline" if pack else "console",
        pack_id=pack.id if pack else None,
        logged_at=clock.now(),
        **_columns(session, visit_id, wanted),
    )
    session.add(visit)
    session.flush()
    open_new_needs(session, visit=visit, wanted=wanted, actor=actor, pack=pack)
    note(session, visit=visit, act="visit", actor=actor)
    return visit


def open_new_needs(
    session: Session, *, visit: Visit, wanted: VisitIn, actor: Actor, pack: Pack | None = None
) -> None:
    """Open the needs that a visit has not brought before; the others are followed up already."""
    had = {(need.category, need.text) for need in queries.needs_of_visit(session, visit.id)}
    new = [need for need in wanted.needs if (need.category, need.text) not in had]
    for need in new:
        heir = pack.heir_staff_id if pack else None
        needs.open_need(session, wanted=need, visit=visit, actor=actor, heir_staff_id=heir)
    if new:
        needs.follow_joined(
            session, household_id=visit.household_id, division_code=visit.division_code
        )


def read_visit(session: Session, *, visit_id: int, division_code: str, actor: Actor) -> VisitView:
    """Give a visit as it stands, and leave the line of that reading.

    Raises `Forbidden` or `VisitNotFound`.
    """
    number_of(actor)
    require_somewhere_in(actor, division_code)
    scope.open_scope(session, division_code)
    visit = queries.get_visit(session, visit_id=visit_id)
    require_at(actor, register.get(session, visit.household_id))
    note(session, visit=visit, act="open", actor=actor, fields=("visit",))
    return queries.view(session, visit)


def amend_visit(
    session: Session, *, visit_id: int, division_code: str, wanted: VisitIn, actor: Actor
) -> Visit:
    """Put another version in the place of one's own record, within 24 hours; the old one stays.

    Needs are followed up on their own and not changed here. Raises `Forbidden`, `VisitNotFound`,
    `VisitClosed` or `BadVisit`.
    """
    require_somewhere_in(actor, division_code)
    scope.open_scope(session, division_code)
    visit = queries.get_visit(session, visit_id=visit_id)
    household = register.get(session, visit.household_id)
    require_at(actor, household)
    if not may_amend(visit, actor):
        raise VisitClosed
    check(wanted)
    met = set(wanted.met_person_ids) - set(visit.met_person_ids)
    if not are_members(session, household=household, person_ids=sorted(met)):
        raise BadVisit("见到的人要从这一户的成员里选，别人请写在旁边的空格里。")
    replace_content(session, visit=visit, wanted=wanted, actor=actor)
    return visit


def may_amend(visit: Visit, actor: Actor) -> bool:
    """Tell whether it is the actor's own record of the last 24 hours."""
    return visit.staff_id == actor.staff_id and clock.now() - visit.logged_at <= MENDABLE


def replace_content(session: Session, *, visit: Visit, wanted: WrittenVisit, actor: Actor) -> None:
    """Keep the version that stands, sealed, and put another in its place."""
    change_id = next_ids(session, "visit_changes", 1)[0]
    before = as_written(session, visit).model_dump_json()
    sealed = crypto.seal_value(session, before, Place("visit_changes", change_id, "before"))
    session.add(
        VisitChange(
            id=change_id,
            visit_id=visit.id,
            division_code=visit.division_code,
            revision=visit.revision,
            before_sealed=sealed,
            staff_id=actor.staff_id,
            staff_name=actor.name,
            at=clock.now(),
        )
    )
    visit.revision, visit.changed_at = wanted.revision, clock.now()
    for name, value in _columns(session, visit.id, wanted).items():
        setattr(visit, name, value)
    session.flush()
    note(session, visit=visit, act="visit_change", actor=actor)


def as_written(session: Session, visit: Visit) -> WrittenVisit:
    """Give a visit as it stands, without its needs."""
    view = queries.view(session, visit)
    return WrittenVisit(
        client_id=visit.client_id,
        revision=visit.revision,
        household_id=visit.household_id,
        purpose=visit.purpose,
        visited_on=visit.visited_on,
        met_person_ids=list(visit.met_person_ids),
        met=view.met,
        notes=view.notes,
    )


def note(
    session: Session, *, visit: Visit, act: str, actor: Actor, fields: tuple[str, ...] = ()
) -> None:
    """Write the line that the household sees among the accesses to its record."""
    line = Line(
        who=actor,
        act=act,
        division_code=visit.division_code,
        household_id=visit.household_id,
        fields=fields,
        purpose=visit.purpose,
    )
    audit.record(session, line)


def _columns(session: Session, visit_id: int, wanted: WrittenVisit) -> dict[str, object]:
    def sealed(column: str, value: str) -> bytes | None:
        return crypto.seal_value(session, value or None, Place("visits", visit_id, column))

    return {
        "purpose": wanted.purpose,
        "visited_on": wanted.visited_on,
        "met_person_ids": sorted(set(wanted.met_person_ids)),
        "met_sealed": sealed("met", wanted.met),
        "notes_sealed": sealed("notes", wanted.notes),
    }
