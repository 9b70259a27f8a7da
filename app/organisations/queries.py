"""Reads of the offices and units that are open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.kernel.access import Actor
from app.organisations.errors import OrganisationNotFound
from app.organisations.models import Kind, Organisation


def _open() -> Select[Organisation]:
    return select(Organisation).where(Organisation.closed_at.is_(None)).order_by(Organisation.id)


# Every village's page asks these two: built once, since building them costs more than running them.
_RESPONSIBLE = (
    _open()
    .where(
        Organisation.division_code == bindparam("code"),
        Organisation.kind.in_((Kind.VILLAGE_COMMITTEE, Kind.VILLAGE_SUPERVISION_COMMITTEE)),
    )
    .order_by(None)
    .order_by(Organisation.kind, Organisation.id)
)
_HOTLINES = (
    _open()
    .where(
        Organisation.kind == Kind.HOTLINE,
        Organisation.division_code.in_(bindparam("codes", expanding=True)),
    )
    .order_by(None)
    .order_by(func.length(Organisation.division_code).desc(), Organisation.id)
)


def name_of(organisation_id: SQLColumnExpression[int | None]) -> ScalarSelect[str]:
    """Give an expression for a query of one's own: the name of the office beside it."""
    found = select(Organisation.name).where(Organisation.id == organisation_id)
    return found.scalar_subquery()


def get(session: Session, organisation_id: int) -> Organisation:
    """Give one organisation, also a closed one; raises `OrganisationNotFound`."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise OrganisationNotFound
    return found


def by_key(session: Session, key: str) -> Organisation:
    """Give the organisation an imported table knows by this key; raises `OrganisationNotFound`."""
    found = session.scalars(select(Organisation).where(Organisation.key == key)).one_or_none()
    if found is None:
        raise OrganisationNotFound
    return found


def for_division(session: Session, code: str) -> Sequence[Organisation]:
    """List the organisations that belong to exactly this division, in the order they came."""
    return session.scalars(_open().where(Organisation.division_code == code)).all()


def speaking_for(
    session: Session, *, prefixes: Collection[str], organisation_ids: Collection[int]
) -> Sequence[Organisation]:
    """List the open offices of these divisions and what lies below them, and the named ones."""
    below = (Organisation.division_code.startswith(one, autoescape=True) for one in prefixes)
    query = _open().where(or_(Organisation.id.in_(organisation_ids), *below))
    query = query.where(Organisation.kind != Kind.HOTLINE).order_by(None)
    return session.scalars(query.order_by(Organisation.division_code, Organisation.id)).all()


def responsible_for_village(session: Session, village_code: str) -> Sequence[Organisation]:
    """List who is responsible in a village: its committee, then its supervision committee."""
    return session.scalars(_RESPONSIBLE, {"code": village_code}).all()


def names(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """Name these organisations, closed ones too."""
    found = select(Organisation.id, Organisation.name).where(Organisation.id.in_(numbers))
    return {row.id: row.name for row in session.execute(found)}


def heads(session: Session, county_code: str) -> dict[str, int]:
    """Give who answers for each township and village of a county: its government or committee."""
    kinds = (Kind.VILLAGE_COMMITTEE, Kind.TOWNSHIP_GOVERNMENT)
    found = session.scalars(
        _open().where(
            Organisation.division_code.startswith(county_code, autoescape=True),
            Organisation.kind.in_(kinds),
        )
    )
    heads: dict[str, int] = {}
    for one in found:
        heads.setdefault(one.division_code, one.id)
    return heads


def hotlines(session: Session, codes: Collection[str]) -> Sequence[Organisation]:
    """List the telephones for complaints of these divisions, the nearest place's first."""
    return session.scalars(_HOTLINES, {"codes": list(codes)}).all()


def contacts(session: Session, near: str | None = None) -> Sequence[tuple[str, str]]:
    """List the published telephones and addresses; `near` keeps to one place, what is above it
    and what is below.
    """
    query = select(Organisation.phone, Organisation.address).where(Organisation.closed_at.is_(None))
    if near is not None:
        above = [near[:length] for length in range(1, len(near) + 1)]
        code = Organisation.division_code
        query = query.where(code.in_(above) | code.startswith(near, autoescape=True))
    return [(phone, address) for phone, address in session.execute(query)]


def held_for(
    place: SQLColumnExpression[str],
    office: SQLColumnExpression[int | None],
    *,
    actor: Actor,
    permissions: Iterable[str],
) -> ColumnElement[bool]:
    """Match rows of a place and an office, or of none, as `Actor.may_for_office` tells it.

    The query has joined `Organisation` from outside on the row's office.
    """
    if actor.is_operator:
        return true()
    conditions: list[ColumnElement[bool]] = [false()]
    for grant in {one for name in permissions for one in actor.held(name)}:
        here = place.startswith(grant.division_prefix, autoescape=True)
        if grant.organisation_id is not None:
            whose = office == grant.organisation_id
        else:
            home = Organisation.division_code.startswith(grant.division_prefix, autoescape=True)
            whose = or_(office.is_(None), home)
        conditions.append(and_(here, whose))
    return or_(*conditions)
