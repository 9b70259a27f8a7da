"""Looking at a record that is open: masked, as far as granted, one line a look, one a value."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit import queries as audit
from app.households.errors import (
    NoSuchField,
    NothingRegistered,
    PersonNotFound,
    RevealRefused,
)
from app.households.models.register import Person
from app.households.queries import register
from app.households.schemas import MaskedRecord, OpenRecord, TagIn
from app.households.service import openings, records
from app.identity import roles
from app.identity import service as identity
from app.kernel import scope
from app.kernel.access import Actor
from app.kernel.db import Database
from tests import factories
from tests.factories import VILLAGE
from tests.factories import households as made
from tests.households import opened
from tests.households.opened import CHILD, HEAD, PHONE, SPOUSE, VISIT, Home, cadre, lines

ALL = (roles.RECORDS_MINORS, roles.RECORDS_HEALTH, roles.RECORDS_MONEY)


@pytest.fixture
def home(session: Session) -> Home:
    factories.county(session)
    return opened.home(session)


def _opened(session: Session, home: Home, actor: Actor) -> OpenRecord:
    return openings.open_at_plate(session, code=home.plate.code, purpose=VISIT, actor=actor)


def _look(session: Session, home: Home, actor: Actor) -> MaskedRecord:
    return records.look(session, opening=_opened(session, home, actor), actor=actor)


def _person(session: Session, home: Home, name: str) -> int:
    members = register.view(session, home.household.id).members
    return next(person.id for person in members if person.name == name)


def _reveal(
    session: Session, home: Home, actor: Actor, field: str, person_id: int | None = None
) -> str:
    opening = _opened(session, home, actor)
    return records.reveal(
        session, opening=opening, field=field, person_id=person_id, actor=actor
    ).value


def test_a_record_is_masked_and_leaves_out_what_asks_for_a_grant_of_its_own(
    session: Session, home: Home
) -> None:
    record = _look(session, home, cadre(session))
    head, spouse = record.persons
    assert (head.name, head.phone, head.birth_year) == ("赵**", "138****5678", "1970年")
    assert head.id_number is not None
    assert (head.id_number[:4], head.id_number.count("*"), len(head.id_number)) == ("5202", 12, 18)
    assert (spouse.name, spouse.relation, spouse.phone) == ("钱**", "spouse", None)
    assert record.address is not None
    assert record.address.endswith("***")
    assert record.hidden_minors == 1
    assert [tag.tag for tag in head.tags] == ["party_member"]
    for value in (HEAD, SPOUSE, CHILD, PHONE):
        assert value not in repr(record)


def test_a_grant_shows_what_it_is_for_and_nothing_else(session: Session, home: Home) -> None:
    tags = {}
    for grant in (roles.RECORDS_HEALTH, roles.RECORDS_MONEY):
        record = _look(session, home, cadre(session, grant))
        tags[grant] = [tag.tag for tag in record.persons[0].tags]
        assert record.hidden_minors == 1
    assert tags == {
        roles.RECORDS_HEALTH: ["party_member", "disability"],
        roles.RECORDS_MONEY: ["party_member", "dibao"],
    }
    minors = _look(session, home, cadre(session, roles.RECORDS_MINORS))
    assert [person.name for person in minors.persons] == ["赵**", "钱**", "赵**"]
    assert (minors.hidden_minors, minors.persons[2].is_minor) == (0, True)
    assert [tag.tag for tag in minors.persons[0].tags] == ["party_member"]


def test_without_the_grant_nothing_tells_whether_there_is_something(session: Session) -> None:
    factories.county(session)
    plain = (TagIn("party_member", date(2020, 1, 1)),)
    laden, bare = opened.home(session), opened.home(session, tags=plain)
    actor = cadre(session)
    one, other = _look(session, laden, actor), _look(session, bare, actor)
    assert one.persons[0].tags == other.persons[0].tags
    assert (one.fields, one.sight) == (other.fields, other.sight)


def test_a_tag_that_is_over_is_not_shown(session: Session, home: Home) -> None:
    record = _look(session, home, cadre(session, *ALL))
    assert "veteran" not in [tag.tag for tag in record.persons[0].tags]


def test_a_tag_of_an_unknown_kind_is_taken_for_a_sensitive_one(session: Session) -> None:
    factories.county(session)
    home = opened.home(session, tags=(TagIn("something_new", date(2020, 1, 1)),))
    assert _look(session, home, cadre(session)).persons[0].tags == ()
    assert _look(session, home, cadre(session, roles.RECORDS_HEALTH)).persons[0].tags


def test_a_look_names_place_plate_officer_and_when_it_was_last_changed(session: Session) -> None:
    factories.county(session)
    officer = identity.create_staff(
        session, username="wei", password=factories.PASSWORD, role="cadre", division_code=VILLAGE
    )
    officer.full_name = "韦帮扶"
    officer.organisation_id = factories.office(session).id
    home = opened.home(session, officer=officer.id)
    record = _look(session, home, cadre(session))
    assert (record.village, record.group) == ("青杠林村", "一组")
    assert (record.officer, record.officer_office) == ("韦帮扶", "村委会")
    assert record.plate_serial == home.plate.serial
    assert record.recorded_at is not None


def test_one_look_is_one_line_that_names_the_fields_it_showed(session: Session, home: Home) -> None:
    actor = cadre(session)
    opening = _opened(session, home, actor)
    records.look(session, opening=opening, actor=actor, beside=("visits",))
    [line] = lines(session)
    assert (line.act, line.outcome, line.purpose, line.opening_id) == (
        "open",
        "granted",
        "visit",
        opening.id,
    )
    assert (line.who_id, line.who_role) == (actor.staff_id, "cadre")
    assert (line.household_id, line.person_id, line.division_code) == (
        home.household.id,
        None,
        VILLAGE,
    )
    assert line.fields == [
        *("name", "id_number", "phone", "birth_date", "address", "relation", "residence", "tags"),
        "visits",
    ]


def test_the_line_names_health_money_and_minors_where_they_were_shown(
    session: Session, home: Home
) -> None:
    _look(session, home, cadre(session, *ALL))
    assert set(lines(session)[0].fields) >= {"health", "money", "minors"}


def test_a_household_of_minors_alone_shows_nobody_without_the_grant(session: Session) -> None:
    factories.county(session)
    plate = factories.printed(session)[0]
    orphan = made.person(CHILD, is_head=True, born=date(2016, 1, 1))
    household = made.household(session, members=(orphan,), door_id=plate.door_id)
    record = _look(session, Home(plate, household), cadre(session))
    assert (record.persons, record.hidden_minors) == ((), 1)
    assert lines(session)[0].fields == ["address"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", HEAD), ("phone", PHONE), ("birth_date", "1970-05-01")],
)
def test_a_value_in_full_is_an_act_of_its_own_with_its_own_line(
    session: Session, home: Home, field: str, value: str
) -> None:
    head = _person(session, home, HEAD)
    assert _reveal(session, home, cadre(session), field, head) == value
    [line] = lines(session)
    assert (line.act, line.fields, line.person_id, line.purpose) == (
        "reveal",
        [field],
        head,
        "visit",
    )


def test_the_address_in_full_is_the_households(session: Session, home: Home) -> None:
    assert _reveal(session, home, cadre(session), "address").endswith("号")
    assert (lines(session)[0].fields, lines(session)[0].person_id) == (["address"], None)


def test_amounts_are_told_by_kind_and_never_of_a_kind_that_may_not_be_seen(
    session: Session, home: Home
) -> None:
    head = _person(session, home, HEAD)
    money = cadre(session, roles.RECORDS_MONEY)
    assert _reveal(session, home, money, "money", head) == "低保每月 450.00 元"
    both = cadre(session, roles.RECORDS_MONEY, roles.RECORDS_HEALTH)
    told = _reveal(session, home, both, "money", head)
    assert told == "低保每月 450.00 元；残疾每月 100.00 元"


def _denied(database: Database, home: Home, actor: Actor, field: str, name: str) -> list[str]:
    with database.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        person = _person(session, home, name)
    with pytest.raises(RevealRefused), database.unit_of_work() as session:
        _reveal(session, home, actor, field, person)
    with database.unit_of_work() as session:
        [line] = audit.accesses_to_household(session, home.household.id)
        assert (line.act, line.outcome, line.person_id) == ("reveal", "denied", person)
        return line.fields


@pytest.mark.parametrize(
    ("role", "extra", "field", "name"),
    [
        ("data_steward", (), "phone", HEAD),  # may open, may not reveal
        ("cadre", (), "phone", CHILD),
        ("cadre", (), "name", CHILD),
        ("cadre", (), "money", HEAD),
        ("cadre", (roles.RECORDS_HEALTH,), "money", HEAD),
        ("cadre", (roles.RECORDS_MONEY,), "id_number", CHILD),
    ],
)
def test_a_value_without_its_grant_is_refused_and_the_try_is_written(
    database: Database, role: str, extra: tuple[str, ...], field: str, name: str
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        home, actor = opened.home(session), cadre(session, *extra, role=role)
    assert _denied(database, home, actor, field, name) == [field]


def test_a_minors_value_is_shown_with_the_grant(session: Session, home: Home) -> None:
    child = _person(session, home, CHILD)
    assert _reveal(session, home, cadre(session, roles.RECORDS_MINORS), "name", child) == CHILD


def test_a_value_that_is_not_registered_is_no_access(session: Session, home: Home) -> None:
    spouse = _person(session, home, SPOUSE)
    with pytest.raises(NothingRegistered):
        _reveal(session, home, cadre(session), "phone", spouse)
    with pytest.raises(NothingRegistered):
        _reveal(session, home, cadre(session, roles.RECORDS_MONEY), "money", spouse)
    assert lines(session) == []


def test_a_person_of_another_household_or_one_who_left_is_not_found(
    session: Session, home: Home
) -> None:
    made.household(session)
    stranger = _person(session, Home(home.plate, made.household(session)), HEAD)
    spouse = _person(session, home, SPOUSE)
    session.execute(
        update(Person)
        .where(Person.id == spouse)
        .values(left_on=date(2026, 1, 1), left_because="moved")
    )
    for person_id in (stranger, spouse, 999_999_999):
        with pytest.raises(PersonNotFound):
            _reveal(session, home, cadre(session), "phone", person_id)


@pytest.mark.parametrize(
    ("field", "of_a_person"),
    [("relation", True), ("name_sealed", True), ("", True), ("address", True), ("phone", False)],
)
def test_only_fields_that_are_masked_can_be_asked_for(
    session: Session, home: Home, field: str, of_a_person: bool
) -> None:
    person_id = _person(session, home, HEAD) if of_a_person else None
    with pytest.raises(NoSuchField):
        _reveal(session, home, cadre(session), field, person_id)


def test_the_address_of_a_household_that_ended_is_not_told(session: Session, home: Home) -> None:
    actor = cadre(session)
    opening = _opened(session, home, actor)
    home.household.state, home.household.ended_on = "ended", date(2026, 11, 24)
    session.flush()
    with pytest.raises(NothingRegistered):
        records.reveal(session, opening=opening, field="address", person_id=None, actor=actor)
