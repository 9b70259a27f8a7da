"""The right to keep the register of a place, and the line that a refusal leaves."""

from __future__ import annotations

from app.audit import service as audit
from app.audit.schemas import Line
from app.identity import roles
from app.kernel.access import Actor
from app.kernel.errors import Forbidden
from app.places.models import CODE_LENGTHS


def require_keep(
    actor: Actor, division_code: str, *, household_id: int | None = None, act: str = "change"
) -> None:
    """Raise `Forbidden`, which is noted, unless the actor keeps the register of that place."""
    if actor.may(roles.HOUSEHOLDS_KEEP, division_code=division_code):
        return
    # The ledger takes codes, not whatever an address was made to hold.
    if not (division_code.isascii() and division_code.isdigit()):
        raise Forbidden
    if len(division_code) not in CODE_LENGTHS.values():
        raise Forbidden
    line = Line(actor, act, division_code, household_id=household_id)
    raise Forbidden(afterwards=audit.denial(line))
