"""Reads of who is bound to which household: numbers and times, found by the account."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.households.binding_errors import BindingNotFound
from app.households.models.bindings import (
    BindingConfirmation,
    BindingInvitation,
    HouseholdBinding,
    NoticeAcceptance,
)
from app.households.models.register import Person
from app.households.queries import register
from app.households.schemas import BindingView, PersonView
from app.identity.villagers import queries as villagers
from app.kernel import clock, scope
from app.kernel.access import Villager


def get(session: Session, binding_id: int) -> HouseholdBinding:
    """Give a binding's row; raises `BindingNotFound`."""
    row = session.get(HouseholdBinding, binding_id, populate_existing=True)
    if row is None:
        raise BindingNotFound
    return row


def own(session: Session, account_id: int, binding_id: int) -> BindingView:
    """Give one of an account's own, in whatever state; raises `BindingNotFound`."""
    row = get(session, binding_id)
    if row.account_id != account_id:
        raise BindingNotFound
    return shape(row)


def of_household(
    session: Session, household_id: int, *, account_ids: Collection[int]
) -> Sequence[HouseholdBinding]:
    """List what these accounts have or had at a household, the newest last."""
    query = select(HouseholdBinding).where(
        HouseholdBinding.household_id == household_id,
        HouseholdBinding.account_id.in_(account_ids),
        HouseholdBinding.bound_at.is_not(None),
    )
    return session.scalars(query.order_by(HouseholdBinding.id)).all()


def active_for_account(session: Session, account_id: int) -> list[BindingView]:
    """List the households an account may see today, the oldest binding first."""
    query = select(HouseholdBinding).where(HouseholdBinding.account_id == account_id, _holds())
    return [shape(row) for row in session.scalars(query.order_by(HouseholdBinding.id))]


def active_for_household(session: Session, household_id: int) -> list[BindingView]:
    """List who is bound to a household today, members first."""
    query = select(HouseholdBinding).where(HouseholdBinding.household_id == household_id, _holds())
    in_order = query.order_by(HouseholdBinding.kind.desc(), HouseholdBinding.id)
    return [shape(row) for row in session.scalars(in_order)]


def of_account(session: Session, account_id: int) -> list[BindingView]:
    """List every binding and request of an account that is still kept, newest first."""
    query = select(HouseholdBinding).where(HouseholdBinding.account_id == account_id)
    return [shape(row) for row in session.scalars(query.order_by(HouseholdBinding.id.desc()))]


def accounts_of_household(session: Session, household_id: int) -> list[int]:
    """List the accounts of members, to whom alone a household's messages go."""
    query = select(HouseholdBinding.account_id).where(
        HouseholdBinding.household_id == household_id,
        HouseholdBinding.kind == "member",
        _holds(),
    )
    return sorted(set(session.scalars(query)))


def accounts_of_person(session: Session, person_id: int) -> list[int]:
    """List the accounts that are bound as this person."""
    query = select(HouseholdBinding.account_id).where(
        HouseholdBinding.person_id == person_id, HouseholdBinding.kind == "member", _holds()
    )
    return sorted(set(session.scalars(query)))


def wards(session: Session, account_id: int) -> set[int]:
    """Give the numbers of the children an account is the guardian of."""
    query = select(HouseholdBinding.person_id).where(
        HouseholdBinding.account_id == account_id, HouseholdBinding.kind == "guardian", _holds()
    )
    return {person_id for person_id in session.scalars(query) if person_id is not None}


def waiting(session: Session, *, prefixes: Sequence[str], limit: int = 100) -> list[BindingView]:
    """List the requests below these divisions that wait for a clerk, the oldest first."""
    query = select(HouseholdBinding).where(HouseholdBinding.state == "pending", below(prefixes))
    return [shape(row) for row in session.scalars(query.order_by(HouseholdBinding.id).limit(limit))]


def below(prefixes: Sequence[str]) -> ColumnElement[bool]:
    """Match bindings of these divisions and what lies below them."""
    return scope.below(HouseholdBinding.division_code, prefixes)


def members(session: Session, household_id: int) -> tuple[PersonView, ...]:
    """Open who is in a household of the opened division; nobody, at the same cost, where none."""
    query = select(Person).where(Person.household_id == household_id, Person.left_on.is_(None))
    return register.open_persons(session, session.scalars(query.order_by(Person.id)).all())


def is_shown_in(session: Session, binding_id: int, *, session_id: int) -> bool:
    """Tell whether somebody showed in this session that they are the person."""
    key = {"binding_id": binding_id, "session_id": session_id}
    return session.get(BindingConfirmation, key) is not None


def is_in_doubt(session: Session, villager: Villager) -> bool:
    """Tell whether a session's number may be another person's and nobody showed otherwise in it.

    What was bound since then shows who the new holder is, not that they are the former one.
    """
    since = villagers.doubted_since(session, villager)
    if since is None:
        return False
    query = (
        select(func.count())
        .select_from(BindingConfirmation)
        .join(HouseholdBinding, HouseholdBinding.id == BindingConfirmation.binding_id)
        .where(
            BindingConfirmation.session_id == villager.session_id,
            HouseholdBinding.account_id == villager.account_id,
            HouseholdBinding.bound_at < since,
        )
    )
    return session.scalars(query).one() == 0


def has_accepted(session: Session, account_id: int, *, version: str) -> bool:
    """Tell whether an account accepted this version of the privacy notice."""
    query = select(func.count()).where(
        NoticeAcceptance.account_id == account_id, NoticeAcceptance.version == version
    )
    return session.scalars(query).one() > 0


def acceptances(session: Session, account_id: int) -> Sequence[NoticeAcceptance]:
    """List the versions of the privacy notice an account accepted, newest first."""
    query = select(NoticeAcceptance).where(NoticeAcceptance.account_id == account_id)
    return session.scalars(query.order_by(NoticeAcceptance.id.desc())).all()


def open_invitations(session: Session, binding_id: int) -> Sequence[BindingInvitation]:
    """List a member's invitations that nobody used and that still hold."""
    query = select(BindingInvitation).where(
        BindingInvitation.granted_by_id == binding_id,
        BindingInvitation.used_at.is_(None),
        BindingInvitation.expires_at > clock.now(),
    )
    return session.scalars(query.order_by(BindingInvitation.id)).all()


def shape(row: HouseholdBinding) -> BindingView:
    """Shape a row without what is sealed in it."""
    return BindingView(**{name: getattr(row, name) for name in BindingView.__dataclass_fields__})


def _holds() -> ColumnElement[bool]:
    """Match what gives a right today: a delegate's has a last day."""
    not_over = HouseholdBinding.ends_on.is_(None) | (HouseholdBinding.ends_on >= clock.today())
    return (HouseholdBinding.state == "active") & not_over
