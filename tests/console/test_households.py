"""The register's pages: what a cadre finds, what a clerk changes, and what nobody sees."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from app.audit.models import LedgerLine
from app.doorplates import queries as plates
from app.households.models.register import Household, RecordChange
from app.households.queries import register as queries
from app.kernel import scope
from app.kernel.db import Database
from tests import factories
from tests.console.conftest import Enter, shown
from tests.console.keeping import NAMES, members_of, send
from tests.factories import GROUP, OTHER_VILLAGE, VILLAGE
from tests.factories import households as made


@pytest.fixture
def home(county: Database) -> Household:
    """Give a household of three in the first group."""
    with county.unit_of_work() as session:
        return made.household(session)


def _lines(county: Database) -> list[tuple[str, int | None, list[str]]]:
    with county.reading() as session:
        query = select(LedgerLine).order_by(LedgerLine.id)
        return [(line.act, line.household_id, line.fields) for line in session.scalars(query)]


def test_a_cadre_sees_masked_names_by_group_and_the_list_leaves_a_line(
    enter: Enter, county: Database, home: Household
) -> None:
    browser = enter("cadre", VILLAGE)
    page = browser.get(f"/console/households?village={VILLAGE}&group={GROUP}")
    assert "赵**" in page.text
    assert not any(name in page.text for name in NAMES)
    assert f"/console/households/{home.id}/opening" in page.text
    assert _lines(county) == [("list", None, ["name"])]
    other = browser.get(f"/console/households?village={VILLAGE}&group={VILLAGE}02")
    assert "这里还没有登记住户" in other.text


def test_a_name_is_found_and_stands_in_no_address_and_no_line(
    enter: Enter, county: Database, home: Household
) -> None:
    browser = enter("cadre", VILLAGE)
    for wanted, found in (("钱小花", "钱**"), ("小 花", "钱**"), ("大山", "赵**"), ("孙", None)):
        page = browser.send("/console/households/search", village=VILLAGE, name=wanted)
        assert page.status_code == 200
        assert (found or "没有找到") in page.text
        assert wanted not in shown(page)
    assert {line[0] for line in _lines(county)} == {"search"}
    with county.reading() as session:
        assert {line.reason_digest for line in session.scalars(select(LedgerLine))} == {None}
    assert home.id


def test_an_empty_name_is_refused_and_another_village_is_not_searched(
    enter: Enter, home: Household
) -> None:
    browser = enter("cadre", VILLAGE)
    assert browser.send("/console/households/search", village=VILLAGE, name=" ").status_code == 422
    away = browser.send("/console/households/search", village=OTHER_VILLAGE, name="赵")
    assert away.status_code == 422
    assert "赵" not in away.text
    assert home.id


def test_a_long_list_goes_on_page_by_page(
    enter: Enter, county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.households.service.keeping.PAGE", 2)
    with county.unit_of_work() as session:
        rows = [made.household(session) for _ in range(3)]
    browser = enter("cadre", VILLAGE)
    first = browser.get(f"/console/households?village={VILLAGE}")
    assert first.text.count("/opening") == 2
    after = rows[1].number
    last = browser.get(f"/console/households?village={VILLAGE}&after={after}")
    assert last.text.count("/opening") == 1
    assert "下一页" not in last.text


def test_the_keeper_sees_a_masked_household_and_it_leaves_a_line(
    enter: Enter, county: Database, home: Household
) -> None:
    page = enter("clerk", VILLAGE).get(f"/console/households/{home.id}")
    assert "赵**" in page.text
    assert "未成年人 1 名" in page.text
    for name in NAMES:
        assert name not in page.text
    act, household_id, fields = _lines(county)[-1]
    assert (act, household_id) == ("open", home.id)
    assert {"name", "phone", "id_number"} <= set(fields)


def test_a_household_elsewhere_is_as_if_there_were_none(
    enter: Enter, county: Database, home: Household
) -> None:
    browser = enter("clerk", OTHER_VILLAGE)
    for path in (f"{home.id}", f"{home.id}/history", "0"):
        assert browser.get(f"/console/households/{path}").status_code == 404
    assert browser.send(f"/console/households/{home.id}/head", version=1).status_code == 404
    with county.reading() as session:
        assert set(session.scalars(select(LedgerLine.outcome))) == {"denied"}


def test_a_cadre_keeps_no_register(enter: Enter, home: Household) -> None:
    assert enter("cadre", VILLAGE).get(f"/console/households/{home.id}").status_code == 403


def test_doors_are_given_by_hand_by_match_and_at_issue(
    enter: Enter, county: Database, home: Household
) -> None:
    with county.unit_of_work() as session:
        door = factories.issued(session)[0].door_id
        scope.open_scope(session, VILLAGE)
        address = queries.view(session, home.id).address or ""
    number = address.removeprefix("青杠林村一组")
    browser = enter("clerk", VILLAGE)
    assert send(browser, home, "door", door=door) == 303
    assert "解除" in browser.get(f"/console/households/{home.id}").text
    assert send(browser, home, "door", door="") == 303
    issued = browser.send(
        "/console/doorplates", division=VILLAGE, match="yes", count="", doors=_csv(number)
    )
    assert issued.status_code == 303
    with county.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        mine = queries.get(session, home.id).door_id
        assert mine is not None
        assert plates.get_door(session, mine).house_number == number
    assert send(browser, home, "door", door="") == 303
    matching = browser.get(f"/console/households/doors/{VILLAGE}")
    assert "对应这 1 户" in matching.text
    assert browser.send(f"/console/households/doors/{VILLAGE}").status_code == 303
    with county.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        assert queries.at_door(session, mine) == home.id


def _csv(number: str) -> tuple[object, str]:
    return BytesIO(f"group,house_number,label\n一组,{number},\n".encode()), "doors.csv"


def test_the_history_names_acts_fields_and_people_and_no_value(
    enter: Enter, county: Database, home: Household
) -> None:
    browser = enter("clerk", VILLAGE)
    head = members_of(county, home.id)[0]
    send(browser, home, "correction", person=head, field="phone", value="13911113333")
    page = browser.get(f"/console/households/{home.id}/history")
    for word in ("登记入册", "修改资料", "电话", "村级登记", f"clerk-{VILLAGE}"):
        assert word in page.text
    for value in ("13911113333", *NAMES):
        assert value not in page.text
    assert _lines(county)[-1] == ("open", home.id, ["history"])


def test_a_group_gets_its_officer(enter: Enter, county: Database, home: Household) -> None:
    enter("cadre", VILLAGE, username="helper")
    browser = enter("clerk", VILLAGE)
    unknown = browser.send("/console/households/officer", village=VILLAGE, username="nobody")
    assert unknown.status_code == 404
    given = {"village": VILLAGE, "group": GROUP, "username": "helper"}
    assert browser.send("/console/households/officer", **given).status_code == 303
    assert "helper" in browser.get(f"/console/households/{home.id}").text
    with county.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        acts = session.scalars(select(RecordChange.act)).all()
        assert "officer_assigned" in acts
