"""Three years after somebody left, nothing of them is left but a number."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.households.models.register import Household, Person, PersonTag, RecordChange
from app.households.queries import register as queries
from app.households.schemas import TagIn
from app.households.schemas.acts import Departure, Seen, Why
from app.households.service import fields, members, retention, tagging
from app.households.terms import TERMS
from app.kernel import clock, scope
from app.kernel.access import OPERATOR
from tests import factories
from tests.factories import COUNTY, VILLAGE
from tests.factories import households as made

CLERK = Why("clerk", reason="本人来办")


def _leave(session: Session, home: Household, person_id: int, on: date) -> None:
    seen = Seen(home.id, VILLAGE)
    gone = Departure(person_id, "moved", on)
    members.depart(session, seen, departure=gone, actor=OPERATOR, why=CLERK)


def _sealed(session: Session, table: str, row: int) -> list[str]:
    scope.open_scope(session, COUNTY)
    found = session.execute(text(f"SELECT * FROM {table} WHERE id = :id"), {"id": row}).one()
    return [
        name
        for name, value in found._mapping.items()
        if name.endswith("_sealed") and value is not None
    ]


@pytest.mark.parametrize(("days", "is_gone"), [(0, False), (1, True)])
def test_the_values_of_one_who_left_are_erased_when_the_term_is_over(
    session: Session, days: int, is_gone: bool
) -> None:
    factories.county(session)
    home = made.household(session)
    spouse = queries.view(session, home.id).members[1].id
    tagging.begin_tag(
        session,
        Seen(home.id, VILLAGE),
        person_id=spouse,
        wanted=TagIn("disability", date(2020, 1, 1)),
        actor=OPERATOR,
        why=CLERK,
    )
    _leave(session, home, spouse, TERMS["person"].limit(clock.today()) - timedelta(days=days))
    retention.erase_expired(session, county_code=COUNTY)
    assert (_sealed(session, "persons", spouse) == []) is is_gone
    tags = session.scalars(select(PersonTag).where(PersonTag.person_id == spouse)).all()
    assert (tags == []) is is_gone
    lines = select(RecordChange.id).where(RecordChange.person_id == spouse)
    for line in session.scalars(lines).all():
        assert (_sealed(session, "record_changes", line) == []) is is_gone
    assert session.get_one(Person, spouse).left_because == "moved"
    assert len(queries.view(session, home.id).members) == 2


def test_an_ended_household_loses_its_address_and_one_that_lives_keeps_it(
    session: Session,
) -> None:
    factories.county(session)
    alone = made.household(session, members=(made.person("孤", is_head=True),))
    lives = made.household(session)
    head = queries.view(session, alone.id).members[0].id
    long_ago = TERMS["household"].limit(clock.today()) - timedelta(days=1)
    _leave(session, alone, head, long_ago)
    session.execute(update(Household).where(Household.id == alone.id).values(ended_on=long_ago))
    assert not retention.erase_expired(session, county_code=COUNTY)
    assert _sealed(session, "households", alone.id) == []
    assert _sealed(session, "households", lives.id) == ["address_sealed"]


def test_an_old_change_keeps_who_and_which_field_and_loses_both_sides(session: Session) -> None:
    factories.county(session)
    home = made.household(session)
    head = queries.view(session, home.id).members[0].id
    for phone in ("13911110000", "13911119999"):
        fields.change_person(
            session, person_id=head, field="phone", value=phone, actor=OPERATOR, why=CLERK
        )
    old, new = session.scalars(
        select(RecordChange).where(RecordChange.act == "changed").order_by(RecordChange.id)
    )
    old.at = datetime(2020, 1, 1, tzinfo=clock.SHANGHAI)
    session.flush()
    retention.erase_expired(session, county_code=COUNTY)
    session.expire_all()
    assert _sealed(session, "record_changes", old.id) == []
    assert len(_sealed(session, "record_changes", new.id)) == 3
    assert (old.fields, old.actor_kind) == (["phone"], "operator")


def test_every_term_says_where_it_comes_from() -> None:
    for term in TERMS.values():
        assert term.years >= 1
        assert "第" in term.source
    assert TERMS["person"].limit(date(2028, 2, 29)) == date(2025, 3, 1)
