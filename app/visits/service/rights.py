"""Who may log visits where: at a village, or at one group of it."""

from __future__ import annotations

from app.audit import service as audit
from app.audit.schemas import Line
from app.households.models.register import Household
from app.households.service.finding import at
from app.identity import roles
from app.kernel.access import Actor
from app.kernel.errors import Forbidden


def number_of(actor: Actor) -> int:
    """Give the account of whoever acts; the command line has none and logs nothing."""
    if actor.staff_id is None:
        raise Forbidden
    return actor.staff_id


def require_somewhere_in(
    actor: Actor, division_code: str, *, household_id: int | None = None
) -> None:
    """Raise `Forbidden` unless the actor may log visits in this village or a part of it.

    The refusal is noted in the ledger, with the household that was asked for where one was.
    """
    if not (len(division_code) == 12 and division_code.isascii() and division_code.isdigit()):
        raise Forbidden
    if not any(
        division_code.startswith(prefix) or prefix.startswith(division_code)
        for prefix in actor.prefixes(roles.VISITS_LOG)
    ):
        line = Line(actor, "open", division_code, household_id=household_id)
        raise Forbidden(afterwards=audit.denial(line))


def require_at(actor: Actor, household: Household) -> None:
    """Raise `Forbidden` unless the actor may log visits at this household; noted in the ledger."""
    if not actor.may_at(roles.VISITS_LOG, **at(household)):
        line = Line(actor, "open", household.division_code, household_id=household.id)
        raise Forbidden(afterwards=audit.denial(line))
