"""A visit is written down once, sealed, by whoever may, and mended by its author within a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.households.errors import HouseholdNotFound
from app.households.models.register import Household, Person
from app.households.schemas.acts import Seen, Why
from app.households.service import families
from app.identity import roles
from app.kernel import clock, scope
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.errors import Forbidden
from app.visits import queries, service
from app.visits.errors import BadVisit, FormUsedUp, VisitClosed
from app.visits.models.logbook import Visit
from tests.factories import GROUP, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made
from tests.visits import reading
from tests.visits.conftest import cadre_in, need, written


def _members(session: Session, household: Household) -> list[int]:
    query = select(Person.id).where(Person.household_id == household.id).order_by(Person.id)
    return list(session.scalars(query))


def test_a_visit_comes_back_as_it_was_written(
    county: Session, household: Household, cadre: Actor
) -> None:
    met = _members(county, household)[:2]
    wanted = written(household, purpose="service", met_person_ids=met, met="邻居", needs=[need()])
    service.log_visit(county, wanted=wanted, division_code=VILLAGE, actor=cadre)
    [visit] = reading.visits_of(county, household.id)
    assert (visit.purpose, visit.met, visit.notes) == ("service", "邻居", "家里一切都好")
    assert visit.met_person_ids == tuple(met)
    assert (visit.staff_id, visit.source) == (cadre.staff_id, "console")
    assert [one.text for one in reading.open_needs(county, household.id)] == [need().text]


def test_nothing_that_was_written_stands_readable_in_the_tables(
    county: Session, household: Household, cadre: Actor
) -> None:
    wanted = written(household, met="邻居王婆婆", needs=[need()])
    visit = service.log_visit(county, wanted=wanted, division_code=VILLAGE, actor=cadre)
    service.amend_visit(
        county,
        visit_id=visit.id,
        division_code=VILLAGE,
        wanted=written(household, notes="改过"),
        actor=cadre,
    )
    for table in ("visits", "visit_changes", "needs", "need_events"):
        rows = county.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
        assert rows
        for value in ("家里一切都好", "邻居王婆婆", "屋顶漏水"):
            for form in (value, value.encode().hex()):
                assert not any(form in row for row in rows), table


def test_the_same_visit_sent_twice_is_one(
    county: Session, household: Household, cadre: Actor
) -> None:
    wanted = written(household, needs=[need()])
    for _time in range(2):
        service.log_visit(county, wanted=wanted, division_code=VILLAGE, actor=cadre)
    assert len(reading.visits_of(county, household.id)) == 1
    assert len(reading.open_needs(county, household.id)) == 1


def test_a_form_that_wrote_down_a_visit_is_not_another_households_visit_as_well(
    county: Session, household: Household, cadre: Actor
) -> None:
    neighbours, first = made.household(county), written(household)
    service.log_visit(county, wanted=first, division_code=VILLAGE, actor=cadre)
    again = written(neighbours, client_id=first.client_id)
    with pytest.raises(FormUsedUp):
        service.log_visit(county, wanted=again, division_code=VILLAGE, actor=cadre)
    assert reading.visits_of(county, neighbours.id) == []


def test_nor_is_it_a_colleagues_or_one_in_another_village(
    county: Session, household: Household, cadre: Actor, colleague: Actor
) -> None:
    elsewhere, first = made.household(county, division_code=OTHER_VILLAGE), written(household)
    service.log_visit(county, wanted=first, division_code=VILLAGE, actor=cadre)
    with pytest.raises(FormUsedUp):
        service.log_visit(county, wanted=first, division_code=VILLAGE, actor=colleague)
    with pytest.raises(FormUsedUp):
        service.log_visit(
            county,
            wanted=written(elsewhere, client_id=first.client_id),
            division_code=OTHER_VILLAGE,
            actor=replace(cadre, grants=(Grant(roles.VISITS_LOG, OTHER_VILLAGE),)),
        )


def test_logging_leaves_a_line_that_the_household_sees(
    county: Session, household: Household, cadre: Actor
) -> None:
    service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=cadre)
    query = select(LedgerLine.act, LedgerLine.who_id).where(LedgerLine.household_id == household.id)
    assert [tuple(row) for row in county.execute(query)] == [("visit", cadre.staff_id)]


@pytest.mark.parametrize("days", [-1, 400])
def test_a_day_that_cannot_be_is_refused(
    county: Session, household: Household, cadre: Actor, days: int
) -> None:
    wanted = written(household, visited_on=clock.today() - timedelta(days=days))
    with pytest.raises(BadVisit):
        service.log_visit(county, wanted=wanted, division_code=VILLAGE, actor=cadre)


def test_someone_of_another_household_was_not_met_here(
    county: Session, household: Household, cadre: Actor
) -> None:
    with pytest.raises(BadVisit):
        service.log_visit(
            county,
            wanted=written(household, met_person_ids=[10**9]),
            division_code=VILLAGE,
            actor=cadre,
        )


@pytest.mark.parametrize("place", [OTHER_VILLAGE, "520203102", "", "520203"])
def test_a_place_one_has_no_right_at_is_refused(
    county: Session, household: Household, place: str
) -> None:
    stranger = cadre_in(county, "stranger", division_code=OTHER_VILLAGE)
    with pytest.raises((Forbidden, HouseholdNotFound)):
        service.log_visit(county, wanted=written(household), division_code=place, actor=stranger)
    with pytest.raises(Forbidden):
        service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=stranger)


def test_a_refusal_is_noted_for_the_household(county: Session, household: Household) -> None:
    stranger = cadre_in(county, "stranger", division_code=OTHER_VILLAGE)
    with pytest.raises(Forbidden) as refused:
        service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=stranger)
    assert refused.value.afterwards is not None
    refused.value.afterwards(county)
    query = select(LedgerLine.outcome).where(LedgerLine.household_id == household.id)
    assert list(county.scalars(query)) == ["denied"]


def test_a_right_for_one_office_is_refused_and_noted(county: Session, household: Household) -> None:
    bound = Actor("bound", 1, grants=(Grant(roles.VISITS_LOG, VILLAGE, 1),), role="cadre")
    with pytest.raises(Forbidden) as refused:
        service.groups(county, division_code=VILLAGE, actor=bound)
    assert refused.value.afterwards is not None
    with pytest.raises(Forbidden):
        service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=bound)


def test_a_right_at_one_group_is_a_right_at_its_households_alone(
    county: Session, household: Household
) -> None:
    account = cadre_in(county, "grouped")
    for group, allowed in ((GROUP, True), (VILLAGE + "02", False)):
        actor = Actor(
            name="grouped", staff_id=account.staff_id, grants=(Grant("visits.log", group),)
        )
        if allowed:
            service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=actor)
        else:
            with pytest.raises(Forbidden):
                service.log_visit(
                    county, wanted=written(household), division_code=VILLAGE, actor=actor
                )


def test_the_command_line_logs_no_visit(county: Session, household: Household) -> None:
    with pytest.raises(Forbidden):
        service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=OPERATOR)


def test_an_author_mends_a_record_and_the_old_version_stays(
    county: Session, household: Household, cadre: Actor
) -> None:
    visit = service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=cadre)
    first = visit.revision
    service.amend_visit(
        county,
        visit_id=visit.id,
        division_code=VILLAGE,
        wanted=written(household, notes="老人腿疼"),
        actor=cadre,
    )
    assert reading.visits_of(county, household.id)[0].notes == "老人腿疼"
    [(change, before)] = queries.changes(county, visit.id)
    assert (change.revision, before.notes) == (first, "家里一切都好")


def test_nobody_else_and_nobody_later_mends_a_record(
    county: Session, household: Household, cadre: Actor, colleague: Actor
) -> None:
    visit = service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=cadre)

    def mend(actor: Actor) -> None:
        service.amend_visit(
            county,
            visit_id=visit.id,
            division_code=VILLAGE,
            wanted=written(household),
            actor=actor,
        )

    with pytest.raises(VisitClosed):
        mend(colleague)
    visit.logged_at = clock.now() - timedelta(hours=25)
    county.flush()
    with pytest.raises(VisitClosed):
        mend(cadre)


def test_the_second_wall_hides_visits_of_another_village(
    county: Session, household: Household, cadre: Actor
) -> None:
    service.log_visit(county, wanted=written(household), division_code=VILLAGE, actor=cadre)
    scope.open_scope(county, OTHER_VILLAGE)
    assert reading.visits_of(county, household.id) == []
    assert county.scalar(select(func.count()).select_from(Visit)) == 0


def test_a_need_written_down_after_all_members_joined_another_household_is_found_there(
    county: Session, household: Household, cadre: Actor
) -> None:
    into = made.household(county)
    there, gone = (Seen(one.id, VILLAGE) for one in (into, household))
    families.merge(county, there, gone, relations={}, actor=OPERATOR, why=Why("clerk"))
    wanted = written(household, needs=[need()])
    service.log_visit(county, wanted=wanted, division_code=VILLAGE, actor=cadre)
    assert [one.text for one in reading.open_needs(county, into.id)] == [need().text]
    assert len(reading.visits_of(county, household.id)) == 1
