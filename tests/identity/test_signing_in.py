"""Signing in step by step: what is missing, how long a session lives, what a program shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.identity import queries, roles, service
from app.identity.errors import (
    CodeRefused,
    CodeWanted,
    EnrolmentWanted,
    PasswordChangeWanted,
    SignInPaused,
    SignInRefused,
)
from app.identity.models import StaffToken, TokenKind
from app.identity.schemas import Attempt, NewAccount, Wish
from app.identity.service import second_factor
from app.kernel.access import OPERATOR, Actor
from tests.factories import PASSWORD, VILLAGE
from tests.identity import people
from tests.identity.conftest import Moment

WRONG = "wrong password"


def _begin(session: Session, username: str) -> tuple[str, Actor]:
    token, _ends = service.sign_in(session, Attempt(username=username, password=PASSWORD))
    return token, _again(session, token)


def _again(session: Session, token: str) -> Actor:
    someone = queries.actor_for_token(session, token)
    assert someone is not None
    return someone


def test_a_role_that_reads_or_publishes_enrols_a_second_factor_before_it_may_do_anything(
    county: Session,
) -> None:
    people.staff(county, "cadre", VILLAGE, name="chen", enrolled=False)
    token, someone = _begin(county, "chen")
    assert (someone.pending, someone.grants) == ("enrol", ())
    secret = second_factor.draft(county, actor=someone)
    assert second_factor.draft(county, actor=someone) == secret
    codes = second_factor.enrol(county, code=_now(secret), actor=someone)
    assert len(set(codes)) == 10
    enrolled = _again(county, token)
    assert enrolled.pending == ""
    assert enrolled.may(roles.RECORDS_OPEN, division_code=VILLAGE)
    assert enrolled.has_proved(within=timedelta(minutes=5))


def _now(secret: str) -> str:
    return second_factor.code_of_step(secret, second_factor.step_now())


@pytest.mark.parametrize("role", sorted(roles.ROLES))
def test_each_role_asks_for_a_second_factor_exactly_where_it_reads_decides_or_publishes(
    county: Session, role: str
) -> None:
    people.staff(county, role, VILLAGE, name="somebody", enrolled=False)
    _token, someone = _begin(county, "somebody")
    free = role == "installer"
    assert someone.pending == ("" if free else "enrol")


def test_an_enrolled_account_shows_a_code_and_until_then_holds_nothing(county: Session) -> None:
    account = people.staff(county, "clerk", VILLAGE, name="wang")
    token, someone = _begin(county, "wang")
    assert (someone.pending, someone.grants) == ("code", ())
    second_factor.show(county, code=people.code(county, account), actor=someone)
    assert _again(county, token).pending == ""


def test_a_first_password_is_changed_before_a_second_factor_is_enrolled(county: Session) -> None:
    wanted = NewAccount(username="chen", role="cadre", division_code=VILLAGE)
    service.open_account(county, wanted=wanted, password=PASSWORD, actor=OPERATOR)
    token, someone = _begin(county, "chen")
    assert someone.pending == "password"
    new = "quite another password"
    service.change_password(county, current=PASSWORD, new=new, again=new, actor=someone)
    assert _again(county, token).pending == "enrol"


def test_a_session_without_a_sign_of_life_ends_after_half_an_hour(
    county: Session, moment: Moment
) -> None:
    people.staff(county, "installer", name="li")
    token, someone = _begin(county, "li")
    moment.pass_by(minutes=29)
    assert _again(county, token).unnoted
    service.note_life(county, someone.session_id or 0)
    moment.pass_by(minutes=29)
    assert queries.actor_for_token(county, token) is not None
    moment.pass_by(minutes=1)
    assert queries.actor_for_token(county, token) is None


def test_a_session_in_use_ends_after_twelve_hours(county: Session, moment: Moment) -> None:
    people.staff(county, "installer", name="li")
    token, someone = _begin(county, "li")
    for _time in range(12 * 4 - 1):
        moment.pass_by(minutes=15)
        service.note_life(county, someone.session_id or 0)
        assert queries.actor_for_token(county, token) is not None
    moment.pass_by(minutes=15)
    assert queries.actor_for_token(county, token) is None


def test_a_sign_of_life_is_noted_at_most_once_a_minute(county: Session, moment: Moment) -> None:
    people.staff(county, "installer", name="li")
    token, someone = _begin(county, "li")
    began = moment.now
    moment.pass_by(seconds=60)
    assert not _again(county, token).unnoted
    service.note_life(county, someone.session_id or 0)
    assert county.scalars(select(StaffToken.seen_at)).one() == began
    moment.pass_by(seconds=1)
    assert _again(county, token).unnoted
    service.note_life(county, someone.session_id or 0)
    assert not _again(county, token).unnoted


def _for_a_program(username: str, code: str | None = None) -> Attempt:
    return Attempt(username=username, password=PASSWORD, kind=TokenKind.API, code=code)


def test_a_program_shows_password_and_code_at_once(county: Session, moment: Moment) -> None:
    account = people.staff(county, "publisher", name="zhao")
    with pytest.raises(CodeWanted):
        service.sign_in(county, _for_a_program("zhao"))
    with pytest.raises(CodeRefused):
        service.sign_in(county, _for_a_program("zhao", "000000"))
    code = people.code(county, account)
    token, ends = service.sign_in(county, _for_a_program("zhao", code))
    assert ends - moment.now == timedelta(days=30)
    assert _again(county, token).may_somewhere(roles.PUBLISH)
    with pytest.raises(CodeRefused):
        service.sign_in(county, _for_a_program("zhao", code))


def test_a_token_that_reads_records_lasts_twelve_hours(county: Session, moment: Moment) -> None:
    account = people.staff(county, "cadre", name="chen")
    attempt = _for_a_program("chen", people.code(county, account))
    assert service.sign_in(county, attempt)[1] - moment.now == timedelta(hours=12)


def test_a_program_is_told_what_its_account_must_do_at_the_console_first(county: Session) -> None:
    people.staff(county, "publisher", name="zhao", enrolled=False)
    with pytest.raises(EnrolmentWanted):
        service.sign_in(county, _for_a_program("zhao"))
    wanted = NewAccount(username="new", role="installer", division_code=VILLAGE)
    service.open_account(county, wanted=wanted, password=PASSWORD, actor=OPERATOR)
    with pytest.raises(PasswordChangeWanted):
        service.sign_in(county, _for_a_program("new"))


@contextmanager
def _counted(session: Session) -> Iterator[list[str]]:
    sent: list[str] = []
    connection = session.connection()

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(connection, "before_cursor_execute", hear)
    yield sent
    event.remove(connection, "before_cursor_execute", hear)


def _refused(session: Session, username: str) -> tuple[str, list[str]]:
    """Fail to sign in and note it: the answer's sentence, and the statements that were sent."""
    attempt = Attempt(username=username, password=WRONG, address="203.0.113.7")
    with _counted(session) as sent:
        try:
            service.sign_in(session, attempt)
        except (SignInRefused, SignInPaused) as refusal:
            if refusal.afterwards:
                refusal.afterwards(session)
            return refusal.sentence, sent
    raise AssertionError("a wrong password signed in")


def test_known_and_unknown_names_take_the_same_statements_hashes_and_answers(
    county: Session, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    del moment
    people.staff(county, "installer", name="li")
    hashed: list[str] = []
    verify = PasswordHasher.verify

    def count(hasher: PasswordHasher, digest: str, password: str) -> bool:
        hashed.append(password)
        return bool(verify(hasher, digest, password))

    monkeypatch.setattr(PasswordHasher, "verify", count)
    for _time in range(7):  # through the pause that follows the fifth
        answers = {name: _refused(county, name) for name in ("li", "nobody", "李 不存在")}
        assert len({str(answer) for answer in answers.values()}) == 1
    assert len(hashed) == 3 * 5


def test_an_approved_grant_to_read_records_ends_the_tokens_of_programs_alone(
    county: Session,
) -> None:
    admin = people.signed_in(county, "admin", name="admin")
    steward = people.signed_in(county, "data_steward", name="steward")
    staff = people.staff(county, "publisher", VILLAGE, name="chen")
    program, _ends = service.hand_out(county, staff=staff, kind=TokenKind.API)
    browser, _ends = service.hand_out(county, staff=staff, kind=TokenKind.SESSION)
    wish = Wish(roles.RECORDS_OPEN, VILLAGE)
    grant = service.ask(county, staff=staff, wish=wish, actor=admin)
    service.approve(county, grant_id=grant.id, actor=steward)
    assert queries.actor_for_token(county, program) is None
    assert queries.actor_for_token(county, browser) is not None
