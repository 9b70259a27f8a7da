"""A bound villager's own household: who may see it, what of it, and the line each look leaves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households import judging
from app.households.binding_errors import BindingEnded, ConfirmationWanted, NotYours
from app.households.errors import HouseholdNotFound, PersonNotFound
from app.households.models.bindings import HouseholdBinding
from app.households.queries import bindings as queries
from app.households.queries import register
from app.households.schemas import BindingView, HouseholdView, PersonView
from app.households.service import binding_ends, bindings
from app.identity.villagers import queries as villagers
from app.kernel import clock, scope
from app.kernel.access import Villager

CONFIRMED_FOR = timedelta(days=90)  # a carrier gives a cancelled number out again after 90 days
MASKED = ("name", "id_number", "phone", "birth_date", "address", "relation", "residence")


@dataclass(frozen=True)
class OwnHousehold:
    """A household as one bound account sees it.

    `me` is the member the account is, None for a guardian or a delegate; `own` the numbers of
    those whose data is shown in full when asked for: oneself and one's dependants.
    """

    binding: BindingView
    household: HouseholdView = field(repr=False)
    me: PersonView | None = field(repr=False)
    own: frozenset[int]

    @property
    def is_head(self) -> bool:
        """Tell whether the account is the head's."""
        return self.me is not None and self.me.is_head

    def person(self, person_id: int) -> PersonView:
        """Give a member of the household; raises `PersonNotFound`."""
        for one in self.household.members:
            if one.id == person_id:
                return one
        raise PersonNotFound


def require(session: Session, *, villager: Villager, binding_id: int) -> OwnHousehold:
    """Open one's own household, as far as the binding goes and the register bears it out.

    Opens the village. Raises `BindingNotFound`, `BindingWaiting`, `BindingEnded` (also where the
    register has ended it meanwhile), `ConfirmationWanted` where the last four were not given for
    long, or not in this session though its number may have changed hands, or `NotYours` for a
    delegate then.
    """
    row = binding_ends.hold_own(session, villager=villager, binding_id=binding_id)
    found = _look(session, row)
    doubted = villagers.doubted_since(session, villager)
    if row.kind == "delegate":
        if doubted is not None and row.bound_at is not None and row.bound_at < doubted:
            raise NotYours("这个手机号很久没有登录过，请让委托您的人重新邀请一次。")
    elif _is_long_ago(row) or (
        doubted is not None
        and not queries.is_shown_in(session, row.id, session_id=villager.session_id)
    ):
        raise ConfirmationWanted
    return found


def _look(session: Session, row: HouseholdBinding) -> OwnHousehold:
    scope.open_scope(session, row.division_code)
    settle = partial(
        binding_ends.settle, county_code=row.division_code[:6], household_id=row.household_id
    )
    try:
        household = register.view(session, row.household_id or 0)
    except HouseholdNotFound as error:
        raise BindingEnded(afterwards=settle) from error
    here = {one.id: one for one in household.members}
    if household.state != "active" or (row.person_id is not None and row.person_id not in here):
        raise BindingEnded(afterwards=settle)
    me = here[row.person_id] if row.kind == "member" and row.person_id is not None else None
    wards = queries.wards(session, row.account_id)
    mine = judging.dependants(household, me=me, wards=wards, on=clock.today())
    if row.kind == "delegate":
        mine = set()
    own = frozenset(mine | ({me.id} if me else set()))
    return OwnHousehold(binding=queries.shape(row), household=household, me=me, own=own)


def _is_long_ago(row: HouseholdBinding) -> bool:
    """Tell whether nobody gave the last four for long, whoever it was."""
    return row.confirmed_at is None or clock.now() - row.confirmed_at > CONFIRMED_FOR


def view(
    session: Session, *, villager: Villager, binding_id: int, fields: tuple[str, ...] = MASKED
) -> OwnHousehold:
    """Open one's own household to be shown masked, with the line in the ledger; as `require`.

    `fields` are those of the page.
    """
    found = require(session, villager=villager, binding_id=binding_id)
    note_view(session, found, villager=villager, fields=fields)
    return found


def note_view(
    session: Session, found: OwnHousehold, *, villager: Villager, fields: tuple[str, ...]
) -> None:
    """Write the line of a household that `require` opened and a page shows masked."""
    line = replace(_line(found, villager=villager, act="view_own"), fields=fields)
    audit.record(session, line)


def reveal(
    session: Session, *, villager: Villager, binding_id: int, person_id: int
) -> OwnHousehold:
    """Open one's own household with one's own or a dependant's data in full; a line tells of it.

    Raises as `require` does, `PersonNotFound`, and `NotYours` for anybody else's
    data, which is noted.
    """
    found = require(session, villager=villager, binding_id=binding_id)
    person = found.person(person_id)
    line = replace(
        _line(found, villager=villager, act="reveal_own"),
        fields=(*MASKED, "tags"),
        person_id=person.id,
    )
    if person.id not in found.own:
        raise NotYours(afterwards=audit.denial(line))
    audit.record(session, line)
    return found


def _line(found: OwnHousehold, *, villager: Villager, act: str) -> Line:
    return Line(
        who=villager,
        act=act,
        division_code=found.household.division_code,
        household_id=found.household.id,
        fields=MASKED,
    )


def confirm_person(session: Session, *, villager: Villager, binding_id: int, given: str) -> bool:
    """Show again, after a long absence, that one is the person; False where the fact differs.

    Where the session's number is in doubt, it counts for this session. A wrong try stays counted.
    Raises as `require` does, `LastFourWanted` or `AttemptsUsedUp`.
    """
    last_four = judging.last_four(given)
    row = binding_ends.hold_own(session, villager=villager, binding_id=binding_id)
    phone = villagers.proved_phone(session, villager.account_id) or str(villager.account_id)
    bindings.count_attempt(session, villager=villager, phone=phone)
    found = _look(session, row)
    person = found.person(row.person_id) if row.person_id is not None else None
    if person is None or not judging.has_last_four(person, last_four):
        return False
    row.confirmed_at = clock.now()
    session.flush()
    if villagers.doubted_since(session, villager) is not None:
        bindings.note_shown_in(session, row, villager=villager)
    return True


def ask_as_guardian(
    session: Session, *, villager: Villager, binding_id: int, person_id: int
) -> BindingView:
    """Ask the village to let a bound adult see a child of the household in full.

    Raises as `require` does, `PersonNotFound`, `UnfitAge`, and `NotYours` for who is no adult
    member.
    """
    found = require(session, villager=villager, binding_id=binding_id)
    if found.me is None or found.me.is_minor(clock.today()):
        raise NotYours
    child = found.person(person_id)
    return bindings.ask_for_child(
        session, villager=villager, household=found.household, child=child, name=found.me.name
    )
