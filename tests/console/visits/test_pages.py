"""Visits and follow-ups as a cadre meets them in a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import LedgerLine
from app.households.models.register import Household
from app.kernel import clock
from app.kernel.db import Database
from tests.console.conftest import Browser, hidden, shown
from tests.console.visits.conftest import EnterAs
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.factories import households as made


def _log(browser: Browser, household: Household, **fields: object) -> str:
    """Log a visit by the form; gives where it leads."""
    page = browser.get(f"/console/visits/new/{VILLAGE}/{household.id}")
    answer = browser.send(
        "/console/visits/",
        **{
            "client_id": hidden(page, "client_id"),
            "division": VILLAGE,
            "household_id": household.id,
            "purpose": "visit",
            "visited_on": clock.today().isoformat(),
            "notes": "家里一切都好",
            "category_1": "housing",
            "need_1": "屋顶漏水",
            **fields,
        },
    )
    assert answer.status_code == 303, shown(answer)
    return answer.headers["Location"]


def test_the_form_shows_who_lives_there_masked_and_leaves_a_line(
    enter_as: EnterAs, household: Household, county: Database
) -> None:
    page = enter_as().get(f"/console/visits/new/{VILLAGE}/{household.id}")
    assert page.status_code == 200
    assert "赵**（户主）" in shown(page)
    for value in ("赵大山", "钱小花", "赵小明"):
        assert value not in page.text
    with county.reading() as session:
        query = select(LedgerLine.act, LedgerLine.fields).where(
            LedgerLine.household_id == household.id
        )
        assert [tuple(row) for row in session.execute(query)] == [("open", ["name", "relation"])]


def test_a_form_sent_again_for_another_household_says_so_and_can_then_be_saved(
    enter_as: EnterAs, household: Household, county: Database
) -> None:
    with county.unit_of_work() as session:
        neighbours = made.household(session)
    browser = enter_as()
    page = browser.get(f"/console/visits/new/{VILLAGE}/{household.id}")
    used = hidden(page, "client_id")
    first = _log(browser, household, client_id=used)
    given = {
        "division": VILLAGE,
        "household_id": neighbours.id,
        "purpose": "visit",
        "visited_on": clock.today().isoformat(),
        "notes": "隔壁也去了",
    }
    refused = browser.send("/console/visits/", client_id=used, **given)
    assert refused.status_code == 409
    assert "这张表单已经存过别的走访" in refused.text
    assert "隔壁也去了" in refused.text
    fresh = hidden(refused, "client_id")
    assert fresh != used
    saved = browser.send("/console/visits/", client_id=fresh, **given)
    assert saved.status_code == 303
    assert saved.location != first


def test_a_visit_is_logged_shown_and_mended(enter_as: EnterAs, household: Household) -> None:
    browser = enter_as()
    address = _log(browser, household)
    page = browser.get(address)
    assert "家里一切都好" in page.text
    assert "屋顶漏水" in page.text
    mended = browser.send(
        address, purpose="visit", visited_on=clock.today().isoformat(), notes="老人腿疼"
    )
    assert mended.status_code == 303
    page = browser.get(address)
    assert "老人腿疼" in page.text
    assert "改过之前" in page.text
    assert "家里一切都好" in page.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"notes": "", "need_1": ""}, "请写下见到了谁"),
        ({"purpose": "gold"}, "走访记录没有填好"),
        ({"visited_on": "2999-01-01"}, "走访日期要在今天或今天以前"),
        ({"visited_on": ""}, "走访记录没有填好"),
        ({"due_1": "1999-01-01"}, "办理期限要在一年以内"),
        ({"owner_1": "999999"}, "请选择一个在这个村有走访权限的办理人"),
        ({"met_person_ids": "999999"}, "见到的人要从这一户的成员里选"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    enter_as: EnterAs, household: Household, fields: dict[str, str], sentence: str
) -> None:
    browser = enter_as()
    page = browser.get(f"/console/visits/new/{VILLAGE}/{household.id}")
    client_id = hidden(page, "client_id")
    answer = browser.send(
        "/console/visits/",
        **{
            "client_id": client_id,
            "division": VILLAGE,
            "household_id": household.id,
            "purpose": "visit",
            "visited_on": clock.today().isoformat(),
            "met": "隔壁邻居",
            "category_1": "housing",
            "need_1": "屋顶漏水",
            **({"met": ""} if "notes" in fields else {}),
            **fields,
        },
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert hidden(answer, "client_id") == client_id
    assert "notes" in fields or "隔壁邻居" in answer.text


def test_my_follow_ups_lead_to_a_need_that_is_concluded(
    enter_as: EnterAs, household: Household
) -> None:
    browser = enter_as()
    _log(browser, household)
    page = browser.get("/console/visits")
    assert "屋顶漏水" not in page.text
    address = re.search(r'href="(/console/visits/needs/\d+/\d+)"', page.text)
    assert address is not None
    need = browser.get(address[1])
    assert "屋顶漏水" in need.text
    fields = {"row_version": hidden(need, "row_version"), "state": "done"}
    assert browser.send(f"{address[1]}/step", **fields, note="").status_code == 422
    assert browser.send(f"{address[1]}/step", **fields, note="修好了").status_code == 303
    assert browser.send(f"{address[1]}/step", **fields, note="再来").status_code == 409
    assert "修好了" in browser.get(address[1]).text
    assert "没有要跟办的诉求" in browser.get("/console/visits").text
    assert "住房安全" in browser.get("/console/visits?state=done").text


def test_a_need_gets_another_day_and_another_owner(enter_as: EnterAs, household: Household) -> None:
    browser, colleague = enter_as(), enter_as("colleague")
    _log(browser, household)
    [address] = re.findall(
        r'href="(/console/visits/needs/\d+/\d+)"', browser.get("/console/visits").text
    )
    later = (clock.today() + timedelta(days=30)).isoformat()
    page = browser.get(address)
    fields = {"row_version": hidden(page, "row_version"), "due_on": later, "note": "等材料"}
    assert browser.send(f"{address}/day", **fields).status_code == 303
    page = browser.get(address)
    assert later in page.text
    [owner] = re.findall(r'<option value="(\d+)">colleague', page.text)
    fields = {"row_version": hidden(page, "row_version"), "owner": owner}
    assert browser.send(f"{address}/owner", **fields).status_code == 303
    assert "没有要跟办的诉求" in browser.get("/console/visits").text
    assert address in colleague.get("/console/visits").text


def test_a_cadre_of_another_village_sees_and_logs_nothing(
    enter_as: EnterAs, household: Household
) -> None:
    address = _log(enter_as(), household)
    stranger = enter_as("stranger", place=OTHER_VILLAGE)
    for path in (address, f"/console/visits/new/{VILLAGE}/{household.id}"):
        assert stranger.get(path).status_code == 403
    assert stranger.get(f"/console/visits/new/{OTHER_VILLAGE}/{household.id}").status_code == 404
    fields = {"division": VILLAGE, "household_id": household.id, "notes": "x"}
    assert stranger.send("/console/visits/", **fields).status_code in (403, 422)
