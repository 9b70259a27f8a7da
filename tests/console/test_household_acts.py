"""The forms of a household's page: each act, its refusals, and two people at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.audit.models import LedgerLine
from app.households.models.register import Household
from app.households.queries import register as queries
from app.identity.models import StaffToken
from app.kernel import clock, scope
from app.kernel.db import Database
from tests.console.conftest import Enter
from tests.console.keeping import members_of, send
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE
from tests.factories import households as made


@pytest.fixture
def home(county: Database) -> Household:
    """Give a household of three in the first group."""
    with county.unit_of_work() as session:
        return made.household(session)


def test_a_clerk_enters_a_newborn_and_changes_a_phone(
    enter: Enter, county: Database, home: Household
) -> None:
    browser = enter("clerk", VILLAGE)
    born = {"how": "born", "name": "赵新", "relation": "daughter", "birth_date": "2026-01-05"}
    assert send(browser, home, "joining", **born) == 303
    head = members_of(county, home.id)[0]
    change = {"person": head, "field": "phone", "value": "13911112222", "reason": "换号"}
    assert send(browser, home, "correction", **change) == 303
    assert send(browser, home, "correction", field="address", value="新寨9号") == 303
    with county.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        view = queries.view(session, home.id)
        assert (view.members[0].phone, view.address) == ("13911112222", "新寨9号")
        assert "赵新" in [member.name for member in view.members]


def test_the_head_changes_and_a_tag_begins_and_ends(
    enter: Enter, county: Database, home: Household
) -> None:
    browser = enter("clerk", VILLAGE)
    head, spouse, _child = members_of(county, home.id)
    assert send(browser, home, "head", person=spouse, old_head=head, relation="spouse") == 303
    assert members_of(county, home.id)[0] == spouse
    begun = {"person": head, "tag": "veteran", "valid_from": "2026-01-01"}
    assert send(browser, home, "tag", **begun) == 303
    page = browser.get(f"/console/households/{home.id}")
    assert "退役军人" in page.text
    with county.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        tag = queries.view(session, home.id).members[1].tags[0].id
    assert send(browser, home, "tag_end", tag=tag, on="2026-06-30") == 303
    assert send(browser, home, "tag", **{**begun, "amount": "12.345"}) == 422


def test_a_household_splits_merges_and_ends_by_the_forms(
    enter: Enter, county: Database, home: Household
) -> None:
    browser = enter("clerk", VILLAGE)
    _head, spouse, child = members_of(county, home.id)
    parted = {
        "member": [str(spouse), str(child)],
        f"relation-{child}": "son",
        "head": spouse,
        "number": "分户1",
    }
    assert send(browser, home, "split", **parted) == 303
    with county.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        new = queries.by_number(session, division_code=VILLAGE, number="分户1")
    assert members_of(county, new.id) == [spouse, child]
    back = {"other_village": VILLAGE, "other_number": home.number}
    assert send(browser, new, "merger", **back) == 303
    assert len(members_of(county, home.id)) == 3
    ended = browser.get(f"/console/households/{new.id}")
    assert ended.status_code == 303
    assert "销户" in browser.get(ended.headers["Location"]).text


def test_a_member_dies_and_another_moves_to_a_village_of_the_township(
    enter: Enter, county: Database, home: Household
) -> None:
    with county.unit_of_work() as session:
        there = made.household(session, division_code=OTHER_VILLAGE)
    steward = enter("data_steward", TOWNSHIP)
    head, spouse, child = members_of(county, home.id)
    died = {"person": head, "because": "died", "on": "2026-01-02", "next_head": spouse}
    assert send(steward, home, "departure", **died) == 303
    moved = {
        "member": [str(child)],
        f"relation-{child}": "grandson",
        "other_village": OTHER_VILLAGE,
        "other_number": there.number,
    }
    clerk = enter("clerk", VILLAGE)
    assert send(clerk, home, "move", **moved) == 403
    with county.reading() as session:
        refused = select(LedgerLine).where(LedgerLine.outcome == "denied")
        line = session.scalars(refused).one()
        assert (line.act, line.division_code) == ("change", OTHER_VILLAGE)
    assert send(steward, home, "move", **moved) == 303
    assert child in members_of(county, there.id)
    assert members_of(county, home.id) == [spouse]


def test_what_takes_somebody_away_asks_for_the_second_factor_again(
    enter: Enter, county: Database, home: Household
) -> None:
    browser = enter("clerk", VILLAGE)
    spouse = members_of(county, home.id)[1]
    with county.unit_of_work() as session:
        session.execute(update(StaffToken).values(proved_at=clock.now() - timedelta(hours=1)))
    assert send(browser, home, "departure", person=spouse, because="died") == 401
    assert len(members_of(county, home.id)) == 3
    assert send(browser, home, "officer", username="") == 303


def test_the_second_of_two_clerks_is_told_and_sees_the_newest(
    enter: Enter, county: Database, home: Household
) -> None:
    one, two = enter("clerk", VILLAGE), enter("clerk", VILLAGE, username="second")
    spouse = members_of(county, home.id)[1]
    fields = {"version": 1, "person": spouse, "field": "residence", "value": "away"}
    path = f"/console/households/{home.id}/correction"
    assert one.send(path, **fields).status_code == 303
    late = two.send(path, **fields)
    assert late.status_code == 409
    assert "刚才有人改过这一户" in late.text
    assert 'name="version" value="2"' in late.text


def test_a_refused_form_keeps_what_was_chosen_and_typed(
    enter: Enter, county: Database, home: Household
) -> None:
    browser = enter("clerk", VILLAGE)
    _head, spouse, child = members_of(county, home.id)
    path = f"/console/households/{home.id}"
    typed = {"number": "", "address": "新寨9号", "reason": "儿子成家", "head": child}
    parted = {"member": [str(spouse)], f"relation-{spouse}": "mother", **typed}
    page = browser.send(f"{path}/split", version=1, **parted)
    assert page.status_code == 422
    for kept in ('value="新寨9号"', 'value="儿子成家"', f'value="{child}" selected'):
        assert kept in page.text
    assert page.text.count(" checked>") == 1
    assert page.text.count('<option value="mother" selected>') == 1
    again = browser.get(path)
    assert "新寨9号" not in again.text
    born = {"how": "joined", "name": "赵新", "relation": "son", "id_number": "52020319900101123X"}
    page = browser.send(f"{path}/joining", version=1, phone="12", **born)
    assert page.status_code == 422
    assert 'value="赵新"' in page.text
    assert "52020319900101123X" not in page.text


def test_a_refusal_repeats_no_value(enter: Enter, county: Database, home: Household) -> None:
    head = members_of(county, home.id)[0]
    page = enter("clerk", VILLAGE).send(
        f"/console/households/{home.id}/correction",
        version=1,
        person=head,
        field="id_number",
        value="520203199001011230",
    )
    assert page.status_code == 422
    assert "520203199001011230" not in page.text
