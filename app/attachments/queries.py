"""Reads of files: one, those something uses, the list of a place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session

from app.attachments.errors import AttachmentNotFound, AttachmentWithdrawn
from app.attachments.models import Attachment, AttachmentUse
from app.attachments.schemas import Wanted
from app.identity import roles
from app.kernel.access import Actor

KEEPS = (roles.PUBLISH, roles.FUNDS_KEEP)
"""Whoever holds one of these at a place may upload there and withdraw what lies there."""
SEES = (*KEEPS, roles.REVIEW_FIRST, roles.REVIEW_SECOND, roles.REVIEW_FINAL, roles.SUPERVISE)
"""Whoever holds one of these at a place may look at its files before they are published."""

_STATES: dict[str, tuple[ColumnElement[bool], ...]] = {
    "kept": (Attachment.published_at.is_(None), Attachment.withdrawn_at.is_(None)),
    "published": (Attachment.published_at.is_not(None), Attachment.withdrawn_at.is_(None)),
    "withdrawn": (Attachment.withdrawn_at.is_not(None),),
}
_SORTS: dict[str, tuple[Any, ...]] = {
    "newest": (Attachment.id.desc(),),
    "oldest": (Attachment.id,),
    "name": (Attachment.name, Attachment.id),
    "largest": (Attachment.size.desc(), Attachment.id.desc()),
}


def prefixes(actor: Actor, permissions: Collection[str]) -> tuple[str, ...]:
    """List the places where the actor holds one of these today, if only for one office."""
    if actor.is_operator:
        return ("",)
    held = (grant.division_prefix for one in permissions for grant in actor.held(one))
    return tuple(sorted(set(held)))


def may_at(actor: Actor, permissions: Collection[str], division_code: str) -> bool:
    """Tell whether the actor holds one of these at a place."""
    held = prefixes(actor, permissions)
    return bool(held) and division_code.startswith(held)


def get(session: Session, attachment_id: int) -> Attachment:
    """Give a file, published or not; raises `AttachmentNotFound`."""
    found = session.get(Attachment, attachment_id) if attachment_id < 2**63 else None
    if found is None:
        raise AttachmentNotFound
    return found


def get_public(session: Session, attachment_id: int, name: str) -> Attachment:
    """Give a file that everyone may have, asked for by its number and its very name.

    Raises `AttachmentNotFound`, or `AttachmentWithdrawn` with its reason.
    """
    found = get(session, attachment_id)
    if found.published_at is None or found.name != name:
        raise AttachmentNotFound
    if found.withdrawn_at is not None:
        raise AttachmentWithdrawn(reason=found.withdrawn_reason)
    return found


def get_for_staff(session: Session, attachment_id: int, *, actor: Actor) -> Attachment:
    """Give a file to staff who may see it; for others it does not exist."""
    found = get(session, attachment_id)
    if found.uploaded_by_id is not None and found.uploaded_by_id == actor.staff_id:
        return found
    if not may_at(actor, SEES, found.division_code):
        raise AttachmentNotFound
    return found


def used_by(session: Session, used_by: str) -> Sequence[Attachment]:
    """List the files something uses, in the order they were uploaded."""
    query = select(Attachment).join(AttachmentUse).where(AttachmentUse.used_by == used_by)
    return session.scalars(query.order_by(Attachment.id)).all()


def uses(session: Session, attachment_id: int) -> Sequence[str]:
    """List what uses a file."""
    query = select(AttachmentUse.used_by).where(AttachmentUse.attachment_id == attachment_id)
    return session.scalars(query.order_by(AttachmentUse.used_by)).all()


def page(
    session: Session, *, places: Collection[str], wanted: Wanted, offset: int, limit: int
) -> Sequence[Attachment]:
    """Give files of these places (prefixes of their codes), as they are wanted."""
    query = _listed(places, wanted).order_by(*_SORTS.get(wanted.sort, _SORTS["newest"]))
    return session.scalars(query.offset(offset).limit(limit)).all()


def count(session: Session, *, places: Collection[str], wanted: Wanted) -> int:
    """Count the files of these places that are wanted."""
    query = select(func.count()).select_from(_listed(places, wanted).subquery())
    return session.scalar(query) or 0


def _listed(places: Collection[str], wanted: Wanted) -> Select[Attachment]:
    here = [Attachment.division_code.startswith(one, autoescape=True) for one in places]
    query = select(Attachment).where(or_(false(), *here), *_STATES.get(wanted.state, ()))
    if wanted.kind:
        query = query.where(Attachment.kind == wanted.kind)
    if wanted.words:
        query = query.where(Attachment.name.icontains(wanted.words, autoescape=True))
    if wanted.uploaded_by_id is not None:
        query = query.where(Attachment.uploaded_by_id == wanted.uploaded_by_id)
    return query
