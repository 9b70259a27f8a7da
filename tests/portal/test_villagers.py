"""A villager's own account page: private, complete, and able to end."""

from __future__ import annotations

import pytest

from app.identity.villagers import queries, service
from app.identity.villagers.models import SessionKind, Way
from app.web.flask_app import SunshineApp
from tests.conftest import Served
from tests.portal.villager_browser import PHONE, Villager

PAGES = ["/me", "/me/phone", "/me/phone/code", "/me/delete"]
OTHER = "13900005678"


@pytest.fixture
def wu(app: SunshineApp) -> Villager:
    """Give a villager who has signed in by phone."""
    villager = Villager(app)
    villager.sign_in_by_phone()
    return villager


@pytest.mark.parametrize("path", PAGES)
def test_ones_own_pages_are_kept_by_no_cache(wu: Villager, path: str) -> None:
    assert wu.get(path).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", PAGES)
def test_ones_own_pages_are_for_those_who_signed_in(app: SunshineApp, path: str) -> None:
    assert Villager(app).get(path).status_code == 401


def test_the_public_cache_never_shows_one_visitors_account_to_another(served: Served) -> None:
    wu, stranger = Villager(served.app), Villager(served.app)
    wu.sign_in_by_phone()
    for _ in range(2):
        assert "138****1234" in wu.get("/me").text
        answer = stranger.get("/me")
        assert answer.status_code == 401
        assert "138****" not in answer.text
    assert len(served.bodies) == 0


def test_the_page_shows_the_ways_in_and_leads_on(wu: Villager) -> None:
    page = wu.get("/me").text
    assert 'href="/me/household"' in page
    assert 'href="/me/inbox"' in page
    assert "（本机）" in page
    assert PHONE not in page


def test_one_ends_another_of_ones_own_sessions(app: SunshineApp, wu: Villager) -> None:
    account = _account_id(app, wu)
    elsewhere = _also_signed_in(app, account)
    page = wu.get("/me").text
    assert f"/me/sessions/{elsewhere}/end" in page
    assert wu.send(f"/me/sessions/{elsewhere}/end", shown_at="/me").status_code == 303
    assert f"/me/sessions/{elsewhere}/end" not in wu.get("/me").text
    _also_signed_in(app, account)
    wu.send("/me/sessions/end-others", shown_at="/me")
    with app.database.reading() as session:
        assert len(queries.open_sessions(session, account)) == 1


def _account_id(app: SunshineApp, villager: Villager) -> int:
    cookie = villager.client.get_cookie("sunshine_session_villager")
    assert cookie is not None
    with app.database.reading() as session:
        found = queries.villager_for_token(session, cookie.value)
    assert found is not None
    return found.account_id


def _also_signed_in(app: SunshineApp, account_id: int) -> int:
    with app.database.unit_of_work() as session:
        service.begin_session(session, account_id=account_id, kind=SessionKind.MINI, way=Way.MINI)
        return queries.open_sessions(session, account_id)[0].id


def test_a_telephone_is_changed_by_a_code_to_the_new_one(app: SunshineApp, wu: Villager) -> None:
    asked = wu.send("/me/phone", shown_at="/me/phone", phone=OTHER)
    assert asked.headers["Location"] == "/me/phone/code"
    code = wu.deliver()
    assert wu.sms.sent[-1].phone == OTHER
    wrong = wu.send("/me/phone/code", shown_at="/me/phone/code", code="000000x")
    assert wrong.status_code == 422
    right = wu.send("/me/phone/code", shown_at="/me/phone/code", code=code)
    assert right.headers["Location"] == "/me"
    with app.database.reading() as session:
        assert queries.proved_phone(session, _account_id(app, wu)) == OTHER


def test_a_code_that_was_asked_for_to_prove_signs_nobody_in(wu: Villager) -> None:
    wu.send("/me/phone", shown_at="/me/phone", phone=OTHER)
    code = wu.deliver()
    assert wu.send("/sign-in/code", shown_at="/sign-in/code", code=code).status_code == 422


def test_leaving_ends_everything_at_once(app: SunshineApp, wu: Villager) -> None:
    account = _account_id(app, wu)
    assert "不能恢复" in wu.get("/me/delete").text
    assert wu.send("/me/delete", shown_at="/me/delete").headers["Location"] == "/"
    assert wu.get("/me").status_code == 401
    with app.database.reading() as session:
        assert not queries.exists(session, account)
        assert queries.proved_phone(session, account) is None
