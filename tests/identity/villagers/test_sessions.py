"""Sessions: tokens that end, lists of one's own, nobody else's ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.villagers import queries, service
from app.identity.villagers.models import PhoneCode, SessionKind, VillagerSession, Way
from app.kernel.access import Villager
from tests.identity.villagers.conftest import ADDRESS, PHONE, Moment, by_wechat


def _begin(session: Session, account_id: int) -> Villager:
    token, _ends = service.begin_session(
        session, account_id=account_id, kind=SessionKind.WEB, way=Way.WECHAT
    )
    villager = queries.villager_for_token(session, token)
    assert villager is not None
    return villager


def test_a_token_is_its_accounts_until_thirty_days_are_over(
    session: Session, moment: Moment
) -> None:
    account = by_wechat(session)
    token, ends = service.begin_session(
        session, account_id=account, kind=SessionKind.MINI, way=Way.MINI
    )
    assert ends == moment.now + timedelta(days=30)
    moment.pass_by(days=30, seconds=-1)
    villager = queries.villager_for_token(session, token)
    assert villager is not None
    assert villager.account_id == account
    moment.pass_by(seconds=1)
    assert queries.villager_for_token(session, token) is None


def test_only_the_digest_of_a_token_is_kept(session: Session) -> None:
    token, _ends = service.begin_session(
        session, account_id=by_wechat(session), kind=SessionKind.WEB, way=Way.WECHAT
    )
    assert session.scalars(select(VillagerSession.digest)).one() != token


@pytest.mark.parametrize("token", ["", "x", "李" * 1_000, "\0"])
def test_what_is_no_token_is_nobody_and_no_failure(session: Session, token: str) -> None:
    assert queries.villager_for_token(session, token) is None


def test_one_ends_ones_own_sessions_one_by_one_or_all_the_others(session: Session) -> None:
    account = by_wechat(session)
    here, there, elsewhere = (_begin(session, account) for _ in range(3))
    service.end_session(session, villager=here, session_id=there.session_id)
    open_now = [one.id for one in queries.open_sessions(session, account)]
    assert open_now == [elsewhere.session_id, here.session_id]
    service.end_other_sessions(session, villager=here)
    assert [one.id for one in queries.open_sessions(session, account)] == [here.session_id]
    service.end_session(session, villager=here)
    assert queries.open_sessions(session, account) == []


def test_nobody_ends_anothers_session(session: Session) -> None:
    mine, theirs = _begin(session, by_wechat(session)), _begin(session, by_wechat(session, "o-2"))
    service.end_session(session, villager=mine, session_id=theirs.session_id)
    service.end_other_sessions(session, villager=mine)
    assert len(queries.open_sessions(session, theirs.account_id)) == 1


def test_what_is_over_is_forgotten_a_day_later(session: Session, moment: Moment) -> None:
    account = by_wechat(session)
    service.end_session(session, villager=_begin(session, account))
    _begin(session, account)
    service.request_code(session, phone=PHONE, address=ADDRESS)
    moment.pass_by(days=1, seconds=1)
    service.forget_expired(session)
    assert session.scalar(select(func.count()).select_from(VillagerSession)) == 1
    assert session.scalar(select(func.count()).select_from(PhoneCode)) == 0
