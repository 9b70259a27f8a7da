"""Corrections: asked for by a bound member, decided by the clerk, put in by the register's act."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.households.binding_errors import (
    CorrectionAnswered,
    CorrectionNotFound,
    CorrectionRefused,
    CorrectionWaiting,
    NotYours,
    RefusalReasonWanted,
)
from app.households.errors import HouseholdNotFound, RevealRefused
from app.households.models.bindings import Correction, HouseholdBinding
from app.households.queries import corrections as queries
from app.households.queries import history, register
from app.households.service import binding_keeping, bindings, corrections, delegates, keeping
from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor, Grant, Villager
from app.kernel.db import Database
from app.notices.models import InboxMessage
from tests import factories
from tests.factories import COUNTY, OTHER_VILLAGE, VILLAGE
from tests.households import binding_world as world
from tests.households.binding_world import Home
from workers.registry import TASKS

CLERK = Actor(name="clerk", grants=(Grant(roles.HOUSEHOLDS_KEEP, VILLAGE),), role="clerk")
TRUSTED = Actor(
    name="trusted",
    grants=(Grant(roles.HOUSEHOLDS_KEEP, VILLAGE), Grant(roles.RECORDS_MINORS, VILLAGE)),
)
SISTER = Actor(name="sister", grants=(Grant(roles.HOUSEHOLDS_KEEP, OTHER_VILLAGE),))
NEW = "13911112222"


@pytest.fixture
def home(session: Session) -> Home:
    factories.county(session)
    return world.home(session)


@pytest.fixture
def head(session: Session, home: Home) -> tuple[Villager, int]:
    return world.bound_head(session, home)


def ask(
    session: Session,
    head: tuple[Villager, int],
    person_id: int | None,
    *,
    field: str = "phone",
    value: str = NEW,
) -> int:
    return corrections.ask(
        session,
        villager=head[0],
        binding_id=head[1],
        person_id=person_id,
        field=field,
        wanted=(value, "换号了"),
    )


def test_an_accepted_wish_stands_in_the_register_with_its_source(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    number = ask(session, head, home.head)
    corrections.accept(session, correction_id=number, actor=CLERK)
    view = register.view(session, home.household.id)
    assert view.head is not None
    assert view.head.phone == NEW
    origin = history.provenance(session, home.household.id).of("phone", home.head)
    assert origin is not None
    assert (origin.source, origin.actor_name) == (f"correction:{number}", "clerk")
    assert [one.person_id for one in register.find_by_index(session, "phone", NEW)] == [home.head]


def test_the_address_is_the_household_s(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    number = ask(session, head, None, field="address", value="青杠林村二组9号")
    corrections.accept(session, correction_id=number, actor=CLERK)
    assert register.view(session, home.household.id).address == "青杠林村二组9号"


def test_a_refusal_needs_a_reason_that_is_read(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    number = ask(session, head, home.child, field="name", value="赵晓明")
    with pytest.raises(RefusalReasonWanted):
        corrections.refuse(session, correction_id=number, reason="", actor=TRUSTED)
    corrections.refuse(session, correction_id=number, reason="请带户口簿来", actor=TRUSTED)
    (told,) = queries.of_account(session, head[0].account_id, home.household.id)
    assert (told.state, told.reason) == ("refused", "请带户口簿来")
    with pytest.raises(CorrectionAnswered):
        corrections.accept(session, correction_id=number, actor=TRUSTED)


def test_a_child_s_wish_is_for_a_clerk_who_may_see_minors(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    number = ask(session, head, home.child, field="name", value="赵晓明")
    refuse = partial(corrections.refuse, reason="请带户口簿来")
    for act in (corrections.open_wish, corrections.accept, refuse):
        with pytest.raises(RevealRefused) as refused:
            act(session, correction_id=number, actor=CLERK)
    assert refused.value.afterwards is not None
    refused.value.afterwards(session)
    line = session.scalars(select(LedgerLine).order_by(LedgerLine.id.desc()).limit(1)).one()
    assert (line.act, line.outcome, line.fields) == ("open_request", "denied", ["name"])
    assert (line.person_id, line.household_id) == (home.child, home.household.id)
    wish = corrections.open_wish(session, correction_id=number, actor=TRUSTED)
    assert wish.value == "赵晓明"
    corrections.accept(session, correction_id=number, actor=TRUSTED)


def test_only_a_keeper_of_that_village_finds_it(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    number = ask(session, head, home.head)
    for act in (corrections.open_wish, corrections.accept):
        with pytest.raises(CorrectionNotFound):
            act(session, correction_id=number, actor=SISTER)
    assert [one.id for one in queries.waiting(session, prefixes=(VILLAGE,))] == [number]
    assert queries.waiting(session, prefixes=(OTHER_VILLAGE,)) == []
    wish = corrections.open_wish(session, correction_id=number, actor=CLERK)
    assert (wish.value, wish.remark) == (NEW, "换号了")
    line = session.scalars(select(LedgerLine).order_by(LedgerLine.id.desc()).limit(1)).one()
    assert (line.act, line.fields, line.person_id) == ("open_request", ["phone"], home.head)


def test_one_s_own_and_one_s_children_s_data_alone(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    with pytest.raises(NotYours):
        ask(session, head, home.spouse)
    code = delegates.invite(
        session,
        villager=head[0],
        binding_id=head[1],
        ends_on=clock.today() + timedelta(days=9),
    )
    daughter = world.villager(session)
    granted = delegates.accept(session, villager=daughter, code=code)
    assert granted is not None
    with pytest.raises(NotYours):
        ask(session, (daughter, granted.id), home.head)
    with pytest.raises(NotYours):
        ask(session, (daughter, granted.id), None, field="address", value="别处")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12"),
        ("phone", ""),
        ("id_number", "520203197005011231"),
        ("birth_date", "2999-01-01"),
        ("relation", "head"),
        ("tags", "dibao"),
        ("name", "长" * 60),
    ],
)
def test_what_the_register_would_refuse_is_refused_at_once(
    session: Session, home: Home, head: tuple[Villager, int], field: str, value: str
) -> None:
    with pytest.raises(CorrectionRefused):
        ask(session, head, home.head, field=field, value=value)


def test_one_wish_a_field_waits_at_a_time(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    number = ask(session, head, home.head)
    with pytest.raises(CorrectionWaiting):
        ask(session, head, home.head, value="13911112223")
    given = {"villager": head[0], "binding_id": head[1], "correction_id": number}
    corrections.withdraw(session, **given)  # type: ignore[arg-type]  # of a table
    with pytest.raises(CorrectionAnswered):
        corrections.withdraw(session, **given)  # type: ignore[arg-type]  # of a table
    ask(session, head, home.head)


def test_no_value_of_a_wish_stands_readable(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    ask(session, head, home.head)
    rows = session.execute(text("SELECT t::text FROM corrections t")).scalars().all()
    assert rows
    assert NEW not in str(rows)
    assert "换号".encode().hex() not in str(rows)


def test_both_sides_are_told(
    session: Session, shared_database: Database, home: Home, head: tuple[Villager, int]
) -> None:
    number = ask(session, head, home.head)
    corrections.accept(session, correction_id=number, actor=CLERK)
    for _twice in range(2):
        for task in ("bindings.tell_correction", "bindings.tell_corrected"):
            TASKS[task](session, shared_database, correction_id=number, division_code=VILLAGE)
    told = session.scalars(
        select(InboxMessage.title).where(InboxMessage.account_id == head[0].account_id)
    ).all()
    assert told == ["更正办好了"]


def _age(session: Session, days: int) -> None:
    then = clock.now() - timedelta(days=days)
    session.execute(update(Correction).where(Correction.state != "open").values(answered_at=then))
    session.execute(
        update(HouseholdBinding).where(HouseholdBinding.state == "ended").values(ended_at=then)
    )
    session.execute(
        update(HouseholdBinding).where(HouseholdBinding.state == "refused").values(decided_at=then)
    )
    session.execute(
        update(HouseholdBinding).where(HouseholdBinding.state == "pending").values(asked_at=then)
    )


def _sweep(session: Session) -> None:
    binding_keeping.forget_wishes(session, county_code=COUNTY)
    binding_keeping.forget_old(session)
    session.expire_all()


def test_values_go_before_the_lines_that_held_them(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    number = ask(session, head, home.head)
    corrections.accept(session, correction_id=number, actor=CLERK)
    for days, kept in ((89, NEW), (91, None)):
        _age(session, days)
        _sweep(session)
        assert queries.view(session, queries.get(session, number)).value == kept
    _age(session, 1096)
    _sweep(session)
    with pytest.raises(CorrectionNotFound):
        queries.get(session, number)


def test_requests_go_after_half_a_year_and_bindings_after_three_years(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    waits = bindings.ask(session, villager=world.villager(session), wanted=world.wanted(home))
    _age(session, 91)
    _sweep(session)
    row = session.get_one(HouseholdBinding, waits.id)
    assert (row.state, row.ended_because, row.name_sealed) == ("ended", "unanswered", None)
    _age(session, 181)
    _sweep(session)
    assert session.get(HouseholdBinding, waits.id) is None
    session.get_one(HouseholdBinding, head[1]).state = "ended"
    session.get_one(HouseholdBinding, head[1]).ended_at = clock.now()
    session.flush()
    for days, there in ((1094, True), (1096, False)):
        _age(session, days)
        _sweep(session)
        assert (session.get(HouseholdBinding, head[1]) is not None) is there


def test_who_keeps_the_register_for_one_office_alone_finds_no_wish_and_no_household(
    session: Session, home: Home, head: tuple[Villager, int]
) -> None:
    number = ask(session, head, home.head)
    bound = Actor(name="bound", grants=(Grant(roles.HOUSEHOLDS_KEEP, VILLAGE, 1),), role="clerk")
    for act in (corrections.open_wish, corrections.accept):
        with pytest.raises(CorrectionNotFound):
            act(session, correction_id=number, actor=bound)
    with pytest.raises(HouseholdNotFound):
        keeping.find(session, household_id=home.household.id, county_code=COUNTY, actor=bound)
