"""WeChat of staff: bound by its owner, silent for twelve hours after a code, never a proof."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.gateways.wechat.protocol import SignedInUser
from app.identity import queries, roles, service
from app.identity.errors import NoSuchWechat, WechatSnapshot, WechatTaken
from app.identity.models import Staff
from app.identity.service import second_factor, wechat
from app.kernel.access import Actor
from tests.factories import VILLAGE
from tests.identity import people
from tests.identity.conftest import Moment

USER = SignedInUser(openid="oChen-openid-of-a-cadre")


@pytest.fixture
def chen(county: Session, moment: Moment) -> Staff:
    """Give a cadre who has just shown a code and bound WeChat."""
    del moment
    staff = people.staff(county, "cadre", VILLAGE, name="chen")
    someone = people.actor(county, staff, proved=False)
    second_factor.show(county, code=people.code(county, staff), actor=someone)
    wechat.bind(county, user=USER, actor=someone)
    return staff


def _enter(session: Session) -> Actor:
    token, _ends = wechat.sign_in(session, user=USER, device="微信")
    someone = queries.actor_for_token(session, token)
    assert someone is not None
    return someone


def test_a_scan_signs_in_silently_but_proves_nothing(session: Session, chen: Staff) -> None:
    someone = _enter(session)
    assert (someone.staff_id, someone.pending) == (chen.id, "")
    assert someone.may(roles.RECORDS_OPEN, division_code=VILLAGE)
    assert not someone.has_proved(within=timedelta(minutes=5))


def test_it_ends_twelve_hours_after_the_last_code_and_so_do_its_sessions(
    session: Session, chen: Staff, moment: Moment
) -> None:
    del chen
    last = moment.now + timedelta(hours=12)
    moment.pass_by(hours=11, minutes=59)
    _token, ends = wechat.sign_in(session, user=USER, device="微信")
    assert ends == last
    moment.pass_by(minutes=1)
    with pytest.raises(NoSuchWechat):
        _enter(session)


def test_a_new_code_begins_another_twelve_hours(
    session: Session, chen: Staff, moment: Moment
) -> None:
    moment.pass_by(hours=13)
    someone = people.actor(session, chen, proved=False)
    second_factor.show(session, code=people.code(session, chen), actor=someone)
    _enter(session)


@pytest.mark.parametrize("change", ["unbound", "closed", "password", "stranger"])
def test_nobody_is_let_in_by_a_wechat_that_does_not_hold(
    session: Session, chen: Staff, change: str
) -> None:
    admin = people.signed_in(session, "admin", name="admin")
    user = USER
    if change == "unbound":
        wechat.unbind(session, staff_id=chen.id)
    elif change == "closed":
        service.close_account(session, staff_id=chen.id, actor=admin)
    elif change == "password":
        service.reset_password(session, staff_id=chen.id, actor=admin)
    else:
        user = SignedInUser(openid="oSomebody")
    with pytest.raises(NoSuchWechat):
        wechat.sign_in(session, user=user, device="微信")


def test_one_wechat_is_of_one_account_and_binding_again_replaces(
    session: Session, chen: Staff
) -> None:
    other = people.signed_in(session, "cadre", VILLAGE, name="other")
    with pytest.raises(WechatTaken):
        wechat.bind(session, user=USER, actor=other)
    here = people.actor(session, chen)
    wechat.bind(session, user=SignedInUser(openid="oNew"), actor=here)
    with pytest.raises(NoSuchWechat):
        _enter(session)
    wechat.bind(session, user=USER, actor=other)


def test_a_snapshot_is_nobody(session: Session, chen: Staff) -> None:
    snapshot = SignedInUser(openid=USER.openid, is_snapshot=True)
    with pytest.raises(WechatSnapshot):
        wechat.sign_in(session, user=snapshot, device="微信")
    with pytest.raises(WechatSnapshot):
        wechat.bind(session, user=snapshot, actor=people.actor(session, chen))


def test_the_openid_is_kept_as_a_digest_and_sealed(session: Session, chen: Staff) -> None:
    binding = queries.wechat_binding(session, chen.id)
    assert binding is not None
    assert USER.openid.encode() not in binding.openid_digest + binding.openid_sealed
