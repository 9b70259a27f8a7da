"""Staff: accounts, sign-in that tells nothing away, tokens that end, grants that end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import queries, roles, service
from app.identity.errors import (
    BadUsername,
    PasswordTooShort,
    SignInRefused,
    StaffNotFound,
    UnknownRole,
    UsernameTaken,
)
from app.identity.models import Staff, StaffGrant, StaffToken, TokenKind
from app.identity.schemas import Attempt
from app.kernel import clock
from app.kernel.db import Database
from app.places.errors import DivisionNotFound
from tests import factories
from tests.factories import COUNTY, OTHER_VILLAGE, PASSWORD, TOWNSHIP, VILLAGE

Verified = list[str]


@pytest.fixture
def wang(session: Session) -> Staff:
    """Give an installer of the township."""
    factories.county(session)
    return _create(session)


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> Verified:
    """Give the passwords that were checked, each at argon2's full cost."""
    passwords: Verified = []
    verify = PasswordHasher.verify

    def count(hasher: PasswordHasher, digest: str, password: str) -> bool:
        passwords.append(password)
        return bool(verify(hasher, digest, password))

    monkeypatch.setattr(PasswordHasher, "verify", count)
    return passwords


def _create(
    session: Session,
    *,
    username: str = "wang",
    password: str = PASSWORD,
    role: str = "installer",
    division_code: str = TOWNSHIP,
) -> Staff:
    return service.create_staff(
        session, username=username, password=password, role=role, division_code=division_code
    )


def _sign_in(session: Session, *, username: str = "wang", password: str = PASSWORD) -> str:
    return service.sign_in(session, Attempt(username=username, password=password))[0]


def test_the_right_password_gives_a_token_of_the_account(session: Session, wang: Staff) -> None:
    actor = queries.actor_for_token(session, _sign_in(session))
    assert actor is not None
    assert (actor.name, actor.staff_id, actor.is_operator) == ("wang", wang.id, False)
    assert actor.prefixes(roles.INSTALL) == (TOWNSHIP,)
    assert not actor.may_somewhere(roles.PUBLISH)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("wang", "wrong password"),
        ("nobody", PASSWORD),
        ("WANG", PASSWORD),
        ("wang", ""),
        ("wang\0", PASSWORD),
        ("wang' --", PASSWORD),
        ("李", "李"),
    ],
)
def test_a_wrong_name_or_password_is_refused_with_one_answer_and_one_check(
    session: Session, wang: Staff, verified: Verified, username: str, password: str
) -> None:
    del wang
    with pytest.raises(SignInRefused) as refusal:
        _sign_in(session, username=username, password=password)
    assert refusal.value.sentence == SignInRefused.sentence
    assert verified == [password]


def test_a_disabled_account_is_refused_at_the_same_cost(
    session: Session, wang: Staff, verified: Verified
) -> None:
    service.disable(session, username=wang.username)
    with pytest.raises(SignInRefused):
        _sign_in(session)
    assert verified == [PASSWORD]


def test_a_right_password_is_checked_once(
    session: Session, wang: Staff, verified: Verified
) -> None:
    del wang
    _sign_in(session)
    assert verified == [PASSWORD]


def test_neither_password_nor_token_can_be_read_from_the_database(
    session: Session, wang: Staff
) -> None:
    token = _sign_in(session)
    kept = session.scalars(select(StaffToken)).one()
    assert token not in kept.digest
    assert wang.password_hash.startswith("$argon2id$")
    assert PASSWORD not in wang.password_hash


def test_a_token_taken_back_holds_no_more_and_the_others_do(session: Session, wang: Staff) -> None:
    del wang
    first, second = _sign_in(session), _sign_in(session)
    service.sign_out(session, token=first)
    service.sign_out(session, token=first)
    service.sign_out(session, token="never handed out")
    assert queries.actor_for_token(session, first) is None
    assert queries.actor_for_token(session, second) is not None


@pytest.mark.parametrize(
    ("kind", "lasts"),
    [(TokenKind.SESSION, timedelta(hours=12)), (TokenKind.API, timedelta(days=30))],
)
def test_a_token_ends_when_it_said_it_would(
    session: Session,
    wang: Staff,
    monkeypatch: pytest.MonkeyPatch,
    kind: TokenKind,
    lasts: timedelta,
) -> None:
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    token, expires_at = service.hand_out(session, staff=wang, kind=kind)
    assert expires_at == moment + lasts
    last = queries.sessions_of(session, wang.id)[0]
    last.seen_at = expires_at - timedelta(minutes=1)
    session.flush()
    monkeypatch.setattr(clock, "now", lambda: expires_at - timedelta(seconds=1))
    assert queries.actor_for_token(session, token) is not None
    monkeypatch.setattr(clock, "now", lambda: expires_at)
    assert queries.actor_for_token(session, token) is None


def test_a_closed_account_loses_its_tokens_at_once(session: Session, wang: Staff) -> None:
    token = _sign_in(session)
    service.disable(session, username=wang.username)
    session.flush()
    assert queries.actor_for_token(session, token) is None
    with pytest.raises(StaffNotFound):
        service.disable(session, username="nobody")


@pytest.mark.parametrize("token", ["", "x", "李" * 1_000, "\0"])
def test_what_is_no_token_is_nobody_and_no_failure(session: Session, token: str) -> None:
    assert queries.actor_for_token(session, token) is None


def test_an_account_without_grants_is_somebody_who_may_nothing(
    session: Session, wang: Staff
) -> None:
    token = _sign_in(session)
    for grant in session.scalars(select(StaffGrant)):
        session.delete(grant)
    session.flush()
    actor = queries.actor_for_token(session, token)
    assert actor is not None
    assert (actor.staff_id, actor.grants) == (wang.id, ())


def test_grants_carry_their_office_and_their_last_day(session: Session, wang: Staff) -> None:
    bureau = factories.office(session, division_code=COUNTY, name="民政局")
    session.add(
        StaffGrant(
            staff_id=wang.id,
            permission=roles.PUBLISH,
            division_prefix=VILLAGE,
            organisation_id=bureau.id,
            ends_on=date(2099, 12, 31),
        )
    )
    session.flush()
    token, _ends = service.hand_out(session, staff=wang, kind=TokenKind.SESSION)
    actor = queries.actor_for_token(session, token)
    assert actor is not None
    may = partial(actor.may, roles.PUBLISH)
    assert may(division_code=VILLAGE, organisation_id=bureau.id)
    assert not may(division_code=VILLAGE, organisation_id=bureau.id + 1)
    assert not may(division_code=VILLAGE)
    assert not may(division_code=OTHER_VILLAGE, organisation_id=bureau.id)


@pytest.mark.parametrize("role", sorted(roles.ROLES))
def test_a_role_is_its_permissions_and_no_others(session: Session, role: str) -> None:
    factories.county(session)
    staff = _create(session, role=role, division_code=VILLAGE)
    token, _ends = service.hand_out(session, staff=staff, kind=TokenKind.SESSION)
    actor = queries.actor_for_token(session, token)
    assert actor is not None
    assert {grant.permission for grant in actor.grants} == set(roles.ROLES[role])
    assert {grant.division_prefix for grant in actor.grants} == {VILLAGE}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"username": "w"}, BadUsername),
        ({"username": "Wang"}, BadUsername),
        ({"username": "王"}, BadUsername),
        ({"username": "wang\n"}, BadUsername),
        ({"username": "w" * 51}, BadUsername),
        ({"role": "god"}, UnknownRole),
        ({"password": "eleven char"}, PasswordTooShort),
        ({"division_code": "520299"}, DivisionNotFound),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    session: Session, wrong: dict[str, str], error: type[Exception]
) -> None:
    factories.county(session)
    wanted = {"username": "li", "password": PASSWORD, "role": "clerk", "division_code": VILLAGE}
    with pytest.raises(error):
        service.create_staff(session, **{**wanted, **wrong})


def test_a_name_is_given_once(session: Session, wang: Staff) -> None:
    with pytest.raises(UsernameTaken):
        _create(session, username=wang.username)


def test_of_two_accounts_of_one_name_at_once_one_is_refused_with_a_word(
    database: Database,
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
    meeting = threading.Barrier(2, timeout=10)

    def create(_time: int) -> type[Exception] | None:
        try:
            with database.unit_of_work() as session:
                meeting.wait()
                _create(session)
        except UsernameTaken as error:
            return type(error)
        return None

    with ThreadPoolExecutor(2) as threads:
        assert set(threads.map(create, range(2))) == {None, UsernameTaken}


def test_a_new_password_ends_every_token(session: Session, wang: Staff) -> None:
    token = _sign_in(session)
    change = partial(
        service.set_password,
        session,
        username=wang.username,
        role="clerk",
        division_code=TOWNSHIP,
    )
    with pytest.raises(PasswordTooShort):
        change(password="short")
    change(password="another good password")
    assert queries.actor_for_token(session, token) is None
    with pytest.raises(SignInRefused):
        _sign_in(session)
    assert _sign_in(session, password="another good password")


def test_setting_the_password_of_nobody_opens_the_account(session: Session) -> None:
    factories.county(session)
    service.set_password(
        session, username="li", password=PASSWORD, role="installer", division_code=VILLAGE
    )
    assert queries.get_by_username(session, "li").role == "installer"
