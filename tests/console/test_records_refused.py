"""What opens no record: another place, another person, an end that came meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import update
from werkzeug.test import TestResponse

from app.doorplates import service as doorplates
from app.identity import service as identity
from app.identity.models import StaffGrant
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests import factories
from tests.console.reading import Cadre, acts, open_record
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.factories import households as made
from tests.households.opened import Home

BUTTON = "打开住户信息"


def test_a_stranger_to_the_place_is_answered_alike_with_and_without_a_household(
    cadre: Cadre, county: Database, home: Home
) -> None:
    with county.unit_of_work() as session:
        empty = factories.printed(session)[0].code
    browser = cadre(place=OTHER_VILLAGE)
    for code in (home.plate.code, empty):
        path = f"/console/plates/{code}/household"
        pages = [browser.get(path), browser.send(path, purpose="visit")]
        assert [page.status_code for page in pages] == [403, 403]
        assert len({_without_secrets(page) for page in pages}) == 1
    assert acts(county) == [("open", "denied")] * 4


def _without_secrets(page: TestResponse) -> str:
    return re.sub(r'value="[^"]*"', "", page.text)


def test_a_plate_without_a_household_says_so_to_a_cadre(
    cadre: Cadre, county: Database, home: Home
) -> None:
    del home
    with county.unit_of_work() as session:
        empty = factories.printed(session)[0].code
    browser = cadre()
    page = browser.get(f"/console/plates/{empty}/household")
    assert (page.status_code, "这块门牌还没有对应的住户" in page.text) == (200, True)
    answer = browser.send(f"/console/plates/{empty}/household", purpose="visit")
    assert answer.status_code == 404
    assert "这块门牌还没有对应的住户" in answer.text


def test_a_household_without_a_plate_is_opened_from_the_register(
    cadre: Cadre, county: Database
) -> None:
    with county.unit_of_work() as session:
        household = made.household(session)
    browser = cadre()
    path = f"/console/households/{household.id}/opening"
    assert household.number in browser.get(path).text
    page = browser.get(browser.send(path, purpose="emergency").headers["Location"])
    assert "还没有门牌" in page.text
    assert cadre(place=OTHER_VILLAGE).get(path).status_code == 404


def test_a_colleague_cannot_follow_the_address(cadre: Cadre, county: Database, home: Home) -> None:
    browser = cadre()
    address = open_record(browser, home)
    colleague = cadre(username="colleague")
    assert colleague.get(address).status_code == 404
    assert colleague.send(f"{address}/reveal", wanted="address").status_code == 404
    assert colleague.get("/console/records/999999999").status_code == 404
    assert acts(county) == [("open", "denied")] * 2


def test_a_grant_that_ends_meanwhile_closes_the_record(
    cadre: Cadre, county: Database, home: Home
) -> None:
    browser = cadre()
    address = open_record(browser, home)
    with county.unit_of_work() as session:
        session.execute(update(StaffGrant).values(ends_on=clock.today() - timedelta(days=1)))
    page = browser.get(address)
    assert page.status_code in (401, 403)
    assert "赵" not in page.text


def test_an_account_that_is_closed_meanwhile_sees_nothing_more(
    cadre: Cadre, county: Database, home: Home
) -> None:
    browser = cadre()
    address = open_record(browser, home)
    with county.unit_of_work() as session:
        identity.disable(session, username=f"cadre-{VILLAGE}")
    for page in (browser.get(address), browser.send(f"{address}/reveal", wanted="address")):
        assert page.status_code == 401
        assert "赵" not in page.text
    assert acts(county) == []


def test_a_replaced_or_revoked_plate_opens_nothing_and_says_why(
    cadre: Cadre, county: Database, home: Home
) -> None:
    browser, path = cadre(), f"/console/plates/{home.plate.code}/household"
    with county.unit_of_work() as session:
        doorplates.replace(session, code=home.plate.code, reason="褪色", actor=OPERATOR)
    assert BUTTON not in browser.get(f"/d/{home.plate.code}").text
    assert browser.get(path).status_code == 409
    assert "请扫门上的新门牌" in browser.get(path).text
    with county.unit_of_work() as session:
        other = factories.printed(session)[0].code
        doorplates.revoke(session, code=other, reason="拆除", actor=OPERATOR)
    assert browser.get(f"/console/plates/{other}/household").status_code == 410


def test_records_are_no_call_of_the_api(app: SunshineApp) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    assert not [rule for rule in rules if rule.startswith("/api/") and "record" in rule]
    assert not [rule for rule in rules if rule.startswith("/api/") and "household" in rule]
