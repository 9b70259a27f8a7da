"""Who hears of bindings: the head, the asker, the village's clerks."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households.queries import bindings as queries
from app.households.service import binding_decisions, binding_ends, bindings
from app.identity import service as identity
from app.kernel.access import OPERATOR, Villager
from app.kernel.db import Database
from app.notices.models import InboxMessage
from tests import factories
from tests.factories import VILLAGE
from tests.households import binding_world as world
from tests.households.binding_world import Home
from workers.registry import TASKS


@pytest.fixture
def home(session: Session) -> Home:
    factories.county(session)
    return world.home(session)


def run(session: Session, database: Database, task: str, **ids: int) -> None:
    for _twice in range(2):  # a task run twice does what it does once
        TASKS[task](session, database, **ids)


def heard(session: Session, someone: Villager) -> list[str]:
    query = select(InboxMessage.title).where(InboxMessage.account_id == someone.account_id)
    return list(session.scalars(query.order_by(InboxMessage.id)))


def clerk(session: Session) -> int:
    account = identity.create_staff(
        session,
        username="clerk",
        password=factories.PASSWORD,
        role="clerk",
        division_code=VILLAGE,
    )
    return account.id


def heard_by_staff(session: Session, staff_id: int) -> list[str]:
    query = select(InboxMessage.title).where(InboxMessage.staff_id == staff_id)
    return list(session.scalars(query.order_by(InboxMessage.id)))


def asked(session: Session, home: Home) -> tuple[Villager, int]:
    someone = world.villager(session)
    waits = bindings.ask(session, villager=someone, wanted=world.wanted(home))
    return someone, waits.id


def test_the_head_is_told_of_every_new_binding(
    session: Session, shared_database: Database, home: Home
) -> None:
    head, _own = world.bound_head(session, home)
    spouse, binding_id = asked(session, home)
    binding_decisions.confirm(session, binding_id=binding_id, person_id=home.spouse, actor=OPERATOR)
    run(session, shared_database, "bindings.tell_bound", binding_id=binding_id)
    run(session, shared_database, "bindings.tell_answer", binding_id=binding_id)
    assert heard(session, head) == ["有人绑定了您家"]
    assert heard(session, spouse) == ["绑定好了"]
    body = session.scalars(
        select(InboxMessage.body).where(InboxMessage.account_id == head.account_id)
    ).one()
    assert body.startswith("钱**")


def test_a_head_without_an_account_is_told_by_the_village(
    session: Session, shared_database: Database, home: Home
) -> None:
    keeper = clerk(session)
    _spouse, binding_id = asked(session, home)
    run(session, shared_database, "bindings.tell_waiting", binding_id=binding_id)
    binding_decisions.confirm(session, binding_id=binding_id, person_id=home.spouse, actor=OPERATOR)
    run(session, shared_database, "bindings.tell_bound", binding_id=binding_id)
    assert heard_by_staff(session, keeper) == [
        "有一条绑定申请等您核对",
        "有新的住户绑定，户主没有账号",
    ]


def test_a_refusal_is_told_without_its_reason(
    session: Session, shared_database: Database, home: Home
) -> None:
    someone, binding_id = asked(session, home)
    binding_decisions.refuse(
        session, binding_id=binding_id, reason="张三说您不是这一户的", actor=OPERATOR
    )
    run(session, shared_database, "bindings.tell_answer", binding_id=binding_id)
    (message,) = session.scalars(
        select(InboxMessage).where(InboxMessage.account_id == someone.account_id)
    )
    assert message.title == "绑定没有通过"
    assert "张三" not in message.body


def test_whose_binding_the_head_ended_is_told_and_who_left_is_not(
    session: Session, shared_database: Database, home: Home
) -> None:
    head, own = world.bound_head(session, home)
    spouse, binding_id = asked(session, home)
    binding_decisions.confirm(session, binding_id=binding_id, person_id=home.spouse, actor=OPERATOR)
    binding_ends.end_other(session, villager=head, binding_id=binding_id, own_binding_id=own)
    binding_ends.end_own(session, villager=head, binding_id=own)
    for ended in (binding_id, own):
        run(session, shared_database, "bindings.tell_ended", binding_id=ended)
    assert heard(session, spouse) == ["一个绑定结束了"]
    assert heard(session, head) == []


def test_a_deleted_account_is_bound_no_longer(
    session: Session, shared_database: Database, home: Home
) -> None:
    head, own = world.bound_head(session, home)
    run(session, shared_database, "villagers.follow_deletion", account_id=head.account_id)
    assert queries.get(session, own).ended_because == "account_deleted"
