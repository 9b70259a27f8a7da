"""Pauses that grow, for accounts, addresses and codes, whatever becomes of Valkey."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import service
from app.identity.errors import CodeRefused, SignInPaused, SignInRefused
from app.identity.models import Pause
from app.identity.schemas import Attempt
from app.identity.service import pauses, second_factor
from app.kernel.db import Database
from app.kernel.errors import SunshineError
from tests import factories
from tests.factories import PASSWORD
from tests.identity import people
from tests.identity.conftest import Moment


def _fail(session: Session, username: str = "li", address: str = "203.0.113.7") -> bool:
    """Try a wrong password; tells whether it was looked at."""
    try:
        service.sign_in(session, Attempt(username=username, password="wrong", address=address))
    except SignInPaused:
        return False
    except SignInRefused as refusal:
        if refusal.afterwards:
            refusal.afterwards(session)
    return True


def _enter(session: Session, username: str = "li", address: str = "203.0.113.7") -> None:
    service.sign_in(session, Attempt(username=username, password=PASSWORD, address=address))


@pytest.fixture
def li(county: Session, moment: Moment) -> Session:
    del moment
    people.staff(county, "installer", name="li")
    return county


def test_pauses_grow_and_the_right_password_waits_too(li: Session, moment: Moment) -> None:
    assert [_fail(li) for _time in range(6)] == [True] * 5 + [False]
    with pytest.raises(SignInPaused):
        _enter(li)
    moment.pass_by(seconds=30)
    assert _fail(li)
    moment.pass_by(seconds=59)
    assert not _fail(li)
    moment.pass_by(seconds=1)
    _enter(li)


@pytest.mark.parametrize(
    ("kind", "failures", "seconds"),
    [
        ("account", 4, 0),
        ("account", 5, 30),
        ("account", 6, 60),
        ("account", 9, 480),
        ("account", 1_000, 1_800),
        ("address", 29, 0),
        ("address", 30, 60),
        ("address", 99, 900),
        ("code", 5, 60),
        ("code", 99, 3_600),
    ],
)
def test_a_pause_doubles_with_each_failure_up_to_its_longest(
    kind: str, failures: int, seconds: int
) -> None:
    assert pauses.RULES[kind].pause(failures) == timedelta(seconds=seconds)


def test_a_success_begins_the_account_anew_and_not_the_address(li: Session) -> None:
    for _time in range(4):
        _fail(li)
    _enter(li)
    assert [_fail(li) for _time in range(5)] == [True] * 5
    kinds = {pause.kind: pause.failures for pause in li.scalars(select(Pause))}
    assert kinds == {"account": 5, "address": 9}


def test_an_address_that_tries_many_accounts_rests_and_others_go_on(li: Session) -> None:
    for number in range(30):
        assert _fail(li, f"name{number}")
    assert not _fail(li, "one-more")
    with pytest.raises(SignInPaused):
        _enter(li)
    _enter(li, address="198.51.100.7")


def test_after_a_day_of_quiet_counting_begins_anew(li: Session, moment: Moment) -> None:
    for _time in range(4):
        _fail(li)
    moment.pass_by(hours=25)
    assert [_fail(li) for _time in range(5)] == [True] * 5


def test_neither_names_nor_addresses_can_be_read_from_what_is_kept(li: Session) -> None:
    _fail(li)
    for pause in li.scalars(select(Pause)):
        assert len(pause.mark) == 32
        assert pause.mark != b"li"
        assert b"203" not in pause.mark


def test_wrong_codes_rest_the_second_factor(county: Session, moment: Moment) -> None:
    account = people.staff(county, "cadre", name="chen")
    someone = people.actor(county, account, proved=False)
    for _time in range(5):
        with pytest.raises(CodeRefused) as refusal:
            second_factor.show(county, code="000000", actor=someone)
        assert refusal.value.afterwards is not None
        refusal.value.afterwards(county)
    with pytest.raises(SignInPaused):
        second_factor.show(county, code=people.code(county, account), actor=someone)
    moment.pass_by(minutes=1)
    second_factor.show(county, code=people.code(county, account), actor=someone)


def test_a_failure_is_kept_although_the_sign_in_was_undone(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        people.staff(session, "installer", name="li")
    for _time in range(5):
        with pytest.raises(SunshineError), database.unit_of_work() as session:
            service.sign_in(session, Attempt(username="li", password="wrong"))
    with pytest.raises(SignInPaused), database.unit_of_work() as session:
        service.sign_in(session, Attempt(username="li", password=PASSWORD))
