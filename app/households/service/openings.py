"""Opening a household's record: a right at its place, a purpose, and ten minutes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.doorplates import queries as plates
from app.doorplates.schemas import PlateView
from app.doorplates.states import State
from app.households.errors import (
    HouseholdNotFound,
    NobodyHere,
    OpeningClosed,
    OpeningNotFound,
    PlateReplaced,
    PurposeWanted,
    ReasonWanted,
    RecordEnded,
    RecordRefused,
)
from app.households.models.openings import Opening
from app.households.models.register import Household
from app.households.queries import openings as queries
from app.households.queries import register
from app.households.schemas import OpenRecord, StatedPurpose
from app.households.service import finding
from app.households.service.finding import at
from app.households.service.register import next_ids
from app.households.words import PURPOSES
from app.identity import roles
from app.kernel import clock, crypto, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place

HELD_OPEN = timedelta(minutes=10)
KEPT_CLOSED = timedelta(days=1)
LONGEST_REASON = 200
FILLERS = "\N{HANGUL CHOSEONG FILLER}\N{HANGUL JUNGSEONG FILLER}"  # letters that show nothing


def find_at_plate(session: Session, *, code: str, actor: Actor) -> tuple[PlateView, int | None]:
    """Give the plate and the number of the household behind it, None where none is known.

    Opens the village's scope. Raises `PlateNotFound`, `PlateRevoked`, `RecordRefused` or
    `PlateReplaced`; whoever has no right there learns nothing of a household.
    """
    view = plates.find_scanned(session, code)
    if actor.staff_id is None or not actor.may_at(roles.RECORDS_OPEN, **at(view)):
        raise RecordRefused(afterwards=_refused_at(view, actor))
    if view.state is State.REPLACED:
        raise PlateReplaced
    scope.open_scope(session, view.division_code)
    return view, register.at_door(session, view.door_id)


def _refused_at(view: PlateView, actor: Actor) -> Callable[[Session], None]:
    """Write a refusal at a plate down for whoever lives behind it."""

    def write(session: Session) -> None:
        scope.open_scope(session, view.division_code)
        household_id = register.at_door(session, view.door_id)
        line = Line(actor, "open", view.division_code, household_id=household_id)
        audit.denial(line)(session)

    return write


def find_in_register(
    session: Session, *, household_id: int, county_code: str, actor: Actor
) -> Household:
    """Give a household that the register showed, and open its village's scope.

    Raises `RecordEnded`; `HouseholdNotFound` where it is not at a place of the actor's right,
    exactly as where there is none; `RecordRefused` to whoever has the right nowhere. Both are
    noted at the county, for nothing more is known of it.
    """
    household = finding.household_of(
        session, household_id=household_id, permission=roles.RECORDS_OPEN, actor=actor
    )
    if household is not None and actor.staff_id is not None:
        if household.state == "ended":
            raise RecordEnded
        return household
    line = Line(actor, "open", county_code, household_id=household_id)
    unknown = HouseholdNotFound if actor.may_somewhere(roles.RECORDS_OPEN) else RecordRefused
    raise unknown(afterwards=audit.denial(line))


def open_at_plate(
    session: Session, *, code: str, purpose: StatedPurpose, actor: Actor
) -> OpenRecord:
    """Open the record of the household behind a plate for ten minutes, anew each time.

    Raises what `find_at_plate` raises, and `NobodyHere`, `PurposeWanted` or `ReasonWanted`.
    """
    _view, household_id = find_at_plate(session, code=code, actor=actor)
    if household_id is None:
        raise NobodyHere
    household = register.get(session, household_id)
    if not actor.may_at(roles.RECORDS_OPEN, **at(household)):
        line = Line(actor, "open", household.division_code, household_id=household_id)
        raise RecordRefused(afterwards=audit.denial(line))
    return _open(session, household=household, purpose=purpose, actor=actor)


def open_in_register(
    session: Session, *, household_id: int, county_code: str, purpose: StatedPurpose, actor: Actor
) -> OpenRecord:
    """Open the record of a household that the register showed; it may have no plate.

    Raises what `find_in_register` raises, and `PurposeWanted` or `ReasonWanted`.
    """
    household = find_in_register(
        session, household_id=household_id, county_code=county_code, actor=actor
    )
    return _open(session, household=household, purpose=purpose, actor=actor)


def _says_something(reason: str) -> bool:
    """Tell whether two letters or digits can be seen in a reason: it is all an auditor has."""
    seen = [one for one in unicodedata.normalize("NFKC", reason) if one.isalnum()]
    return sum(one not in FILLERS for one in seen) >= 2


def _open(
    session: Session, *, household: Household, purpose: StatedPurpose, actor: Actor
) -> OpenRecord:
    """Note that a record is open. Nothing of it is read, so the ledger's line comes with a look."""
    if purpose.purpose not in PURPOSES:
        raise PurposeWanted
    reason = purpose.reason.strip() if purpose.purpose == "other" else ""
    if purpose.purpose == "other" and (len(reason) > LONGEST_REASON or not _says_something(reason)):
        raise ReasonWanted
    assert actor.staff_id is not None  # noqa: S101 - whoever found the household is staff
    moment, opening_id = clock.now(), next_ids(session, "openings", 1)[0]
    opening = Opening(
        id=opening_id,
        staff_id=actor.staff_id,
        household_id=household.id,
        division_code=household.division_code,
        group_code=household.group_code,
        purpose=purpose.purpose,
        reason_sealed=crypto.seal_value(
            session, reason or None, Place("openings", opening_id, "reason")
        ),
        opened_at=moment,
        closes_at=moment + HELD_OPEN,
    )
    session.add(opening)
    session.flush()
    return queries.shape(session, opening)


def require_open(session: Session, opening_id: int, actor: Actor) -> OpenRecord:
    """Give the record that the actor holds open, and open the scope of its village.

    Raises `OpeningNotFound` for another's as for none, `RecordRefused` where there is no right
    or it has ended meanwhile, `OpeningClosed` after ten minutes with `household_id` in its facts.
    """
    if actor.staff_id is not None:
        opening = queries.standing(session, opening_id, staff_id=actor.staff_id)
        if opening is not None:
            _require_right(actor, opening)
            return opening
    found = session.get(Opening, opening_id)
    unknown = OpeningNotFound if actor.may_somewhere(roles.RECORDS_OPEN) else RecordRefused
    if found is None:
        raise unknown
    if found.staff_id != actor.staff_id:
        line = Line(actor, "open", found.division_code, household_id=found.household_id)
        raise unknown(afterwards=audit.denial(line))
    _require_right(actor, queries.shape(session, found))
    raise OpeningClosed(household_id=found.household_id)


def _require_right(actor: Actor, opening: OpenRecord) -> None:
    if not actor.may_at(roles.RECORDS_OPEN, **at(opening)):
        raise RecordRefused(afterwards=audit.denial(line_of(opening, actor, "open")))


def line_of(
    opening: OpenRecord,
    actor: Actor,
    act: str,
    *,
    fields: tuple[str, ...] = (),
    person_id: int | None = None,
) -> Line:
    """Compose the ledger's line of an act on a record that is held open."""
    return Line(
        who=actor,
        act=act,
        division_code=opening.division_code,
        household_id=opening.household_id,
        person_id=person_id,
        fields=fields,
        purpose=opening.purpose,
        reason=opening.reason,
        opening_id=opening.id,
    )


def forget_closed(session: Session) -> None:
    """Delete openings that closed over a day ago; what was looked at stands in the ledger."""
    over = Opening.closes_at < clock.now() - KEPT_CLOSED
    session.execute(delete(Opening).where(over))


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move what is held open in a village that was merged to the village it became part of."""
    here = Opening.division_code == old_code
    session.execute(update(Opening).where(here).values(division_code=new_code))
