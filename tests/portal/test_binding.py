"""“这是我家”: from the plate to the household, a small step a page."""

from __future__ import annotations

import logging
import re

import pytest

from app.households import masking
from app.web.flask_app import SunshineApp
from tests.conftest import Served
from tests.households import binding_world
from tests.portal import own_world
from tests.portal.own_world import Street
from tests.portal.villager_browser import Villager


@pytest.fixture
def street(app: SunshineApp) -> Street:
    return own_world.street(app)


def test_every_visitor_of_a_plate_is_shown_the_same_quiet_link(served: Served) -> None:
    street = own_world.street(served.app)
    path = f"/d/{street.home.plate_code}"
    stranger, head = Villager(served.app), street.arrive()
    link = f'href="{path}/home"'
    for _twice in range(2):
        assert link in stranger.get(path).text
        assert stranger.get(path).text == head.get(path).text


def test_the_code_leaves_the_address_with_the_first_step(street: Street) -> None:
    stranger = Villager(street.app)
    answer = stranger.get(f"/d/{street.home.plate_code}/home")
    assert (answer.status_code, answer.location) == (302, "/me/bindings/new")
    assert street.home.plate_code not in str(answer.headers)
    asked = stranger.get("/me/bindings/new")
    assert asked.status_code == 401
    assert street.home.plate_code not in asked.text
    assert "/sign-in?next=/me/bindings/new" in asked.text


def test_a_code_that_is_none_begins_nothing(street: Street) -> None:
    assert Villager(street.app).get("/d/0000000000000/home").status_code == 404


def test_without_a_plate_one_is_sent_to_the_door(street: Street) -> None:
    page = street.arrive().get("/me/bindings/new").text
    assert "先扫自家门牌" in page
    assert 'name="last_four"' not in page


def test_the_head_is_bound_at_once_and_sees_the_household(street: Street) -> None:
    head = street.arrive()
    where = street.walk_in(head)
    assert "绑定好了" in head.get(where).text
    shown = head.get("/me/household")
    assert shown.status_code == 302
    page = head.get(shown.location).text
    assert "赵大山" in page
    assert street.home.phone not in page
    assert "520203197005" not in page


def test_who_the_register_does_not_know_is_sent_to_the_village(street: Street) -> None:
    someone = street.arrive(binding_world.new_phone())
    where = street.walk_in(someone)
    page = someone.get(where).text
    assert "已送村里核对" in page
    for told in ("赵大山", "钱小花", "手机号", "四位"):
        assert told not in page
    listed = someone.get("/me/household").text
    assert "村里正在核对" in listed
    assert someone.get(where.replace("bindings", "household")).status_code == 409


def test_the_answer_is_the_same_whatever_does_not_fit(street: Street) -> None:
    """A wrong fact, an unknown phone: whoever asks learns nothing of either."""
    wrong = street.arrive()
    unknown = street.arrive(binding_world.new_phone())
    pages = [
        someone.get(street.walk_in(someone, last_four="0000")).text for someone in (wrong, unknown)
    ]
    assert _without_numbers(pages[0]) == _without_numbers(pages[1])


def _without_numbers(page: str) -> str:
    kept = [line for line in page.splitlines() if "csrf_token" not in line]
    return re.sub(r"/(bindings|household)/\d+", r"/\1/N", "\n".join(kept))


def test_what_is_filled_in_wrongly_is_said_beside_the_form(street: Street) -> None:
    head = street.arrive()
    head.get(f"/d/{street.home.plate_code}/home")
    head.send("/me/bindings/notice", shown_at="/me/bindings/new", version="2026-11")
    answer = head.send(
        "/me/bindings",
        shown_at="/me/bindings/new",
        name="赵大山",
        last_four="12",
        kind="member",
    )
    assert answer.status_code == 422
    assert "最后四位" in answer.text
    assert 'value="赵大山"' in answer.text
    assert 'value="12"' not in answer.text


def test_a_villager_ends_their_own_binding_and_sees_nothing_more(street: Street) -> None:
    head, number = street.bound_head()
    ended = head.send(f"/me/bindings/{number}/end", shown_at=f"/me/household/{number}")
    assert "已经结束" in head.get(ended.location).text
    gone = head.get(f"/me/household/{number}")
    assert gone.status_code == 410
    assert "赵大山" not in gone.text


def test_a_stranger_is_not_told_that_a_binding_exists(street: Street) -> None:
    _head, number = street.bound_head()
    stranger = street.arrive(binding_world.new_phone())
    for path in ("", "/accesses", "/people", "/corrections", "/rights", "/confirm"):
        there = stranger.get(f"/me/household/{number}{path}")
        nowhere = stranger.get(f"/me/household/{number + 999}{path}")
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert _without_numbers(there.text) == _without_numbers(nowhere.text)


def test_no_personal_value_reaches_the_log(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    head, number = street.bound_head()
    head.send(
        f"/me/household/{number}/reveal",
        shown_at=f"/me/household/{number}",
        person=str(street.home.head),
    )
    for value in (street.home.phone, street.home.last_four(), "赵大山", street.home.plate_code):
        assert value not in caplog.text


def test_a_delegate_is_invited_and_sees_masked_data(street: Street) -> None:
    head, number = street.bound_head()
    page = head.send(
        f"/me/household/{number}/invitations",
        shown_at=f"/me/household/{number}/people",
        ends_on="2027-01-31",
    ).text
    code = page.partition('class="code invite">')[2].partition("<")[0].replace(" ", "")
    assert len(code) == 8
    assert code not in head.get(f"/me/household/{number}/people").text
    phone = binding_world.new_phone()
    daughter = street.arrive(phone)
    form = daughter.get("/me/invitation").text
    version = form.partition('name="version" value="')[2].partition('"')[0]
    daughter.send(
        "/me/bindings/notice", shown_at="/me/invitation", version=version, next="invitation"
    )
    wrong = daughter.send("/me/invitation", shown_at="/me/invitation", code="XXXX2222")
    assert (wrong.status_code, "邀请码不对" in wrong.text) == (422, True)
    right = daughter.send("/me/invitation", shown_at="/me/invitation", code=code)
    own = right.location.replace("bindings", "household")
    shown = daughter.get(own).text
    assert "赵**" in shown
    assert "赵大山" not in shown
    assert daughter.get(f"{own}/accesses").status_code == 403
    people = head.get(f"/me/household/{number}/people").text
    assert "代办人" in people
    assert "您请来的" in people
    assert masking.phone(phone) in people
    assert phone not in people
    spouse, theirs = street.bound_spouse()
    seen = spouse.get(f"/me/household/{theirs}/people").text
    assert "赵大山请来的" in seen
    assert masking.phone(phone) not in seen


def test_a_guardian_reads_no_name_in_full_of_whoever_invited_a_delegate(street: Street) -> None:
    _head, number = street.bound_head()
    street.delegated(number)
    guardian, own = street.bound_guardian()
    seen = guardian.get(f"/me/household/{own}/people").text
    assert "赵**请来的" in seen
    assert "赵大山" not in seen
