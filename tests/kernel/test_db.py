"""The unit of work: commits what returns, undoes what raises; readers cannot write."""

from __future__ import annotations

from enum import StrEnum

import pytest
from sqlalchemy import Engine, bindparam, column, select, text
from sqlalchemy.exc import IntegrityError, InternalError, ProgrammingError

from app.kernel.db import Database, Fixed, driver_url, plain_url
from app.kernel.deployment import DeploymentFact
from app.kernel.errors import Forbidden


class Fact(StrEnum):
    NAMED = "a"


def _names(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(text("SELECT name FROM deployment_facts")))


def test_a_block_that_returns_is_committed(database: Database) -> None:
    with database.unit_of_work() as session:
        session.add(DeploymentFact(name="a", value="1"))
    assert _names(database) == {"a"}


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_block_that_raises_leaves_nothing(database: Database, fault: type[BaseException]) -> None:
    def add_and_fail() -> None:
        with database.unit_of_work() as session:
            session.add(DeploymentFact(name="a", value="1"))
            session.flush()
            raise fault

    with pytest.raises(fault):
        add_and_fail()
    assert _names(database) == set()


def test_a_fixed_statement_takes_values_and_keeps_those_of_its_own(database: Database) -> None:
    named = DeploymentFact.name.in_([Fact.NAMED, "b"])
    fixed = Fixed(
        select(DeploymentFact.name, DeploymentFact.value)
        .where(named, DeploymentFact.value == bindparam("value"))
        .order_by(DeploymentFact.name)
    )
    with database.unit_of_work() as session:
        for name, value in (("a", "1"), ("b", "2"), ("c", "1")):
            session.add(DeploymentFact(name=name, value=value))
        session.flush()
        assert [row.name for row in fixed.run(session, {"value": "1"})] == ["a"]
        assert [row.value for row in fixed.run(session, {"value": "2"})] == ["2"]
        with pytest.raises(ProgrammingError):
            Fixed(select(column("missing"))).run(session, {})


@pytest.mark.parametrize("way", ["unit_of_work", "reading"])
def test_a_refusal_leaves_its_note_and_nothing_else(database: Database, way: str) -> None:
    def refuse() -> None:
        with database.unit_of_work(), getattr(database, way)() as session:
            if way == "unit_of_work":
                session.add(DeploymentFact(name="undone", value="1"))
                session.flush()
            raise Forbidden(afterwards=lambda s: s.add(DeploymentFact(name="noted", value="1")))

    with pytest.raises(Forbidden):
        refuse()
    assert _names(database) == {"noted"}


def test_a_commit_that_fails_is_raised_and_the_connection_stays_good(database: Database) -> None:
    def add_twice() -> None:
        with database.unit_of_work() as session:
            session.add(DeploymentFact(name="a", value="1"))
            session.flush()
            session.expunge_all()
            session.add(DeploymentFact(name="a", value="2"))

    with pytest.raises(IntegrityError) as refused:
        add_twice()
    assert "'2'" not in str(refused.value)  # parameters stay out of what may be logged
    assert _names(database) == set()


def test_a_reader_cannot_write(database: Database) -> None:
    with database.reading() as session, pytest.raises(InternalError):
        session.execute(text("DELETE FROM deployment_facts"))


def test_a_reader_sees_every_commit_at_once(database: Database) -> None:
    with database.reading() as reader:
        count = text("SELECT count(*) FROM deployment_facts")
        assert reader.scalar(count) == 0
        with database.unit_of_work() as session:
            session.add(DeploymentFact(name="a", value="1"))
        assert reader.scalar(count) == 1


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_addresses_name_the_driver_and_lose_it_again(scheme: str) -> None:
    assert driver_url(f"{scheme}://u:p@h/d") == "postgresql+psycopg://u:p@h/d"
    assert plain_url("postgresql+psycopg://u@h/d") == "postgresql://u@h/d"


@pytest.mark.parametrize("way", ["unit_of_work", "reading"])
def test_a_connection_that_the_server_closed_is_replaced_unnoticed(
    database: Database, owner_engine: Engine, way: str
) -> None:
    with getattr(database, way)() as session:
        backend = session.scalar(text("SELECT pg_backend_pid()"))
    with owner_engine.connect() as owner:
        owner.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
    with getattr(database, way)() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != backend
