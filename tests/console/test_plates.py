"""The page of one plate: the install walk, and changes with a reason."""

from __future__ import annotations

import pytest

from app.doorplates import queries, service
from app.doorplates.schemas import PlateView
from app.doorplates.states import State
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.places import service as places
from tests.console.conftest import Browser, Enter, shown
from tests.factories import OTHER_VILLAGE, VILLAGE


def _state(database: Database, plate: PlateView) -> State:
    with database.reading() as session:
        return queries.find(session, plate.code).state


def test_an_installer_scans_confirms_the_door_and_goes_on(
    enter: Enter, county: Database, plate: PlateView
) -> None:
    browser = enter("installer", VILLAGE)
    scanned = browser.get(f"/d/{plate.code}")
    assert f'href="/console/plates/{plate.code}"' in scanned.text
    door = browser.get(f"/console/plates/{plate.code}")
    assert "一组1号" in shown(door)
    assert "登记已安装" in door.text
    path = f"/console/plates/{plate.code}/installation"
    for _tap in range(2):
        answer = browser.send(path)
        assert answer.headers["Location"] == f"/console/plates/{plate.code}"
    assert _state(county, plate) is State.INSTALLED
    after = browser.get(f"/console/plates/{plate.code}")
    assert "已登记安装" in after.text
    assert "现场确认安装" in after.text
    assert "停用" not in after.text


def test_nobody_else_is_shown_the_way_to_install(
    enter: Enter, visitor: Browser, plate: PlateView
) -> None:
    for browser in (visitor, enter("installer", OTHER_VILLAGE), enter("publisher", VILLAGE)):
        assert "/console/plates/" not in browser.get(f"/d/{plate.code}").text


@pytest.mark.parametrize(
    ("act", "state"),
    [
        ("damage", State.DAMAGED),
        ("revocation", State.REVOKED),
        ("replacement", State.REPLACED),
    ],
)
def test_a_clerk_changes_a_plate_with_a_reason(
    enter: Enter, county: Database, plate: PlateView, act: str, state: State
) -> None:
    browser = enter("clerk", VILLAGE)
    path = f"/console/plates/{plate.code}/{act}"
    assert browser.send(path, reason=" ").status_code == 422
    assert _state(county, plate) is State.PRINTED
    answer = browser.send(path, reason="风吹 <b>落</b>")
    assert answer.status_code == 303
    assert _state(county, plate) is state
    assert browser.get(answer.headers["Location"]).status_code == 200
    page = browser.get(f"/console/plates/{plate.code}")
    assert "风吹 &lt;b&gt;落&lt;/b&gt;" in page.text
    assert browser.send(path, reason="再来一次").status_code == 409


def test_a_plate_of_a_merged_village_is_shown_in_the_village_of_today(
    enter: Enter, county: Database, plate: PlateView
) -> None:
    with county.unit_of_work() as session:
        places.merge_villages(
            session,
            old_codes=[VILLAGE],
            new_code=OTHER_VILLAGE,
            effective_on=clock.today(),
            actor=OPERATOR,
        )
        service.follow_merger(session, old_code=VILLAGE, new_code=OTHER_VILLAGE)
    page = enter().get(f"/console/plates/{plate.code}")
    assert "岩脚镇太和村" in shown(page)
    assert "一组1号" in shown(page)


@pytest.mark.parametrize(
    "path",
    [
        "/console/doorplates/999999999",
        "/console/sheets/999999999/progress",
        "/console/plates/7K3M9QXW2R4T0",
        "/console/plates/%00",
    ],
)
def test_what_does_not_exist_is_not_found(enter: Enter, path: str) -> None:
    assert enter().get(path).status_code == 404


def test_what_people_reported_is_shown_to_who_can_mend_it(
    enter: Enter, county: Database, plate: PlateView
) -> None:
    with county.unit_of_work() as session:
        service.report(session, code=plate.code, kind="damaged")
    clerk = enter("clerk", VILLAGE)
    assert "破损或看不清" in clerk.get(f"/console/plates/{plate.code}").text
    assert plate.serial in clerk.get("/console/doorplates").text
    assert plate.serial not in enter("clerk", OTHER_VILLAGE).get("/console/doorplates").text


def test_an_installer_begins_with_a_code_and_a_publisher_with_the_way_to_publish(
    enter: Enter, plate: PlateView
) -> None:
    installer = enter("installer", VILLAGE)
    assert "安装门牌" in installer.get("/console/").text
    typed = installer.get(f"/console/plates?code={plate.code.lower()}")
    assert typed.headers["Location"] == f"/console/plates/{plate.code}"
    assert installer.get("/console/plates?code=123").status_code == 422
    assert "/api/v1/" in enter("publisher", VILLAGE).get("/console/").text
    assert enter("clerk", VILLAGE).get("/console").headers["Location"] == "/console/doorplates"


def test_a_refusal_in_the_console_leads_back_to_it_and_offers_the_way_out(
    enter: Enter, plate: PlateView
) -> None:
    answer = enter("installer", VILLAGE).get("/console/doorplates")
    assert answer.status_code == 403
    assert 'href="/console/"' in answer.text
    assert 'action="/console/sign-out"' in answer.text
    assert plate.code not in answer.text
