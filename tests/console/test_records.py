"""The cadre's scan: a button, a purpose, the masked record, one value at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, update

from app.identity import roles
from app.identity.models import StaffToken
from app.kernel import clock
from app.kernel.db import Database
from tests.console.conftest import Browser, shown
from tests.console.reading import Cadre, acts, head_of, is_private, open_record
from tests.factories import OTHER_VILLAGE
from tests.households.opened import CHILD, HEAD, PHONE, SPOUSE, Home

BUTTON = "打开住户信息"


def test_a_cadre_of_the_place_finds_one_button_on_the_villages_page(
    cadre: Cadre, home: Home
) -> None:
    page = cadre().get(f"/d/{home.plate.code}")
    assert page.text.count(BUTTON) == 1
    assert f'href="/console/plates/{home.plate.code}/household"' in page.text
    assert is_private(page)


def test_nobody_else_finds_it(cadre: Cadre, visitor: Browser, home: Home) -> None:
    elsewhere = cadre(place=OTHER_VILLAGE)
    for browser in (visitor, elsewhere, cadre("installer"), cadre("publisher")):
        assert BUTTON not in browser.get(f"/d/{home.plate.code}").text


def test_a_cadre_whose_second_factor_is_not_shown_is_anyone(
    cadre: Cadre, county: Database, home: Home
) -> None:
    browser = cadre()
    with county.unit_of_work() as session:
        session.execute(update(StaffToken).values(passed=False))
    assert BUTTON not in browser.get(f"/d/{home.plate.code}").text


def test_from_scan_to_masked_record(cadre: Cadre, county: Database, home: Home) -> None:
    browser = cadre()
    asked = browser.get(f"/console/plates/{home.plate.code}/household")
    for word in ("走访", "核实信息", "办理事项", "应急", "其他", "住户本人看得到"):
        assert word in asked.text
    assert is_private(asked)
    record = browser.get(open_record(browser, home))
    text = shown(record)
    for word in ("赵**", "138****5678", "5202************", "1970年", "党员", "青杠林村一组"):
        assert word in text, word
    for word in (HEAD, SPOUSE, CHILD, PHONE, "低保", "残疾"):
        assert word not in text, word
    assert "未成年人1名，另需授权" in text
    assert "每次查看都会记录" in text
    assert is_private(record)
    assert acts(county) == [("open", "granted")]


def test_each_look_is_a_line(cadre: Cadre, county: Database, home: Home) -> None:
    browser = cadre()
    address = open_record(browser, home)
    for _look in range(3):
        assert browser.get(address).status_code == 200
    assert acts(county) == [("open", "granted")] * 3


def test_a_double_click_opens_twice_and_is_read_once(
    cadre: Cadre, county: Database, home: Home
) -> None:
    browser = cadre()
    first, second = open_record(browser, home), open_record(browser, home)
    assert first != second
    browser.get(second)
    assert acts(county) == [("open", "granted")]
    assert browser.get(first).status_code == 200


@pytest.mark.parametrize(
    "form", [{"purpose": ""}, {"purpose": "other"}, {"purpose": "other", "reason": "x"}]
)
def test_without_a_purpose_the_form_comes_back_and_nothing_is_opened(
    cadre: Cadre, county: Database, home: Home, form: dict[str, str]
) -> None:
    browser = cadre()
    answer = browser.send(f"/console/plates/{home.plate.code}/household", **form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert acts(county) == []


def test_a_record_closes_by_itself_and_asks_for_the_purpose_again(
    cadre: Cadre, county: Database, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = cadre()
    address = open_record(browser, home)
    page = browser.get(address)
    seconds, _, target = page.headers["Refresh"].partition("; url=")
    assert 590 <= int(seconds) <= 601
    assert target == address
    later = clock.now() + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    closed = browser.get(address)
    assert closed.status_code == 410
    again = f"/console/households/{home.household.id}/opening"
    assert f'href="{again}"' in closed.text
    assert "赵" not in closed.text
    with county.unit_of_work() as session:
        session.execute(update(StaffToken).values(proved_at=later))
    assert browser.send(f"{address}/reveal", wanted="address").status_code == 410
    assert acts(county) == [("open", "granted")]
    assert browser.send(again, purpose="verify").status_code == 303


def test_a_value_is_shown_once_in_the_answer_itself(
    cadre: Cadre, county: Database, home: Home
) -> None:
    browser = cadre()
    address = open_record(browser, home)
    wanted = f"phone-{head_of(county, home)}"
    assert f'name="wanted" value="{wanted}"' in browser.get(address).text
    answer = browser.send(f"{address}/reveal", wanted=wanted)
    assert answer.status_code == 200
    assert PHONE in answer.text
    assert "Location" not in answer.headers
    assert is_private(answer)
    assert HEAD not in answer.text
    assert PHONE not in browser.get(address).text
    assert browser.get(f"{address}/reveal").status_code == 405
    assert acts(county) == [("open", "granted"), ("reveal", "granted"), ("open", "granted")]


def test_a_value_wants_a_code_that_was_just_shown(
    cadre: Cadre, county: Database, home: Home
) -> None:
    browser = cadre()
    address = open_record(browser, home)
    with county.unit_of_work() as session:
        before = clock.now() - timedelta(minutes=6)
        session.execute(update(StaffToken).values(proved_at=before))
    answer = browser.send(f"{address}/reveal", wanted=f"phone-{head_of(county, home)}")
    assert answer.status_code == 401
    assert PHONE not in answer.text
    assert browser.get(address).status_code == 200
    assert acts(county) == [("open", "granted")]


def test_whoever_may_not_reveal_finds_no_button_and_is_refused(
    cadre: Cadre, county: Database, home: Home
) -> None:
    browser = cadre("data_steward")
    address = open_record(browser, home)
    assert "显示全文" not in browser.get(address).text
    answer = browser.send(f"{address}/reveal", wanted=f"phone-{head_of(county, home)}")
    assert answer.status_code == 403
    assert PHONE not in answer.text
    assert acts(county) == [("open", "granted"), ("reveal", "denied")]


@pytest.mark.parametrize("wanted", ["", "phone", "phone-x", "phone-²", "tags-1", "address-", "-1"])
def test_what_cannot_be_asked_for_is_refused(cadre: Cadre, home: Home, wanted: str) -> None:
    browser = cadre()
    answer = browser.send(f"{open_record(browser, home)}/reveal", wanted=wanted)
    assert answer.status_code == (200 if wanted == "address-" else 422)


def test_with_the_grants_everything_is_there(cadre: Cadre, home: Home) -> None:
    extra = (roles.RECORDS_MINORS, roles.RECORDS_HEALTH, roles.RECORDS_MONEY)
    browser = cadre(grants=extra)
    text = shown(browser.get(open_record(browser, home)))
    assert "低保" in text
    assert "残疾" in text
    assert "未成年" in text
    assert "另需授权" not in text


def test_a_look_costs_five_statements_however_many_members_there_are(
    cadre: Cadre, county: Database, home: Home
) -> None:
    browser = cadre()
    address = open_record(browser, home)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(county.engine, "before_cursor_execute", note)
    try:
        assert browser.get(address).status_code == 200
    finally:
        event.remove(county.engine, "before_cursor_execute", note)
    # Whoever comes, the opening with its scope, the register, the line, visits with needs.
    told = ("staff_tokens", "openings", "persons", "INSERT INTO access_ledger", "visits")
    assert [word in one for one, word in zip(statements, told, strict=True)] == [True] * 5
