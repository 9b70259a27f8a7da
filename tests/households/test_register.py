"""The register seals what it is told, and shows one division at a time."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from app.households.errors import (
    DoorTaken,
    HouseholdNotFound,
    HouseholdNumberTaken,
    OneHeadWanted,
)
from app.households.models.register import Household, Person, PersonIndex, RecordChange
from app.households.queries import register as queries
from app.households.schemas import HouseholdIn, PersonIn, TagIn
from app.households.service import register
from app.kernel import key_file, scope
from app.kernel.access import OPERATOR, Actor
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from tests import factories
from tests.factories import COUNTY, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made


def test_a_household_comes_back_as_it_was_entered(session: Session) -> None:
    factories.county(session)
    aid = TagIn("dibao", date(2026, 1, 1), amount_fen=45_000)
    head = PersonIn(
        name="欧阳春生",
        relation="head",
        is_head=True,
        id_number=made.id_number(date(1950, 2, 3), 17),
        phone="13800001234",
        birth_date=date(1950, 2, 3),
        tags=(aid,),
    )
    row = made.household(session, members=(made.person("孙女", relation="granddaughter"), head))
    view = queries.view(session, row.id)
    assert [member.name for member in view.members] == ["欧阳春生", "孙女"]
    assert view.head is not None
    assert (view.head.phone, view.head.birth_date) == ("13800001234", date(1950, 2, 3))
    assert [(tag.tag, tag.amount_fen) for tag in view.head.tags] == [("dibao", 45_000)]
    assert view.address is not None
    assert view.address.startswith("青杠林村")


def test_no_value_stands_readable_in_the_tables(session: Session) -> None:
    factories.county(session)
    made.household(session)
    for table in ("households", "persons", "person_indexes", "record_changes"):
        rows = session.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
        assert rows
        for value in ("赵大山".encode().hex(), "赵大山", "1380000"):
            assert not any(value in row for row in rows), table


def test_a_view_does_not_write_its_values_where_it_is_printed(session: Session) -> None:
    factories.county(session)
    view = queries.view(session, made.household(session).id)
    assert "赵" not in repr(view)
    assert "青杠林" not in repr(view)


def test_another_division_sees_nothing(session: Session) -> None:
    factories.county(session)
    row = made.household(session)
    scope.open_scope(session, OTHER_VILLAGE)
    with pytest.raises(HouseholdNotFound):
        queries.get(session, row.id)
    assert session.scalar(select(func.count()).select_from(Person)) == 0
    scope.open_scope(session, COUNTY)
    assert queries.get(session, row.id).id == row.id


def test_a_connection_that_was_scoped_sees_nothing_without_a_scope(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        made.household(session)
    with database.engine.connect() as connection:
        with connection.begin():
            connection.execute(text("SELECT set_config('app.scope', :p, true)"), {"p": VILLAGE})
            assert connection.scalar(text("SELECT count(*) FROM persons")) == 3
        with connection.begin():
            # What PostgreSQL leaves behind is an empty string, and every text begins with that.
            assert connection.scalar(text("SELECT current_setting('app.scope', true)")) == ""
            for table in ("households", "persons", "person_indexes", "person_tags"):
                assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def test_nothing_is_entered_or_moved_outside_the_scope(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        row = made.household(session)

    def move() -> None:
        with database.unit_of_work() as session:
            scope.open_scope(session, VILLAGE)
            queries.get(session, row.id).division_code = OTHER_VILLAGE

    with pytest.raises(Exception, match="row-level security"):
        move()


def test_the_owner_of_the_tables_is_bound_by_force(owner_engine: Engine) -> None:
    with owner_engine.connect() as connection:
        forced = connection.execute(
            text(
                "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
                " AND relnamespace = 'public'::regnamespace"
            )
        ).scalars()
        assert {
            "households",
            "persons",
            "person_indexes",
            "person_tags",
            "record_changes",
        } <= set(forced)


def test_a_phone_is_found_across_villages_without_a_scope(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        one = made.person("周一", is_head=True, phone="13911112222")
        made.household(session, members=(one,))
        two = made.person("吴二", is_head=True, phone="13911112222")
        made.household(session, members=(two,), division_code=OTHER_VILLAGE)
    with database.unit_of_work() as session:
        found = queries.find_by_index(session, "phone", "13911112222")
        assert [one.division_code for one in found] == [VILLAGE, OTHER_VILLAGE]
        assert queries.find_by_index(session, "phone", "13911112223") == []
        assert queries.find_by_index(session, "id_number", "13911112222") == []


def test_a_value_indexed_before_and_after_a_key_was_added_is_found(session: Session) -> None:
    factories.county(session)
    made.household(session, members=(made.person("一", is_head=True, phone="13911113333"),))
    source = session.info["sunshine.keys"]
    before = source.path.read_bytes()
    try:
        key_file.add(source.path, "index")
        source.reread()
        made.household(session, members=(made.person("二", is_head=True, phone="13911113333"),))
        assert len(queries.find_by_index(session, "phone", "13911113333")) == 2
        written = select(func.count()).select_from(PersonIndex).where(PersonIndex.field == "phone")
        assert session.scalar(written) == 3  # one before, two while both keys are in use
    finally:
        source.path.write_bytes(before)
        source.reread()


@pytest.mark.parametrize("heads", [0, 2])
def test_a_household_has_one_head(session: Session, heads: int) -> None:
    factories.county(session)
    members = tuple(made.person(f"人{n}", is_head=n < heads) for n in range(2))
    with pytest.raises(OneHeadWanted):
        made.household(session, members=members)


def test_a_number_and_a_door_belong_to_one_household(session: Session) -> None:
    factories.county(session)
    door = factories.issued(session)[0].door_id
    first = made.household(session, door_id=door)
    assert queries.at_door(session, door) == first.id
    with pytest.raises(DoorTaken):
        made.household(session, door_id=door)
    taken = HouseholdIn(
        division_code=VILLAGE, number=first.number, members=(made.person("李", is_head=True),)
    )
    with pytest.raises(HouseholdNumberTaken):
        register.create_household(session, wanted=taken, actor=OPERATOR, source="test")


def test_whoever_may_not_keep_the_register_enters_nothing(session: Session) -> None:
    factories.county(session)
    wanted = HouseholdIn(
        division_code=VILLAGE, number="1", members=(made.person("李", is_head=True),)
    )
    with pytest.raises(Forbidden):
        register.create_household(session, wanted=wanted, actor=Actor(name="x"), source="test")
    scope.open_scope(session, VILLAGE)
    assert session.scalars(select(Household)).all() == []


def test_entering_is_written_into_the_history(session: Session) -> None:
    factories.county(session)
    row = made.household(session)
    changes = session.scalars(select(RecordChange)).all()
    assert [(c.household_id, c.act, c.actor_kind, c.source) for c in changes] == [
        (row.id, "added", "operator", "test")
    ]
