"""What devices are given and what they send, over HTTP."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from app.audit.models import LedgerLine
from app.households.models.register import Household
from app.kernel import clock, scope
from app.kernel.db import Database
from tests.console.conftest import Browser, shown
from tests.console.visits.conftest import EnterAs
from tests.factories import GROUP, OTHER_VILLAGE, VILLAGE
from tests.visits import devices, reading


def _prepare(browser: Browser, *groups: str, village: str = VILLAGE) -> dict[str, object]:
    answer = browser.client.post(
        "/console/offline/packs",
        json={"village": village, "groups": list(groups)},
        headers=_headers(browser),
        base_url="https://localhost",
    )
    told = answer.get_json()
    assert isinstance(told, dict)
    return told | {"status": answer.status_code}


def _headers(browser: Browser) -> dict[str, str]:
    state = browser.client.get("/console/offline/state").get_json()
    return {"X-CSRFToken": state["secret"], "Referer": "https://localhost/console/offline/"}


def test_a_pack_is_prepared_listed_and_revoked(enter_as: EnterAs, household: Household) -> None:
    del household
    browser = enter_as()
    choices = browser.client.get("/console/offline/choices").get_json()
    assert [one["code"] for one in choices["villages"]] == [VILLAGE]
    groups = browser.client.get(f"/console/offline/choices?village={VILLAGE}").get_json()
    assert groups["groups"] == [{"code": GROUP, "name": "一组", "households": 1}]
    pack = _prepare(browser, GROUP)
    assert pack["status"] == 200
    asked = f"/console/offline/state?pack={pack['id']}"
    assert browser.client.get(asked).get_json()["pack"] == "keep"
    assert "青杠林村，1户" in shown(browser.get("/console/visits/packs"))
    assert browser.send(f"/console/visits/packs/{pack['id']}/revocation").status_code == 303
    assert browser.client.get(asked).get_json()["pack"] == "wipe"
    assert "已收回" in browser.get("/console/visits/packs").text


def test_a_pack_that_cannot_be_is_explained(enter_as: EnterAs, household: Household) -> None:
    del household
    browser = enter_as()
    assert _prepare(browser, VILLAGE + "02")["sentence"] == "选中的组里没有住户。"
    assert _prepare(browser)["status"] == 422
    assert _prepare(browser, GROUP, village=OTHER_VILLAGE)["status"] == 403


@pytest.mark.parametrize("letter", [r"\ud800", r"\u0000"])
def test_a_group_in_letters_that_are_none_is_refused_in_a_sentence(
    enter_as: EnterAs, county: Database, letter: str
) -> None:
    del county
    browser = enter_as()
    answer = browser.client.post(
        "/console/offline/packs",
        data=f'{{"village": "{VILLAGE}", "groups": ["label:{letter}"]}}',
        content_type="application/json",
        headers=_headers(browser),
        base_url="https://localhost",
    )
    assert answer.status_code == 422
    assert answer.get_json()["sentence"] == "请选择村和组。"


def test_a_pack_that_was_refused_leaves_its_line(
    enter_as: EnterAs, household: Household, county: Database
) -> None:
    del household
    assert _prepare(enter_as(), GROUP, village=OTHER_VILLAGE)["status"] == 403
    with county.unit_of_work() as session:
        query = select(LedgerLine.outcome).where(LedgerLine.division_code == OTHER_VILLAGE)
        assert session.scalars(query).all() == ["denied"]


def test_a_device_without_a_session_learns_its_packs_state_and_nothing_else(
    enter_as: EnterAs, visitor: Browser, household: Household
) -> None:
    del household
    pack = _prepare(enter_as(), GROUP)
    told = visitor.client.get(f"/console/offline/state?pack={pack['id']}").get_json()
    assert set(told) - {"demonstration"} == {"now", "signed_in", "pack"}
    assert (told["pack"], told["signed_in"]) == ("keep", False)
    for unknown in (UUID(int=7), "nonsense", ""):
        told = visitor.client.get(f"/console/offline/state?pack={unknown}").get_json()
        assert told["pack"] == "wipe"


def test_what_a_device_sends_needs_the_secret_of_this_sites_pages(
    enter_as: EnterAs, household: Household
) -> None:
    del household
    browser = enter_as()
    sent = {"json": {"messages": []}, "base_url": "https://localhost"}
    assert browser.client.post("/console/offline/messages", **sent).status_code == 409
    answer = browser.client.post("/console/offline/messages", **sent, headers=_headers(browser))
    assert answer.get_json()["results"] == []


def test_a_device_sends_a_visit_over_http_twice_and_it_is_one(
    enter_as: EnterAs, household: Household, county: Database
) -> None:
    browser = enter_as()
    pack = _prepare(browser, GROUP)
    client_id, revision = UUID(int=11), UUID(int=12)
    content = {
        "client_id": client_id,
        "revision": revision,
        "household_id": household.id,
        "purpose": "visit",
        "visited_on": clock.today(),
        "notes": "离线记的",
    }
    message = devices.seal(
        str(pack["server_key"]),
        content,
        pack_id=UUID(str(pack["id"])),
        message_id=client_id,
        revision=revision,
    )
    results = [
        browser.client.post(
            "/console/offline/messages",
            json={"messages": [message.model_dump(mode="json")]},
            headers=_headers(browser),
            base_url="https://localhost",
        ).get_json()["results"][0]["result"]
        for _time in range(2)
    ]
    assert results == ["stored", "already"]
    with county.unit_of_work() as session:
        scope.open_scope(session, VILLAGE)
        assert [one.notes for one in reading.visits_of(session, household.id)] == ["离线记的"]


def test_the_shell_names_nobody_and_may_use_the_camera(enter_as: EnterAs) -> None:
    browser, other = enter_as("first"), enter_as("second")
    page = browser.get("/console/offline/")
    assert page.text == other.get("/console/offline/").text
    assert "first" not in page.text
    assert "csrf" not in page.text
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert "camera=()" in browser.get("/console/visits").headers["Permissions-Policy"]


def test_the_service_worker_keeps_the_shell_and_no_page_of_anybody(enter_as: EnterAs) -> None:
    browser = enter_as()
    worker = browser.get("/console/offline/sw.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.mimetype == "text/javascript"
    found = re.search(r"const FILES = (\[.*\]);", worker.text)
    assert found is not None
    files = re.findall(r'"([^"]+)"', found[1])
    assert "/console/offline/" in files
    for file in files:
        with browser.get(file) as kept:
            assert kept.status_code == 200, file
        assert file.startswith(("/static/console/", "/bootstrap/")) or file == "/console/offline/"
