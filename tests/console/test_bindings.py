"""The clerk's pages: what waits, masked facts, decisions with a reason."""

from __future__ import annotations

import pytest

from app.kernel.db import Database
from app.web.flask_app import SESSION_COOKIE, SunshineApp
from tests import factories
from tests.console.conftest import Browser, shown
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.households import binding_world
from tests.portal import own_world
from tests.portal.own_world import Street


@pytest.fixture
def street(app: SunshineApp) -> Street:
    return own_world.street(app)


def enter(street: Street, *, division_code: str = VILLAGE, role: str = "clerk") -> Browser:
    with street.app.database.unit_of_work() as session:
        token = factories.staff_session(session, role=role, division_code=division_code)
    browser = Browser(street.app.test_client())
    browser.client.set_cookie(SESSION_COOKIE, token, domain="localhost")
    return browser


def request(street: Street) -> int:
    someone = street.arrive(binding_world.new_phone())
    return int(street.walk_in(someone).rpartition("/")[2])


def test_the_clerk_sees_masked_facts_and_confirms(street: Street) -> None:
    number = request(street)
    clerk = enter(street)
    assert "等待核对的绑定（1）" in shown(clerk.get("/console/bindings"))
    page = clerk.get(f"/console/bindings/{number}")
    said = shown(page)
    for fact in ("自报姓名赵大山", "139****", "名册里没有成年人登记这个手机号", "钱**"):
        assert fact in said
    for secret in ("钱小花", street.home.phone, street.home.last_four(street.home.spouse)):
        assert secret not in said
    # Of a child, who can't be meant, the page shows nothing.
    assert f'value="{street.home.spouse}"' in page.text
    assert f'value="{street.home.child}"' not in page.text
    done = clerk.send(f"/console/bindings/{number}/confirmation", person=street.home.spouse)
    assert done.status_code == 303
    assert "等待核对的绑定（0）" in shown(clerk.get("/console/bindings"))
    again = clerk.send(f"/console/bindings/{number}/confirmation", person=street.home.spouse)
    assert again.status_code == 409


def test_nobody_chosen_or_a_child_is_refused_beside_the_form(street: Street) -> None:
    number = request(street)
    clerk = enter(street)
    for person, status in (("", 404), (street.home.child, 422), ("x", 404)):
        answer = clerk.send(f"/console/bindings/{number}/confirmation", person=person)
        assert answer.status_code == status
        assert "核对无误" in answer.text


def test_a_refusal_without_a_reason_is_none(street: Street) -> None:
    number = request(street)
    clerk = enter(street)
    assert clerk.send(f"/console/bindings/{number}/refusal", reason=" ").status_code == 422
    sent = clerk.send(f"/console/bindings/{number}/refusal", reason="请带身份证来村委会")
    assert sent.status_code == 303


def test_a_clerk_of_a_sister_village_opens_nothing_here(street: Street) -> None:
    number = request(street)
    sister = enter(street, division_code=OTHER_VILLAGE)
    assert "等待核对的绑定（0）" in shown(sister.get("/console/bindings"))
    assert sister.get(f"/console/bindings/{number}").status_code == 403
    cadre = enter(street, role="cadre")
    assert cadre.get("/console/bindings").status_code == 403


def test_the_village_ends_a_binding(street: Street) -> None:
    _head, number = street.bound_head()
    clerk = enter(street)
    assert "这个绑定不对" in shown(clerk.get(f"/console/bindings/{number}"))
    assert clerk.send(f"/console/bindings/{number}/end").status_code == 303
    assert "已结束" in shown(clerk.get(f"/console/bindings/{number}"))


def wish(street: Street) -> int:
    head, number = street.bound_head()
    own = f"/me/household/{number}/corrections"
    form = f"{own}/{street.home.head}/phone"
    head.send(form, shown_at=form, value="13911112222", remark="换号了")
    page = head.get(own).text
    return int(page.partition(f'action="{own}/')[2].partition("/")[0])


def test_the_clerk_corrects_what_was_asked_for(street: Street, database: Database) -> None:
    number = wish(street)
    clerk = enter(street)
    assert "等待办理的更正（1）" in shown(clerk.get("/console/bindings"))
    said = shown(clerk.get(f"/console/corrections/{number}"))
    for fact in (street.home.phone, "13911112222", "换号了"):
        assert fact in said
    assert clerk.send(f"/console/corrections/{number}/acceptance").status_code == 303
    with database.unit_of_work() as session:
        home = street.home
        assert binding_world.person(session, home.head).phone_sealed is not None
    assert clerk.send(f"/console/corrections/{number}/acceptance").status_code == 409


def test_a_correction_is_refused_with_a_reason(street: Street) -> None:
    number = wish(street)
    clerk = enter(street)
    assert clerk.send(f"/console/corrections/{number}/refusal", reason="").status_code == 422
    sent = clerk.send(f"/console/corrections/{number}/refusal", reason="请带证件来")
    assert sent.status_code == 303
    sister = enter(street, division_code=OTHER_VILLAGE)
    assert sister.get(f"/console/corrections/{number}").status_code == 404
