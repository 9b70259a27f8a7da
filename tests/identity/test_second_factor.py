"""Codes of the second factor: in time, taken once, by one of two; recovery codes; what is kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.identity import queries, service
from app.identity.errors import AlreadyEnrolled, CodeRefused, SessionNotFound
from app.identity.models import RecoveryCode, Staff, StaffToken
from app.identity.service import second_factor
from app.kernel.access import Actor
from app.kernel.db import Database
from tests import factories
from tests.factories import VILLAGE
from tests.identity import people
from tests.identity.conftest import Moment


@pytest.fixture
def chen(county: Session, moment: Moment) -> Staff:
    """Give a cadre with a second factor."""
    del moment
    return people.staff(county, "cadre", VILLAGE, name="chen")


def _show(session: Session, account: Staff, code: str) -> None:
    second_factor.show(session, code=code, actor=people.actor(session, account, proved=False))


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_of_the_step_before_or_after_is_taken(
    session: Session, chen: Staff, steps: int
) -> None:
    _show(session, chen, people.code(session, chen, steps=steps))
    assert chen.totp_last_step is not None


@pytest.mark.parametrize("steps", [-2, 2, 100])
def test_a_code_of_another_time_is_refused(session: Session, chen: Staff, steps: int) -> None:
    with pytest.raises(CodeRefused):
        _show(session, chen, people.code(session, chen, steps=steps))


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\0", "李" * 12]
)
def test_what_is_no_code_is_refused(session: Session, chen: Staff, code: str) -> None:
    with pytest.raises(CodeRefused):
        _show(session, chen, code)


def test_a_code_is_taken_once_and_none_before_it_afterwards(
    session: Session, chen: Staff, moment: Moment
) -> None:
    first, before = people.code(session, chen), people.code(session, chen, steps=-1)
    _show(session, chen, first)
    for code in (first, before):
        with pytest.raises(CodeRefused):
            _show(session, chen, code)
    moment.pass_by(seconds=second_factor.STEP)
    _show(session, chen, people.code(session, chen))


def test_a_code_may_be_typed_with_blanks(session: Session, chen: Staff) -> None:
    code = people.code(session, chen)
    _show(session, chen, f" {code[:3]} {code[3:]} ")


def test_of_two_sign_ins_with_one_code_at_once_one_wins(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        account = people.staff(session, "cadre", VILLAGE, name="chen")
        sessions = [people.actor(session, account, proved=False) for _time in range(2)]
        code = people.code(session, account)
    meeting = threading.Barrier(2, timeout=10)

    def show(someone: Actor) -> bool:
        try:
            with database.unit_of_work() as session:
                meeting.wait()
                second_factor.show(session, code=code, actor=someone)
        except CodeRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(show, sessions)) == [False, True]


def test_a_second_factor_is_enrolled_once_and_replaced_only_on_purpose(
    session: Session, chen: Staff
) -> None:
    someone = people.actor(session, chen)
    secret = second_factor.draft(session, actor=someone)
    code = second_factor.code_of_step(secret, second_factor.step_now())
    with pytest.raises(AlreadyEnrolled):
        second_factor.enrol(session, code=code, actor=someone)
    second_factor.enrol(session, code=code, actor=someone, anew=True)
    assert second_factor.open_secret(session, chen) == secret


def test_a_drafted_secret_is_each_sessions_own_and_another_one_once_enrolled(
    session: Session, chen: Staff, moment: Moment
) -> None:
    one, other = people.actor(session, chen), people.actor(session, chen)
    first = second_factor.draft(session, actor=one)
    assert first != second_factor.draft(session, actor=other)
    moment.pass_by(seconds=1)
    code = second_factor.code_of_step(first, second_factor.step_now())
    second_factor.enrol(session, code=code, actor=one, anew=True)
    assert second_factor.draft(session, actor=one) != first


def test_enrolling_ends_the_other_sessions_of_the_account(session: Session, chen: Staff) -> None:
    people.actor(session, chen)
    one = people.actor(session, chen)
    secret = second_factor.draft(session, actor=one)
    code = second_factor.code_of_step(secret, second_factor.step_now())
    second_factor.enrol(session, code=code, actor=one, anew=True)
    assert [kept.id for kept in queries.sessions_of(session, chen.id)] == [one.session_id]


def test_a_session_that_has_ended_keeps_the_moment_of_its_end(
    session: Session, chen: Staff, moment: Moment
) -> None:
    one, other = people.actor(session, chen), people.actor(session, chen)
    ended = select(StaffToken.revoked_at).where(StaffToken.id == other.session_id)
    service.revoke_session(session, session_id=other.session_id or 0, actor=one)
    first = session.scalars(ended).one()
    moment.pass_by(seconds=60)
    with pytest.raises(SessionNotFound):
        service.revoke_session(session, session_id=other.session_id or 0, actor=one)
    assert session.scalars(ended).one() == first


def test_the_secret_is_sealed_for_its_own_row(session: Session, chen: Staff) -> None:
    secret = second_factor.open_secret(session, chen)
    assert secret is not None
    assert chen.totp_sealed is not None
    assert secret.encode() not in chen.totp_sealed


def test_a_recovery_code_signs_in_once_however_it_is_typed(session: Session, chen: Staff) -> None:
    first, second, *_rest = second_factor.renew_recovery_codes(session, chen)
    _show(session, chen, first.lower())
    with pytest.raises(CodeRefused):
        _show(session, chen, first)
    _show(session, chen, second.replace("-", " "))
    assert queries.recovery_codes_left(session, chen.id) == 8


def test_new_recovery_codes_end_those_of_before_and_none_can_be_read_from_the_database(
    session: Session, chen: Staff
) -> None:
    before = second_factor.renew_recovery_codes(session, chen)
    after = second_factor.renew_recovery_codes(session, chen)
    with pytest.raises(CodeRefused):
        _show(session, chen, before[0])
    kept = b"".join(session.scalars(select(RecoveryCode.digest)))
    assert not any(code.replace("-", "").encode() in kept for code in after)


def test_a_recovery_code_is_of_one_account_alone(session: Session, chen: Staff) -> None:
    other = people.staff(session, "cadre", VILLAGE, name="other")
    codes = second_factor.renew_recovery_codes(session, chen)
    with pytest.raises(CodeRefused):
        _show(session, other, codes[0])


def test_one_code_of_an_account_is_looked_at_at_a_time(county: Session) -> None:
    staff = people.staff(county, "cadre", VILLAGE, name="one-by-one")
    held = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    )
    before = county.scalar(held) or 0
    with pytest.raises(CodeRefused):
        second_factor.check(county, staff=staff, code="000")
    assert county.scalar(held) == before + 1
