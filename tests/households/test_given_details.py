"""What members gave of their own accord is seen by staff for just the purpose it was given for."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy.orm import Session

from app.households.errors import NoSuchField, NothingRegistered, RevealRefused
from app.households.schemas import MaskedRecord, OpenRecord, StatedPurpose
from app.households.service import consents, openings, records
from app.identity import roles
from app.kernel.access import Actor, Grant, Villager
from tests import factories
from tests.factories import VILLAGE
from tests.households import binding_world as world
from tests.households.opened import cadre, lines

PHONE, ADDRESS = "13800004321", "da.shan@example.cn"


@pytest.fixture
def home(session: Session) -> world.Home:
    factories.county(session)
    return world.home(session)


@pytest.fixture
def head(session: Session, home: world.Home) -> Villager:
    """Give a bound head who gave both details."""
    someone, _binding = world.bound_head(session, home)
    consents.give(session, villager=someone, purpose="second_contact", value=PHONE)
    consents.give(session, villager=someone, purpose="email", value=ADDRESS)
    return someone


def _opened(session: Session, home: world.Home, actor: Actor, purpose: str) -> OpenRecord:
    stated = StatedPurpose(purpose)
    return openings.open_at_plate(session, code=home.plate_code, purpose=stated, actor=actor)


def _look(session: Session, home: world.Home, purpose: str) -> MaskedRecord:
    actor = cadre(session)
    return records.look(session, opening=_opened(session, home, actor, purpose), actor=actor)


@pytest.mark.usefixtures("head")
@pytest.mark.parametrize(
    ("purpose", "given"),
    [
        ("emergency", {"second_phone": "138****4321"}),
        ("service", {"email": "d***@example.cn"}),
        ("visit", {}),
        ("verify", {}),
    ],
)
def test_a_record_shows_masked_what_was_given_for_its_purpose_and_the_line_names_it(
    session: Session, home: world.Home, purpose: str, given: dict[str, str]
) -> None:
    record = _look(session, home, purpose)
    assert [dict(person.given) for person in record.persons] == [given, {}]
    assert [field for field in ("second_phone", "email") if field in record.fields] == list(given)
    assert set(given) <= set(lines(session)[-1].fields)
    assert PHONE not in repr(record)


def test_a_consent_that_was_withdrawn_shows_nothing(
    session: Session, home: world.Home, head: Villager
) -> None:
    consents.withdraw(session, villager=head, purpose="second_contact")
    record = _look(session, home, "emergency")
    assert record.persons[0].given == {}
    assert "second_phone" not in record.fields


@pytest.mark.usefixtures("head")
def test_the_full_value_is_an_act_of_its_own_with_its_line(
    session: Session, home: world.Home
) -> None:
    actor = cadre(session)
    opening = _opened(session, home, actor, "emergency")
    show = partial(records.reveal, session, opening=opening, actor=actor)
    assert show(field="second_phone", person_id=home.head).value == PHONE
    line = lines(session)[-1]
    assert (line.act, line.fields, line.person_id) == ("reveal", ["second_phone"], home.head)
    with pytest.raises(NoSuchField):
        show(field="email", person_id=home.head)
    with pytest.raises(NothingRegistered):
        show(field="second_phone", person_id=home.spouse)


@pytest.mark.usefixtures("head")
def test_whoever_may_not_see_full_values_sees_none_of_these(
    session: Session, home: world.Home
) -> None:
    someone = cadre(session)
    actor = Actor(
        name=someone.name, staff_id=someone.staff_id, grants=(Grant(roles.RECORDS_OPEN, VILLAGE),)
    )
    opening = _opened(session, home, actor, "emergency")
    with pytest.raises(RevealRefused):
        records.reveal(
            session, opening=opening, field="second_phone", person_id=home.head, actor=actor
        )
