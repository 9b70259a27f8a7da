"""Asking to be bound: at once where the register leaves no doubt, else by the village."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.households.binding_errors import (
    AttemptsUsedUp,
    DoorWanted,
    LastFourWanted,
    NoticeWanted,
    OwnNameWanted,
    PhoneWanted,
)
from app.households.models.bindings import HouseholdBinding
from app.households.queries import bindings as queries
from app.households.schemas import BindingView
from app.households.service import bindings
from app.households.service.bindings import Wanted
from app.kernel.access import Villager
from app.kernel.db import Database
from app.kernel.outbox import OutboxRow
from tests import factories
from tests.households import binding_world as world
from tests.households.binding_world import Home


@pytest.fixture
def home(session: Session) -> Home:
    factories.county(session)
    return world.home(session)


def ask(session: Session, someone: Villager, wanted: Wanted) -> BindingView:
    return bindings.ask(session, villager=someone, wanted=wanted)


def test_the_only_adult_with_the_phone_is_bound_at_once(session: Session, home: Home) -> None:
    someone = world.villager(session, home.phone)
    binding = ask(session, someone, world.wanted(home))
    assert (binding.state, binding.person_id) == ("active", home.head)
    assert [one.id for one in queries.active_for_account(session, someone.account_id)] == [
        binding.id
    ]
    line = session.scalars(select(LedgerLine).order_by(LedgerLine.id.desc()).limit(1)).one()
    assert (line.act, line.who_kind, line.household_id) == ("bind", "villager", home.household.id)
    tasks = session.scalars(select(OutboxRow.task)).all()
    assert "bindings.tell_bound" in tasks


def test_somebody_else_at_the_door_waits_for_the_village(session: Session, home: Home) -> None:
    binding = ask(session, world.villager(session), world.wanted(home))
    assert (binding.state, binding.why, binding.person_id) == ("pending", "phone_unknown", None)
    assert [one.id for one in queries.waiting(session, prefixes=(factories.VILLAGE,))] == [
        binding.id
    ]
    assert queries.waiting(session, prefixes=(factories.OTHER_VILLAGE,)) == []


def test_the_same_request_twice_is_one(session: Session, home: Home) -> None:
    someone = world.villager(session)
    first = ask(session, someone, world.wanted(home))
    assert ask(session, someone, world.wanted(home)).id == first.id


def test_a_request_that_waits_is_granted_once_the_fact_is_right(
    session: Session, home: Home
) -> None:
    someone = world.villager(session, home.phone)
    waits = ask(session, someone, world.wanted(home, last_four="0000"))
    bound = ask(session, someone, world.wanted(home))
    assert (waits.state, bound.state, bound.id) == ("pending", "active", waits.id)
    row = session.get_one(HouseholdBinding, bound.id, populate_existing=True)
    assert (row.name_sealed, row.why) == (None, "")


def test_who_is_bound_already_stays_bound(session: Session, home: Home) -> None:
    someone, binding_id = world.bound_head(session, home)
    again = ask(session, someone, world.wanted(home, last_four="0000"))
    assert (again.id, again.state) == (binding_id, "active")


def test_a_person_may_belong_to_several_households(session: Session, home: Home) -> None:
    someone, _binding_id = world.bound_head(session, home)
    other = world.home(session)
    waits = ask(session, someone, world.wanted(other))
    assert waits.state == "pending"
    assert len(queries.of_account(session, someone.account_id)) == 2


def test_the_notice_and_the_phone_come_before_anything_else(session: Session, home: Home) -> None:
    unread = world.villager(session, home.phone, reads_notice=False)
    with pytest.raises(NoticeWanted):
        ask(session, unread, world.wanted(home))
    by_wechat = world.by_wechat(session)
    with pytest.raises(PhoneWanted):
        ask(session, by_wechat, world.wanted(home))


def test_an_old_version_of_the_notice_is_none(session: Session, home: Home) -> None:
    del home
    someone = world.villager(session, reads_notice=False)
    with pytest.raises(NoticeWanted):
        bindings.accept_notice(session, villager=someone, version="2020-01")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"last_four": "12"}, LastFourWanted),
        ({"name": "  "}, OwnNameWanted),
        ({"name": "长" * 31}, OwnNameWanted),
        ({"door_id": 0}, DoorWanted),
    ],
)
def test_what_cannot_be_read_is_refused(
    session: Session, home: Home, change: dict[str, object], refusal: type[Exception]
) -> None:
    asked = {"door_id": home.door_id, "kind": "member", "name": "赵大山", "last_four": "0000"}
    someone = world.villager(session, home.phone)
    with pytest.raises(refusal):
        ask(session, someone, Wanted(**{**asked, **change}))  # type: ignore[arg-type]  # of a table


def test_after_so_many_tries_a_day_the_right_fact_is_refused_too(
    session: Session, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bindings, "ATTEMPTS", 2)
    someone = world.villager(session, home.phone)
    for _try in range(bindings.ATTEMPTS):
        ask(session, someone, world.wanted(home, last_four="0000"))
    with pytest.raises(AttemptsUsedUp):
        ask(session, someone, world.wanted(home))


def test_tries_are_counted_by_the_phone_as_well(
    session: Session, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bindings, "ATTEMPTS", 2)
    for number in range(bindings.ATTEMPTS + 1):
        someone = world.by_wechat(session, number=number, phone=home.phone)
        if number == bindings.ATTEMPTS:
            with pytest.raises(AttemptsUsedUp):
                ask(session, someone, world.wanted(home))
        else:
            ask(session, someone, world.wanted(home, last_four="0000"))


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        # One statement, however many live there and whichever columns stay empty.
        one = re.sub(r"(INSERT INTO \w+) .*", r"\1", statement, flags=re.DOTALL)
        said.append(re.sub(r"IN \(.*\) ORDER", "IN () ORDER", one))

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    yield said
    event.remove(bind, "before_cursor_execute", note)


def _empty_door(session: Session, home: Home) -> tuple[str, Wanted]:
    plate = factories.printed(session)[0]
    return world.new_phone(), Wanted(plate.door_id, "member", "赵大山", home.last_four())


ASKERS: dict[str, Callable[[Session, Home], tuple[str, Wanted]]] = {
    "bound": lambda _session, home: (home.phone, world.wanted(home)),
    "nobody's door": _empty_door,
    "unknown phone": lambda _session, home: (world.new_phone(), world.wanted(home)),
    "wrong fact": lambda _session, home: (home.phone, world.wanted(home, last_four="0000")),
    "guardian": lambda _session, home: (home.phone, world.wanted(home, kind="guardian")),
}


def _work(session: Session, home: Home, case: str) -> list[str]:
    phone, wanted = ASKERS[case](session, home)
    someone = world.villager(session, phone)
    session.flush()
    session.expire_all()
    with statements(session) as said:
        ask(session, someone, wanted)
    return said


@pytest.mark.parametrize("case", ASKERS)
def test_every_request_does_the_same_work(session: Session, home: Home, case: str) -> None:
    expected = _work(session, world.home(session), "bound")
    assert _work(session, home, case) == expected


def test_before_the_phone_is_proved_no_register_is_asked(session: Session, home: Home) -> None:
    someone = world.by_wechat(session)
    work = []
    for wanted in (world.wanted(home), _empty_door(session, home)[1]):
        with statements(session) as said, pytest.raises(PhoneWanted):
            ask(session, someone, wanted)
        work.append(said)
    assert work[0] == work[1]
    assert not any("person" in said or "household" in said for said in work[0])


def test_two_requests_at_once_leave_one_binding(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        home = world.home(session)
        someone = world.villager(session, home.phone)
    barrier, faults = Barrier(2), []

    def run() -> None:
        try:
            barrier.wait(timeout=10)
            with database.unit_of_work() as session:
                ask(session, someone, world.wanted(home))
        except Exception as fault:
            faults.append(fault)

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert faults == []
    with database.unit_of_work() as session:
        counted = select(func.count()).select_from(HouseholdBinding)
        assert session.scalars(counted).one() == 1
