"""A lost second factor: one asks, another of the other administration decides."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gateways.wechat.protocol import SignedInUser
from app.identity import queries, roles, service
from app.identity.errors import (
    NotWhoAsked,
    NotYourOwn,
    OutsideYourScope,
    ProofWanted,
    ResetNotFound,
    ResetThere,
)
from app.identity.models import RecoveryCode, Staff, StaffGrant
from app.identity.service import second_factor, wechat
from app.kernel.access import Actor
from tests.factories import COUNTY, OTHER_TOWNSHIP, VILLAGE
from tests.identity import people

PROOF = "本人带身份证到办公室"


@pytest.fixture
def admin(county: Session) -> Actor:
    return people.signed_in(county, "admin", COUNTY, name="admin")


@pytest.fixture
def steward(county: Session) -> Actor:
    return people.signed_in(county, "data_steward", COUNTY, name="steward")


@pytest.fixture
def chen(county: Session) -> Staff:
    """Give a cadre with everything there is to lose."""
    staff = people.staff(county, "cadre", VILLAGE, name="chen")
    someone = people.actor(county, staff)
    second_factor.renew_recovery_codes(county, staff)
    wechat.bind(county, user=SignedInUser("openid-of-chen"), actor=someone)
    return staff


def _ask(session: Session, staff: Staff, actor: Actor) -> int:
    return service.ask_reset(session, staff_id=staff.id, proof=PROOF, actor=actor).id


@pytest.mark.parametrize("first", ["admin", "steward"])
def test_what_one_side_asks_the_other_approves_and_the_person_enrols_anew(
    county: Session, admin: Actor, steward: Actor, chen: Staff, first: str
) -> None:
    asking, deciding = (admin, steward) if first == "admin" else (steward, admin)
    reset_id = _ask(county, chen, asking)
    shown = queries.waiting_resets(county, actor=deciding)
    assert [reset.id for reset, _staff in shown] == [reset_id]
    assert queries.waiting_resets(county, actor=asking) == []
    reset = service.decide_reset(county, reset_id=reset_id, approved=True, actor=deciding)
    assert (reset.asked_by_id, reset.decided_by_id) == (asking.staff_id, deciding.staff_id)
    assert chen.totp_sealed is None
    assert queries.sessions_of(county, chen.id) == []
    assert queries.wechat_binding(county, chen.id) is None
    assert county.scalars(select(RecoveryCode)).all() == []
    assert people.actor(county, chen, proved=False).pending == "enrol"
    assert {one.state for one in queries.live_grants(county, chen.id)} == {"active"}


def test_one_side_alone_clears_nothing(
    county: Session, admin: Actor, steward: Actor, chen: Staff
) -> None:
    reset_id = _ask(county, chen, admin)
    colleague = people.signed_in(county, "admin", COUNTY, name="colleague")
    for other in (admin, colleague):
        with pytest.raises(NotWhoAsked):
            service.decide_reset(county, reset_id=reset_id, approved=True, actor=other)
    service.decide_reset(county, reset_id=reset_id, approved=False, actor=steward)
    assert chen.totp_sealed is not None
    with pytest.raises(ResetNotFound):
        service.decide_reset(county, reset_id=reset_id, approved=True, actor=steward)


def test_whoever_lost_it_neither_asks_nor_decides(
    county: Session, admin: Actor, steward: Actor
) -> None:
    for someone in (admin, steward):
        with pytest.raises(NotYourOwn):
            _ask(county, queries.get(county, someone.staff_id or 0), someone)
    reset_id = _ask(county, queries.get(county, steward.staff_id or 0), admin)
    with pytest.raises(NotYourOwn):
        service.decide_reset(county, reset_id=reset_id, approved=True, actor=steward)


@pytest.mark.parametrize("role", ["admin", "data_steward"])
def test_it_is_a_matter_of_the_persons_own_place(county: Session, chen: Staff, role: str) -> None:
    elsewhere = people.signed_in(county, role, OTHER_TOWNSHIP, name="elsewhere")
    with pytest.raises(OutsideYourScope):
        _ask(county, chen, elsewhere)


def test_others_have_no_say(county: Session, chen: Staff, admin: Actor) -> None:
    cadre = people.signed_in(county, "cadre", VILLAGE, name="other")
    with pytest.raises(OutsideYourScope):
        _ask(county, chen, cadre)
    reset_id = _ask(county, chen, admin)
    with pytest.raises(OutsideYourScope):
        service.decide_reset(county, reset_id=reset_id, approved=True, actor=cadre)


@pytest.mark.parametrize("proof", ["", "  是  ", "长" * 201])
def test_how_identity_was_proved_is_written_down(
    county: Session, admin: Actor, chen: Staff, proof: str
) -> None:
    with pytest.raises(ProofWanted):
        service.ask_reset(county, staff_id=chen.id, proof=proof, actor=admin)


def test_one_wish_at_a_time(county: Session, admin: Actor, steward: Actor, chen: Staff) -> None:
    _ask(county, chen, admin)
    with pytest.raises(ResetThere):
        _ask(county, chen, steward)


def test_after_an_administrator_drew_the_password_reading_waits_for_approval_anew(
    county: Session, admin: Actor, steward: Actor, chen: Staff
) -> None:
    service.reset_password(county, staff_id=chen.id, actor=admin)
    reset_id = _ask(county, chen, admin)
    service.decide_reset(county, reset_id=reset_id, approved=True, actor=steward)
    county.expire_all()
    assert {one.state for one in queries.live_grants(county, chen.id)} == {"pending"}


def test_a_steward_acts_on_an_account_only_where_all_it_holds_lies(
    county: Session, admin: Actor, chen: Staff
) -> None:
    of_village = people.signed_in(county, "data_steward", VILLAGE, name="of-village")
    county.add(
        StaffGrant(staff_id=chen.id, permission=roles.RECORDS_OPEN, division_prefix=OTHER_TOWNSHIP)
    )
    county.flush()
    with pytest.raises(OutsideYourScope):
        _ask(county, chen, of_village)
    reset_id = _ask(county, chen, admin)
    with pytest.raises(OutsideYourScope):
        service.decide_reset(county, reset_id=reset_id, approved=True, actor=of_village)
