"""Who may do something with a list: whoever publishes for its place and office."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.aid.models import AidList, AidUpload
from app.identity import roles
from app.kernel.access import Actor
from app.kernel.errors import Forbidden
from app.organisations import queries as organisations


def office_of(session: Session, organisation_id: int | None) -> tuple[int, str] | None:
    """Give an office's number and its own division, as `Actor.may_for_office` asks for them."""
    if organisation_id is None:
        return None
    office = organisations.get(session, organisation_id)
    return office.id, office.division_code


def require(session: Session, actor: Actor, what: AidList | AidUpload) -> None:
    """Raise `Forbidden` unless the actor publishes for the place and office."""
    office = office_of(session, what.organisation_id)
    if not actor.may_for_office(roles.PUBLISH, division_code=what.division_code, office=office):
        raise Forbidden
