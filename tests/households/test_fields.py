"""Fields change one at a time, and each knows where its value comes from."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.households.errors import (
    FieldRefused,
    HouseholdNumberTaken,
    PersonNotFound,
    PersonRegisteredElsewhere,
)
from app.households.models.register import Household, RecordChange
from app.households.queries import history
from app.households.queries import register as queries
from app.households.schemas import PersonIn, TagIn
from app.households.schemas.acts import Seen, Split, Why
from app.households.service import acts, families, fields, tagging
from app.households.service import register as registering
from app.kernel.access import OPERATOR, Actor
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from tests import factories
from tests.factories import GROUP, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made
from tests.workers.conftest import until

CLERK, MENDED = Why("clerk"), Why("correction", reason="号码换了")


@pytest.fixture
def home(session: Session) -> Household:
    """Give a household of three."""
    factories.county(session)
    return made.household(session)


def _seen(household: Household) -> Seen:
    return Seen(household.id, household.division_code)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "赵二山"),
        ("phone", "13912345678"),
        ("birth_date", "1969-04-30"),
        ("residence", "away"),
        ("id_number", made.id_number(date(1969, 4, 30), 5)),
    ],
)
def test_a_field_of_a_person_is_changed(
    session: Session, home: Household, field: str, value: str
) -> None:
    head = queries.view(session, home.id).members[0]
    changed = fields.change_person(
        session, person_id=head.id, field=field, value=value, actor=OPERATOR, why=MENDED
    )
    assert changed
    now = queries.view(session, home.id)
    assert str(getattr(now.members[0], field)) == value
    assert now.version == 2
    origin = history.provenance(session, home.id).of(field, head.id)
    assert origin is not None
    assert (origin.act, origin.source, origin.actor_kind) == ("changed", "correction", "operator")
    if field in ("phone", "id_number"):
        assert [one.person_id for one in queries.find_by_index(session, field, value)] == [head.id]
        old = getattr(head, field)
        assert queries.find_by_index(session, field, old) == []


def test_the_same_value_again_changes_nothing(session: Session, home: Household) -> None:
    head = queries.view(session, home.id).members[0]
    assert not fields.change_person(
        session, person_id=head.id, field="name", value=head.name, actor=OPERATOR, why=CLERK
    )
    assert len(session.scalars(select(RecordChange)).all()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "长" * 51),
        ("name", "赵\n山"),
        ("id_number", "520203197005011111"),
        ("phone", "12345"),
        ("birth_date", "2999-01-01"),
        ("birth_date", "1980年"),
        ("relation", "head"),
        ("relation", "friend"),
        ("residence", "moon"),
        ("password", "x"),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, home: Household, field: str, value: str
) -> None:
    head = queries.view(session, home.id).members[0]
    with pytest.raises(FieldRefused):
        fields.change_person(
            session, person_id=head.id, field=field, value=value, actor=OPERATOR, why=CLERK
        )


def test_a_phone_may_be_taken_away_a_name_may_not(session: Session, home: Household) -> None:
    head = queries.view(session, home.id).members[0]
    fields.change_person(
        session, person_id=head.id, field="phone", value=None, actor=OPERATOR, why=CLERK
    )
    assert queries.view(session, home.id).members[0].phone is None
    with pytest.raises(FieldRefused):
        fields.change_person(
            session, person_id=head.id, field="name", value=None, actor=OPERATOR, why=CLERK
        )


def test_whoever_may_not_keep_the_register_changes_nothing(
    session: Session, home: Household
) -> None:
    head = queries.view(session, home.id).members[0]
    with pytest.raises(Forbidden):
        fields.change_person(
            session, person_id=head.id, field="name", value="x", actor=Actor("x"), why=CLERK
        )
    made.household(session, division_code=OTHER_VILLAGE)  # which is the opened one from here on
    session.expunge_all()
    with pytest.raises(PersonNotFound):
        fields.change_person(
            session, person_id=head.id, field="name", value="x", actor=OPERATOR, why=CLERK
        )


def test_an_id_number_that_somebody_has_is_not_given_again(
    session: Session, home: Household
) -> None:
    head, spouse, _child = queries.view(session, home.id).members
    with pytest.raises(PersonRegisteredElsewhere):
        fields.change_person(
            session,
            person_id=head.id,
            field="id_number",
            value=spouse.id_number,
            actor=OPERATOR,
            why=CLERK,
        )


@pytest.mark.parametrize(
    ("field", "value"), [("address", "大寨组9号"), ("number", "N-9"), ("group", GROUP)]
)
def test_a_field_of_the_household_is_changed(
    session: Session, home: Household, field: str, value: str
) -> None:
    if field == "group":
        fields.change_household(
            session, _seen(home), field="group", value="老屋基", actor=OPERATOR, why=CLERK
        )
        assert (home.group_code, home.group_label) == (None, "老屋基")
    fields.change_household(
        session, _seen(home), field=field, value=value, actor=OPERATOR, why=CLERK
    )
    view = queries.view(session, home.id)
    assert {"address": view.address, "number": view.number, "group": view.group_code}[
        field
    ] == value
    assert history.provenance(session, home.id).of(field) is not None


@pytest.mark.parametrize("field", ["number", "group"])
@pytest.mark.parametrize("value", ["520203 19530427 7119", "138 1234 5678"])
def test_what_is_kept_in_clear_is_no_number_of_a_person(
    session: Session, home: Household, field: str, value: str
) -> None:
    with pytest.raises(FieldRefused) as refusal:
        fields.change_household(
            session, _seen(home), field=field, value=value, actor=OPERATOR, why=CLERK
        )
    assert "不加密" in refusal.value.sentence
    assert value not in refusal.value.sentence


def test_a_new_household_is_numbered_by_no_person_s_number(
    session: Session, home: Household
) -> None:
    spouse = queries.view(session, home.id).members[1].id
    wanted = Split(frozenset({spouse}), spouse, "138 1234 5678")
    with pytest.raises(FieldRefused):
        families.split(session, _seen(home), wanted=wanted, actor=OPERATOR, why=CLERK)


def test_a_number_of_another_household_and_a_strange_group_are_refused(
    session: Session, home: Household
) -> None:
    other = made.household(session)
    with pytest.raises(HouseholdNumberTaken):
        fields.change_household(
            session, _seen(home), field="number", value=other.number, actor=OPERATOR, why=CLERK
        )
    with pytest.raises(FieldRefused):
        fields.change_household(
            session,
            _seen(home),
            field="group",
            value=OTHER_VILLAGE + "01",
            actor=OPERATOR,
            why=CLERK,
        )


def test_provenance_goes_with_a_person_who_is_split_off(session: Session, home: Household) -> None:
    spouse = queries.view(session, home.id).members[1]
    fields.change_person(
        session, person_id=spouse.id, field="phone", value="13911110000", actor=OPERATOR, why=MENDED
    )
    new = families.split(
        session,
        _seen(home),
        wanted=Split(frozenset({spouse.id}), spouse.id, "分9"),
        actor=OPERATOR,
        why=CLERK,
    )
    known = history.provenance(session, new.id)
    phone, name = known.of("phone", spouse.id), known.of("name", spouse.id)
    assert phone is not None
    assert name is not None
    assert (phone.source, name.act) == ("correction", "added")


def test_a_tag_begins_and_ends_with_both_sides_kept(session: Session, home: Household) -> None:
    head = queries.view(session, home.id).members[0]
    tag = tagging.begin_tag(
        session,
        _seen(home),
        person_id=head.id,
        wanted=TagIn("dibao", date(2026, 1, 1), amount_fen=45_000),
        actor=OPERATOR,
        why=CLERK,
    )
    with pytest.raises(FieldRefused):
        tagging.begin_tag(
            session,
            _seen(home),
            person_id=head.id,
            wanted=TagIn("dibao", date(2026, 6, 1)),
            actor=OPERATOR,
            why=CLERK,
        )
    tagging.end_tag(
        session, _seen(home), tag_id=tag.id, on=date(2026, 6, 30), actor=OPERATOR, why=CLERK
    )
    (now,) = queries.view(session, home.id).members[0].tags
    assert (now.holds_on(date(2026, 6, 30)), now.holds_on(date(2026, 7, 1))) == (True, False)
    lines = session.scalars(select(RecordChange).order_by(RecordChange.id)).all()[1:]
    assert [(line.act, line.fields) for line in lines] == [
        ("tag_began", ["money", "tags"]),
        ("tag_ended", ["money", "tags"]),
    ]


def test_two_who_register_one_person_at_once_cannot_both(database: Database) -> None:
    number = made.id_number(date(1988, 8, 8), 8)
    with database.unit_of_work() as session:
        factories.county(session)
        homes = [_seen(made.household(session)), _seen(made.household(session))]
    results: list[str] = []

    def register(seen: Seen) -> None:
        try:
            with database.unit_of_work() as session:
                household = acts.hold(session, seen, actor=OPERATOR)
                wanted = PersonIn("同一人", "other", id_number=number)
                registering.add_person(session, household=household, wanted=wanted, source="test")
            results.append("entered")
        except PersonRegisteredElsewhere:
            results.append("refused")

    with database.unit_of_work() as first:
        household = acts.hold(first, homes[0], actor=OPERATOR)
        wanted = PersonIn("同一人", "other", id_number=number)
        registering.add_person(first, household=household, wanted=wanted, source="test")
        second = threading.Thread(target=register, args=(homes[1],))
        second.start()
        until(lambda: _somebody_waits(database))
        assert results == []
    second.join()
    assert results == ["refused"]
    with database.unit_of_work() as session:
        found = queries.find_by_index(session, "id_number", number)
        assert [one.division_code for one in found] == [VILLAGE]


def _somebody_waits(database: Database) -> bool:
    with database.reading() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
