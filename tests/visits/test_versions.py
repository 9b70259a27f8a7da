"""Another version of a visit, from a device, is taken in by the rules of mending one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households.models.register import Household, Person
from app.kernel import scope
from app.kernel.access import Actor
from app.visits import queries, service
from app.visits.schemas import Message, PackContent
from app.visits.service import settling
from tests.factories import GROUP, VILLAGE
from tests.factories import households as made
from tests.visits import reading
from tests.visits.test_syncing import visit_message


@pytest.fixture
def pack(county: Session, household: Household, cadre: Actor) -> PackContent:
    """Give the pack that the cadre's device took along."""
    del household
    return service.prepare_pack(county, division_code=VILLAGE, group_codes=[GROUP], actor=cadre)


def _send(session: Session, actor: Actor, *messages: Message) -> list[str]:
    return [one.result for one in service.receive(session, messages=list(messages), actor=actor)]


def _version(pack: PackContent, first: Message, **fields: Any) -> Message:
    return visit_message(pack, message_id=first.id, follows=[first.revision], **fields)


def test_a_version_without_a_right_today_waits(
    county: Session, pack: PackContent, household: Household, cadre: Actor
) -> None:
    first = visit_message(pack)
    assert _send(county, cadre, first) == ["stored"]
    late = _version(pack, first, notes="后来改的")
    assert _send(county, replace(cadre, grants=()), late) == ["waiting"]
    [message] = queries.waiting(county, prefixes=(VILLAGE,))
    assert message.reasons == ["edited", "no_right"]
    assert settling.choices(message) == ("replaced", "merged", "dropped")
    assert reading.visits_of(county, household.id)[0].notes == "老人在家，水管裂了"


def test_a_version_after_a_day_waits(county: Session, pack: PackContent, cadre: Actor) -> None:
    first = visit_message(pack)
    assert _send(county, cadre, first) == ["stored"]
    stands = queries.get_visit(county, client_id=first.id)
    stands.logged_at -= timedelta(hours=25)
    county.flush()
    assert _send(county, cadre, _version(pack, first)) == ["waiting"]
    assert queries.waiting(county, prefixes=(VILLAGE,))[0].reasons == ["edited_late"]


def test_a_version_does_not_take_a_visit_to_another_household(
    county: Session, household: Household, cadre: Actor
) -> None:
    neighbour = made.household(county)
    pack = service.prepare_pack(county, division_code=VILLAGE, group_codes=[GROUP], actor=cadre)
    first = visit_message(pack, household_id=household.id)
    assert _send(county, cadre, first) == ["stored"]
    assert _send(county, cadre, _version(pack, first, household_id=neighbour.id)) == ["refused"]
    assert queries.waiting(county, prefixes=(VILLAGE,)) == []


def test_a_version_that_newly_names_a_stranger_waits(
    county: Session, pack: PackContent, cadre: Actor
) -> None:
    first = visit_message(pack)
    assert _send(county, cadre, first) == ["stored"]
    stranger = made.household(county, division_code="520203102214")
    scope.open_scope(county, "520203")
    met = county.scalars(select(Person.id).where(Person.household_id == stranger.id)).first()
    assert _send(county, cadre, _version(pack, first, met_person_ids=[met])) == ["waiting"]
    assert queries.waiting(county, prefixes=(VILLAGE,))[0].reasons == ["edited", "members_changed"]
