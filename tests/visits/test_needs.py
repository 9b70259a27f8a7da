"""A need moves step by step with a note for the household, and goes to a successor."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.households.models.register import Household
from app.households.schemas.acts import Seen, Why
from app.households.service import families
from app.kernel import clock, scope
from app.kernel.access import OPERATOR, Actor
from app.kernel.errors import Forbidden
from app.kernel.outbox import OutboxRow
from app.visits import queries, service
from app.visits.errors import BadNeed, NeedMoved, NoteWanted, OwnerUnfit, StepRefused
from app.visits.queries.needs import needs_for_household
from app.visits.schemas import NeedAt
from tests.factories import GROUP, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made
from tests.visits import reading
from tests.visits.conftest import KEEPER, cadre_in, need, written

OTHER_GROUP = VILLAGE + "02"


@pytest.fixture
def opened(county: Session, household: Household, cadre: Actor) -> NeedAt:
    """Give a need that a visit of today brought."""
    wanted = written(household, needs=[need()])
    service.log_visit(county, wanted=wanted, division_code=VILLAGE, actor=cadre)
    [one] = reading.open_needs(county, household.id)
    return NeedAt(one.id, VILLAGE, one.row_version)


def test_a_need_falls_to_the_author_with_a_week_to_act(
    county: Session, opened: NeedAt, cadre: Actor
) -> None:
    one = queries.get_need(county, opened.need_id)
    assert one.owner_staff_id == cadre.staff_id
    assert one.due_on == clock.today() + timedelta(days=7)


def test_the_household_sees_every_step_with_its_note(
    county: Session, opened: NeedAt, household: Household, cadre: Actor
) -> None:
    service.move_need(county, opened, state="in_progress", note="已报镇里", actor=cadre)
    service.move_need(
        county, NeedAt(opened.need_id, VILLAGE, 2), state="done", note="已经修好", actor=cadre
    )
    [one] = needs_for_household(county, household.id)
    assert one.state == "done"
    assert [(step.act, step.note) for step in one.events] == [
        ("opened", ""),
        ("in_progress", "已报镇里"),
        ("done", "已经修好"),
    ]
    assert reading.open_needs(county, household.id) == []


def test_every_step_is_published_to_be_told_by_numbers_alone(
    county: Session, opened: NeedAt, cadre: Actor
) -> None:
    service.move_need(county, opened, state="declined", note="不符合条件", actor=cadre)
    rows = county.scalars(select(OutboxRow).where(OutboxRow.task == "visits.tell_household")).all()
    assert len(rows) == 2
    assert all(set(row.payload) == {"event_id", "division_code"} for row in rows)


def test_a_step_without_a_note_is_refused(county: Session, opened: NeedAt, cadre: Actor) -> None:
    with pytest.raises(NoteWanted):
        service.move_need(county, opened, state="done", note="  ", actor=cadre)


def test_a_need_that_moved_meanwhile_is_not_moved_blindly(
    county: Session, opened: NeedAt, cadre: Actor, colleague: Actor
) -> None:
    service.move_need(county, opened, state="in_progress", note="开始办", actor=colleague)
    with pytest.raises(NeedMoved):
        service.move_need(county, opened, state="done", note="办好了", actor=cadre)


@pytest.mark.parametrize("state", ["open", "done", "in_progress", "lost"])
def test_what_is_over_stays_over(county: Session, opened: NeedAt, cadre: Actor, state: str) -> None:
    service.move_need(county, opened, state="done", note="办好了", actor=cadre)
    with pytest.raises(StepRefused):
        service.move_need(
            county, NeedAt(opened.need_id, VILLAGE, 2), state=state, note="再来", actor=cadre
        )


def test_a_stranger_neither_reads_nor_moves_a_need(county: Session, opened: NeedAt) -> None:
    stranger = cadre_in(county, "stranger", division_code=OTHER_VILLAGE)
    with pytest.raises(Forbidden):
        service.read_need(county, need_id=opened.need_id, division_code=VILLAGE, actor=stranger)
    with pytest.raises(Forbidden):
        service.move_need(county, opened, state="done", note="办好了", actor=stranger)


def test_reading_a_need_leaves_a_line(
    county: Session, opened: NeedAt, household: Household, colleague: Actor
) -> None:
    view = service.read_need(county, need_id=opened.need_id, division_code=VILLAGE, actor=colleague)
    assert view.text == need().text
    lines = county.execute(
        select(LedgerLine.act, LedgerLine.fields, LedgerLine.household_id).where(
            LedgerLine.who_id == colleague.staff_id
        )
    )
    assert [tuple(row) for row in lines] == [("open", ["need"], household.id)]


def test_a_need_gets_another_day_with_a_note(county: Session, opened: NeedAt, cadre: Actor) -> None:
    later = clock.today() + timedelta(days=20)
    service.change_due(county, opened, due_on=later, note="等材料", actor=cadre)
    assert queries.get_need(county, opened.need_id).due_on == later
    with pytest.raises(BadNeed):
        service.change_due(
            county,
            NeedAt(opened.need_id, VILLAGE, 2),
            due_on=clock.today() - timedelta(days=1),
            note="倒回去",
            actor=cadre,
        )


def test_a_need_is_given_to_a_colleague_of_the_place_alone(
    county: Session, opened: NeedAt, cadre: Actor, colleague: Actor
) -> None:
    stranger = cadre_in(county, "stranger", division_code=OTHER_VILLAGE)
    assert stranger.staff_id
    assert colleague.staff_id
    with pytest.raises(OwnerUnfit):
        service.give_to(county, opened, owner_staff_id=stranger.staff_id, actor=cadre)
    service.give_to(county, opened, owner_staff_id=colleague.staff_id, actor=cadre)
    assert queries.get_need(county, opened.need_id).owner_staff_id == colleague.staff_id


def test_my_follow_ups_stand_by_their_days_and_open_nothing_sealed(
    county: Session, household: Household, cadre: Actor, colleague: Actor
) -> None:
    today = clock.today()
    for days in (9, 2, 5):
        one = need(f"第{days}件").model_copy(update={"due_on": today + timedelta(days=days)})
        service.log_visit(
            county,
            wanted=written(household, needs=[one]),
            division_code=VILLAGE,
            actor=cadre,
        )
    assert cadre.staff_id
    assert colleague.staff_id
    mine = queries.assigned_to(county, staff_id=cadre.staff_id, prefixes=("520203", VILLAGE))
    assert [(line.due_on - today).days for line in mine] == [2, 5, 9]
    assert len(queries.assigned_to(county, staff_id=cadre.staff_id, prefixes=(GROUP,))) == 3
    assert queries.assigned_to(county, staff_id=colleague.staff_id, prefixes=(VILLAGE,)) == []
    assert (
        queries.assigned_to(county, staff_id=cadre.staff_id, prefixes=(VILLAGE,), state="done")
        == []
    )


def test_a_successor_takes_over_open_needs_and_concluded_ones_stay(
    county: Session, household: Household, cadre: Actor, colleague: Actor, opened: NeedAt
) -> None:
    service.log_visit(
        county,
        wanted=written(household, needs=[need("第二件")]),
        division_code=VILLAGE,
        actor=cadre,
    )
    service.move_need(county, opened, state="done", note="办好了", actor=cadre)
    assert cadre.staff_id
    assert colleague.staff_id
    moved = service.hand_over(
        county, from_staff_id=cadre.staff_id, to_staff_id=colleague.staff_id, actor=KEEPER
    )
    assert moved == 1
    [line] = queries.assigned_to(county, staff_id=colleague.staff_id, prefixes=(VILLAGE,))
    view = queries.read_need(county, line.id)
    assert (view.text, view.events[-1].act) == ("第二件", "handed_over")
    assert queries.get_need(county, opened.need_id).owner_staff_id == cadre.staff_id


def test_nobody_but_whoever_keeps_the_accounts_hands_over(
    county: Session, opened: NeedAt, cadre: Actor, colleague: Actor
) -> None:
    del opened
    with pytest.raises(Forbidden):
        service.hand_over(
            county,
            from_staff_id=cadre.staff_id or 0,
            to_staff_id=colleague.staff_id or 0,
            actor=cadre,
        )


def _join(session: Session, household: Household, into: Household) -> None:
    """Let a household go into another one, and do what follows as the outbox names it."""
    gone, there = (Seen(one.id, one.division_code) for one in (household, into))
    families.merge(session, there, gone, relations={}, actor=OPERATOR, why=Why("clerk"))
    query = select(OutboxRow).where(OutboxRow.task == "households.household_joined")
    ids = session.scalars(query).one().payload
    for _twice in range(2):
        service.follow_household(session, **ids)


def test_the_needs_of_a_household_that_merged_follow_it_with_their_steps(
    county: Session, opened: NeedAt, household: Household, cadre: Actor
) -> None:
    into = made.household(county)
    _join(county, household, into)
    assert needs_for_household(county, household.id) == []
    [need_] = needs_for_household(county, into.id)
    assert [step.act for step in need_.events] == ["opened"]
    assert (need_.owner_staff_id, need_.row_version) == (cadre.staff_id, opened.row_version + 1)
    at = NeedAt(need_.id, VILLAGE, need_.row_version)
    service.move_need(county, at, state="done", note="修好了", actor=cadre)


@pytest.mark.usefixtures("opened")
def test_a_need_that_goes_to_another_village_is_followed_up_by_the_officer_there(
    county: Session, household: Household
) -> None:
    officer = cadre_in(county, "there", division_code=OTHER_VILLAGE)
    into = made.household(
        county, division_code=OTHER_VILLAGE, assistance_officer_id=officer.staff_id
    )
    _join(county, household, into)
    scope.open_scope(county, OTHER_VILLAGE)
    [need_] = needs_for_household(county, into.id)
    assert (need_.owner_staff_id, need_.division_code) == (officer.staff_id, OTHER_VILLAGE)
    assert [step.act for step in need_.events] == ["opened", "handed_over"]


def test_who_may_at_another_group_of_the_village_alone_hands_a_need_over(
    county: Session, household: Household
) -> None:
    here, there = (
        cadre_in(county, f"of{group[-2:]}", division_code=group) for group in (GROUP, OTHER_GROUP)
    )
    wanted = written(household, needs=[need()])
    service.log_visit(county, wanted=wanted, division_code=VILLAGE, actor=here)
    into = made.household(county, assistance_officer_id=there.staff_id)
    into.group_code = OTHER_GROUP
    _join(county, household, into)
    [need_] = needs_for_household(county, into.id)
    assert need_.owner_staff_id == there.staff_id
    service.read_need(county, need_id=need_.id, division_code=VILLAGE, actor=there)


def test_needs_reach_the_last_household_in_whatever_order_the_joinings_are_done(
    county: Session, opened: NeedAt, household: Household
) -> None:
    second, third = made.household(county), made.household(county, division_code=OTHER_VILLAGE)
    for gone, into in ((household, second), (second, third)):
        seen = (Seen(one.id, one.division_code) for one in (into, gone))
        families.merge(county, *seen, relations={}, actor=OPERATOR, why=Why("clerk"))
    query = select(OutboxRow).where(OutboxRow.task == "households.household_joined")
    for row in county.scalars(query.order_by(OutboxRow.id.desc())).all():
        service.follow_household(county, **row.payload)
    scope.open_scope(county, OTHER_VILLAGE)
    assert [one.id for one in needs_for_household(county, third.id)] == [opened.need_id]
