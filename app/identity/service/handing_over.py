"""Handing over: a leaving member of staff's grants become the successor's."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.identity import queries
from app.identity.errors import AccountClosed, SameAccount
from app.identity.models import GrantState
from app.identity.schemas import Moved, Wish
from app.identity.service import granting, noting, tokens
from app.identity.service.accounts import within_scope
from app.kernel.access import Actor


def hand_over(session: Session, *, from_staff_id: int, to_staff_id: int, actor: Actor) -> Moved:
    """Move every live grant, with its place, office and last day; the one who leaves keeps none.

    What reads records waits for the data steward, unless the successor holds it already: who reads
    is the steward's to say, also when a colleague leaves. Raises `SameAccount`, `AccountClosed`
    and what the scope refuses.
    """
    if from_staff_id == to_staff_id:
        raise SameAccount
    leaving = within_scope(session, staff_id=from_staff_id, actor=actor)
    successor = within_scope(session, staff_id=to_staff_id, actor=actor)
    if successor.disabled_at is not None:
        raise AccountClosed
    moved = {GrantState.ACTIVE: 0, GrantState.PENDING: 0}
    for grant in queries.live_grants(session, leaving.id):
        wish = Wish(grant.permission, grant.division_prefix, grant.organisation_id, grant.ends_on)
        granting.close(grant, actor)
        if granting.stands(session, staff=successor, permission=grant.permission, wish=wish):
            continue
        granting.check_administration(session, successor, (grant.permission,))
        new = granting.write(
            session, staff=successor, permission=grant.permission, wish=wish, actor=actor
        )
        new.role = grant.role
        moved[GrantState(new.state)] += 1
    tokens.revoke_all(session, leaving.id)
    session.flush()
    noting.note(session, "hand_over", staff=leaving, actor=actor, what=successor.username)
    return Moved(held=moved[GrantState.ACTIVE], waiting=moved[GrantState.PENDING])
