"""The clock: what is due where and when, what answers it, and what moves it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.catalogue import service
from app.catalogue.errors import NotAnEvent, WrongPlace
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.errors import Forbidden
from app.organisations import service as organisations
from app.organisations.models import Kind
from app.organisations.schemas import Details
from app.workdays import service as workdays
from app.workdays.schemas import DayIn
from tests import factories
from tests.catalogue.sheets import row
from tests.catalogue.world import VILLAGE_FINANCE, duties, entry, hold
from tests.factories import COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE

VILLAGES = [VILLAGE, OTHER_VILLAGE, OTHER_TOWNSHIP + "201"]
MONTHLY = row(1, "收支", "收支", term="每月", level="v")


def _open(session: Session, day: date | None = None) -> int:
    return service.open_duties(session, county_code=COUNTY, day=day)


def test_the_running_and_the_next_period_are_due_ten_working_days_after_their_end(
    county: Session,
) -> None:
    hold(county, row(1, "低保", "支出", term="每月"))
    assert _open(county) == 2
    found = duties(county, "支出")
    assert [(one.division_code, one.period, one.due_on, one.is_sure) for one in found] == [
        (COUNTY, "2026-11", date(2026, 12, 14), True),
        (COUNTY, "2026-12", date(2027, 1, 14), False),
    ]


def test_a_second_night_makes_nothing_twice_and_the_next_month_makes_one_more(
    county: Session,
) -> None:
    hold(county, row(1, "低保", "支出", term="每月"))
    _open(county)
    assert _open(county) == 0
    assert _open(county, date(2026, 12, 1)) == 1
    assert _open(county, date(2027, 2, 10)) == 2


def test_what_villages_publish_is_due_of_each_village_and_its_committee(county: Session) -> None:
    committee = factories.office(county)
    hold(county, MONTHLY, field=VILLAGE_FINANCE)
    _open(county)
    found = duties(county, "收支")
    assert sorted({one.division_code for one in found}) == sorted(VILLAGES)
    assert {one.organisation_id for one in found if one.division_code == VILLAGE} == {committee.id}
    assert len(found) == 2 * len(VILLAGES)


def test_what_townships_publish_is_due_of_each_township_and_its_government(
    county: Session,
) -> None:
    details = Details(name="岩脚镇人民政府", kind=Kind.TOWNSHIP_GOVERNMENT, division_code=TOWNSHIP)
    government = organisations.register(county, details=details, actor=OPERATOR)
    hold(county, row(1, "低保", "名单", term="每月", level="v"))
    _open(county)
    offices = {one.division_code: one.organisation_id for one in duties(county, "名单")}
    assert offices == {TOWNSHIP: government.id, OTHER_TOWNSHIP: None}


def test_what_is_given_on_application_or_by_events_has_no_periods(county: Session) -> None:
    hold(
        county,
        row(1, "低保", "查询", term="每月", method="y"),
        row(2, "低保", "政策"),
        row(3, "低保", "热线", term="即时"),
    )
    assert _open(county) == 0


def test_an_event_is_due_within_its_term_from_the_next_day(county: Session) -> None:
    hold(county, row(1, "低保", "政策"), row(2, "低保", "热线", term="即时"))
    for item, due_on in (("政策", date(2026, 12, 23)), ("热线", date(2026, 11, 26))):
        duty = service.open_event(
            county,
            entry_id=entry(county, item).id,
            division_code=COUNTY,
            created_on=date(2026, 11, 25),
            actor=OPERATOR,
        )
        assert (duty.due_on, duty.is_sure, duty.period) == (due_on, True, None)


def test_an_event_of_a_term_nobody_understood_is_due_by_the_law(county: Session) -> None:
    hold(county, row(1, "低保", "政策", term="长期公开"))
    duty = service.open_event(
        county,
        entry_id=entry(county, "政策").id,
        division_code=COUNTY,
        created_on=date(2026, 11, 25),
        actor=OPERATOR,
    )
    assert duty.due_on == date(2026, 12, 23)


def test_an_event_is_refused_at_another_place_for_a_periodic_entry_and_without_the_right(
    county: Session,
) -> None:
    hold(county, row(1, "低保", "政策"), row(2, "低保", "支出", term="每月"))
    policy, monthly = entry(county, "政策").id, entry(county, "支出").id
    below = Actor(name="a", grants=(Grant("disclosure.publish", TOWNSHIP),))
    for number, place, actor, refusal in (
        (policy, TOWNSHIP, OPERATOR, WrongPlace),
        (monthly, COUNTY, OPERATOR, NotAnEvent),
        (policy, COUNTY, below, Forbidden),
    ):
        with pytest.raises(refusal):
            service.open_event(
                county,
                entry_id=number,
                division_code=place,
                created_on=date(2026, 11, 25),
                actor=actor,
            )


def test_a_publication_answers_the_period_before_then_the_running_one_then_nothing(
    county: Session,
) -> None:
    hold(county, MONTHLY, field=VILLAGE_FINANCE)
    _open(county)
    number = entry(county, "收支").id
    on = date(2026, 12, 8)

    def fulfil(ref: str) -> str | None:
        duty = service.fulfil(county, entry_id=number, division_code=VILLAGE, on=on, ref=ref)
        return duty.period if duty else None

    assert fulfil("item:1") == "2026-11"
    assert fulfil("item:1") == "2026-11"  # the same publication once more
    assert fulfil("item:2") == "2026-12"
    assert fulfil("item:3") is None
    done = [one for one in duties(county, "收支") if one.done_on]
    assert {(one.division_code, one.done_on) for one in done} == {(VILLAGE, on)}


def test_a_publication_may_name_the_period_it_answers(county: Session) -> None:
    hold(county, MONTHLY, field=VILLAGE_FINANCE, since=date(2026, 9, 1))
    _open(county)
    duty = service.fulfil(
        county,
        entry_id=entry(county, "收支").id,
        division_code=VILLAGE,
        on=date(2026, 12, 8),
        ref="fund:2026-09",
        period="2026-09",
    )
    assert duty is not None
    assert (duty.period, duty.done_ref) == ("2026-09", "fund:2026-09")


def test_a_publication_answers_the_event_that_is_due_first_and_none_that_came_later(
    county: Session,
) -> None:
    hold(county, row(1, "低保", "政策"))
    number = entry(county, "政策").id
    days = (date(2026, 11, 20), date(2026, 11, 10), date(2026, 11, 24))
    for day in days:
        service.open_event(
            county, entry_id=number, division_code=COUNTY, created_on=day, actor=OPERATOR
        )
    answered = [
        service.fulfil(
            county, entry_id=number, division_code=COUNTY, on=date(2026, 11, 23), ref=f"item:{n}"
        )
        for n in range(3)
    ]
    assert [one.created_on if one else None for one in answered] == [
        date(2026, 11, 10),
        date(2026, 11, 20),
        None,
    ]


def test_what_was_answered_is_open_again_once_the_publication_is_withdrawn(
    county: Session,
) -> None:
    hold(county, MONTHLY, field=VILLAGE_FINANCE)
    _open(county)
    service.fulfil(
        county,
        entry_id=entry(county, "收支").id,
        division_code=VILLAGE,
        on=date(2026, 12, 8),
        ref="item:7",
    )
    assert service.unfulfil(county, ref="item:7") == 1
    assert service.unfulfil(county, ref="item:7") == 0
    assert [one for one in duties(county, "收支") if one.done_on] == []


def test_a_holiday_that_is_entered_moves_what_is_open_and_not_what_is_done(
    county: Session,
) -> None:
    hold(county, MONTHLY, field=VILLAGE_FINANCE)
    _open(county)
    service.fulfil(
        county,
        entry_id=entry(county, "收支").id,
        division_code=VILLAGE,
        on=date(2026, 12, 8),
        ref="item:7",
    )
    wanted = DayIn(day=date(2026, 12, 1), is_working=False, name="区里放假")
    workdays.set_day(county, wanted=wanted, county_code=COUNTY, actor=OPERATOR)
    assert service.recount(county) == 2
    november = {one.division_code: one.due_on for one in duties(county, "收支") if one.done_on}
    still = {one.due_on for one in duties(county, "收支") if one.period == "2026-11"}
    assert november == {VILLAGE: date(2026, 12, 14)}
    assert still == {date(2026, 12, 14), date(2026, 12, 15)}


def test_terms_into_a_year_that_becomes_known_are_sure_after_the_recount(county: Session) -> None:
    hold(county, row(1, "低保", "支出", term="每月"))
    _open(county)
    wanted = DayIn(day=date(2027, 1, 1), is_working=False, name="元旦")
    workdays.set_day(county, wanted=wanted, county_code=COUNTY, actor=OPERATOR)
    workdays.declare_complete(county, year=2027, county_code=COUNTY, actor=OPERATOR)
    service.recount(county)
    found = duties(county, "支出")
    assert [(one.due_on, one.is_sure) for one in found] == [
        (date(2026, 12, 14), True),
        (date(2027, 1, 15), True),
    ]


def test_a_merged_villages_periods_end_and_its_events_go_to_the_new_village(
    county: Session,
) -> None:
    hold(county, MONTHLY, row(2, "资产", "合同", level="v"), field=VILLAGE_FINANCE)
    _open(county)
    service.open_event(
        county,
        entry_id=entry(county, "合同").id,
        division_code=VILLAGE,
        created_on=date(2026, 11, 20),
        actor=OPERATOR,
    )
    service.follow_merger(county, old_code=VILLAGE, new_code=OTHER_VILLAGE)
    assert VILLAGE not in {one.division_code for one in duties(county, "收支")}
    assert [one.division_code for one in duties(county, "合同")] == [OTHER_VILLAGE]
