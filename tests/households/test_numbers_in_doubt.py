"""A number long unproved may have a new holder: each of its sessions shows who it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.households.binding_errors import ConfirmationWanted, NotYours
from app.households.models.bindings import BindingConfirmation
from app.households.queries import consents as queries
from app.households.service import bindings, consents, delegates, own_records, rights
from app.identity.villagers import service as accounts
from app.identity.villagers.models import VillagerIdentity, Way
from app.kernel import clock
from app.kernel.access import Villager
from tests import factories
from tests.households import binding_world as world
from tests.households.binding_world import Home


@pytest.fixture
def home(session: Session) -> Home:
    factories.county(session)
    return world.home(session)


@pytest.fixture
def returned(session: Session, home: Home) -> tuple[int, Villager]:
    """Give the head's binding, and a session begun by the head's number after a long absence."""
    _head, binding_id = world.bound_head(session, home)
    _let_time_pass(session)
    return binding_id, world.villager(session, home.phone)


def _let_time_pass(session: Session) -> None:
    long_ago = clock.now() - timedelta(days=91)
    session.execute(update(VillagerIdentity).values(proved_at=long_ago))


def test_who_signs_in_by_a_number_long_unproved_is_asked_for_the_fact(
    session: Session, home: Home, returned: tuple[int, Villager]
) -> None:
    binding_id, someone = returned
    accounts.prove_phone(session, account_id=someone.account_id, phone=world.new_phone())
    with pytest.raises(ConfirmationWanted):
        own_records.view(session, villager=someone, binding_id=binding_id)
    assert own_records.confirm_person(
        session, villager=someone, binding_id=binding_id, given=home.last_four()
    )
    own_records.view(session, villager=someone, binding_id=binding_id)


def test_what_another_session_showed_does_not_stand_for_the_number_s_holder(
    session: Session, home: Home, returned: tuple[int, Villager]
) -> None:
    binding_id, holder = returned
    by_wechat = world.signed_in(session, holder.account_id, way=Way.WECHAT)
    given = {"binding_id": binding_id, "given": home.last_four()}
    assert own_records.confirm_person(session, villager=by_wechat, **given)  # type: ignore[arg-type]  # of a table
    own_records.view(session, villager=by_wechat, binding_id=binding_id)
    with pytest.raises(ConfirmationWanted):
        own_records.view(session, villager=holder, binding_id=binding_id)
    assert own_records.confirm_person(session, villager=holder, **given)  # type: ignore[arg-type]  # of a table
    own_records.view(session, villager=holder, binding_id=binding_id)
    next_one = world.villager(session, home.phone)
    with pytest.raises(ConfirmationWanted):
        own_records.view(session, villager=next_one, binding_id=binding_id)


def test_who_binds_in_a_session_in_doubt_has_shown_who_they_are(
    session: Session, returned: tuple[int, Villager]
) -> None:
    _binding_id, someone = returned
    home = world.home(session)
    world.person(session, home.head)
    accounts.prove_phone(session, account_id=someone.account_id, phone=home.phone)
    binding = bindings.ask(session, villager=someone, wanted=world.wanted(home))
    assert binding.state == "active"
    own_records.view(session, villager=someone, binding_id=binding.id)


def test_what_the_former_holder_gave_is_neither_shown_nor_changed_until_who_it_is_is_shown(
    session: Session, home: Home
) -> None:
    head, binding_id = world.bound_head(session, home)
    consents.give(session, villager=head, purpose="second_contact", value="13800004321")
    given = {"second_phone": "13800004321"}
    assert queries.own_details(session, head) == given
    _let_time_pass(session)
    holder = world.villager(session, home.phone)
    assert queries.own_details(session, holder) == {}
    with pytest.raises(ConfirmationWanted) as refusal:
        consents.give(session, villager=holder, purpose="email", value="new@example.cn")
    assert "注销账号" in refusal.value.sentence
    consents.give(session, villager=holder, purpose="wechat_push")
    assert own_records.confirm_person(
        session, villager=holder, binding_id=binding_id, given=home.last_four()
    )
    assert queries.own_details(session, holder) == given
    next_one = world.villager(session, home.phone)
    consents.withdraw(session, villager=next_one, purpose="second_contact")
    assert queries.details(session, head.account_id) == {}


def test_who_binds_a_household_of_their_own_does_not_read_what_the_former_holder_gave(
    session: Session, home: Home
) -> None:
    head, _binding_id = world.bound_head(session, home)
    consents.give(session, villager=head, purpose="second_contact", value="13800004321")
    _let_time_pass(session)
    holder = world.villager(session, home.phone)
    theirs = world.home(session)
    accounts.prove_phone(session, account_id=holder.account_id, phone=theirs.phone)
    binding = bindings.ask(session, villager=holder, wanted=world.wanted(theirs))
    assert binding.state == "active"
    assert queries.own_details(session, holder) == {}
    copy = rights.copy_own(session, villager=holder, binding_id=binding.id)
    assert "13800004321" not in str(copy)


def test_a_session_that_is_forgotten_takes_its_confirmations_along(
    session: Session, home: Home, returned: tuple[int, Villager]
) -> None:
    binding_id, someone = returned
    assert own_records.confirm_person(
        session, villager=someone, binding_id=binding_id, given=home.last_four()
    )
    assert session.scalars(select(BindingConfirmation)).all()
    accounts.delete_account(session, account_id=someone.account_id)
    session.expire_all()
    assert session.scalars(select(BindingConfirmation)).all() == []


def test_a_delegate_s_number_long_unproved_wants_another_invitation(
    session: Session, home: Home
) -> None:
    head, binding_id = world.bound_head(session, home)
    world.villager(session, phone := world.new_phone())
    delegate = world.villager(session, phone)
    ends_on = clock.today() + timedelta(days=9)
    code = delegates.invite(session, villager=head, binding_id=binding_id, ends_on=ends_on)
    as_delegate = delegates.accept(session, villager=delegate, code=code)
    assert as_delegate is not None
    own_records.view(session, villager=delegate, binding_id=as_delegate.id)
    _let_time_pass(session)
    holder = world.villager(session, phone)
    with pytest.raises(NotYours):
        own_records.view(session, villager=holder, binding_id=as_delegate.id)
