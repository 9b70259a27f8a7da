"""Keys of repeated requests: one act, one answer, for a day."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock, idempotency
from app.kernel.db import Database
from app.kernel.idempotency import Answer, KeyReused


def _begin(
    session: Session, *, who: str = "a", key: str = "k", body: bytes = b"1"
) -> Answer | None:
    return idempotency.begin(session, actor_name=who, key=key, request=body)


def _keep(session: Session, answer: Answer) -> None:
    idempotency.keep(session, actor_name="a", key="k", answer=answer)


def test_the_same_request_gets_the_first_answer_again(session: Session) -> None:
    assert _begin(session) is None
    _keep(session, Answer(201, '{"id":1}'))
    assert _begin(session) == Answer(201, '{"id":1}')


def test_another_request_under_the_same_key_is_refused(session: Session) -> None:
    _begin(session)
    with pytest.raises(KeyReused):
        _begin(session, body=b"2")


def test_keys_of_two_people_do_not_meet(session: Session) -> None:
    assert _begin(session, who="a") is None
    assert _begin(session, who="b", body=b"2") is None


def test_a_request_that_failed_frees_its_key(database: Database) -> None:
    def fail() -> None:
        with database.unit_of_work() as session:
            _begin(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.unit_of_work() as session:
        assert _begin(session, body=b"2") is None


def test_the_second_of_two_at_once_waits_and_gets_the_answer_of_the_first(
    database: Database,
) -> None:
    got: list[Answer | None] = []

    def second() -> None:
        with database.unit_of_work() as session:
            got.append(_begin(session))

    thread = threading.Thread(target=second)
    with database.unit_of_work() as first:
        _begin(first)
        thread.start()
        _wait_for_a_blocked_query(database)
        _keep(first, Answer(201, "once"))
    thread.join()
    assert got == [Answer(201, "once")]


def _wait_for_a_blocked_query(database: Database) -> None:
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with database.reading() as session:
        for _look in range(5_000):
            if session.scalar(blocked):
                return
    raise AssertionError("the second request did not wait")


def test_keys_are_forgotten_after_a_day_and_not_before(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    _begin(session, key="old")
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(hours=23))
    _begin(session, key="young")
    assert idempotency.forget_old(session) == 0
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(hours=25))
    assert idempotency.forget_old(session) == 1
    assert _begin(session, key="old", body=b"2") is None
