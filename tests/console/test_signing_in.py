"""Signing in and out at the console."""

from __future__ import annotations

import pytest

from app.identity import service as identity
from app.kernel.db import Database
from app.web import throttle
from tests.console.conftest import Browser, Enter
from tests.factories import COUNTY, PASSWORD

PAGES = [
    "/console/doorplates",
    "/console/doorplates/1",
    "/console/sheets/1/progress",
    "/console/sheets/1/plates.pdf",
    "/console/plates/7K3M9QXW2R4T0",
    "/console/jobs",
]
FORMS = [
    "/console/doorplates",
    "/console/doorplates/1/sheets",
    "/console/plates/7K3M9QXW2R4T0/installation",
    "/console/plates/7K3M9QXW2R4T0/damage",
    "/console/jobs/1/retry",
]


@pytest.fixture
def wang(county: Database) -> str:
    """Give the name of an installer, whose role asks for no second factor."""
    with county.unit_of_work() as session:
        identity.create_staff(
            session, username="wang", password=PASSWORD, role="installer", division_code=COUNTY
        )
    return "wang"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_for_a_sign_in_and_leads_back_afterwards(
    visitor: Browser, path: str
) -> None:
    page = visitor.get(path)
    assert page.status_code == 401
    assert f'href="/console/sign-in?next={path}"' in page.text


@pytest.mark.parametrize("path", FORMS)
def test_every_form_asks_for_a_sign_in(visitor: Browser, path: str) -> None:
    assert visitor.send(path).status_code == 401


@pytest.mark.parametrize("path", [*FORMS, "/console/sign-in", "/console/sign-out"])
def test_a_form_that_this_site_did_not_write_is_refused_with_a_clear_word(
    enter: Enter, path: str
) -> None:
    browser = enter()
    for forged in ({}, {"csrf_token": "forged"}):
        answer = browser.client.post(path, data=forged)
        assert answer.status_code == 409
        assert "刷新后再提交" in answer.text


def test_a_form_sent_from_another_site_is_refused(enter: Enter) -> None:
    browser = enter()
    answer = browser.client.post(
        "/console/doorplates",
        data={"csrf_token": browser.secret()},
        headers={"Referer": "https://elsewhere.example/"},
        base_url="https://localhost",
    )
    assert answer.status_code == 409


def test_a_sign_in_sets_a_cookie_no_script_and_no_other_site_can_use(
    visitor: Browser, wang: str
) -> None:
    answer = visitor.sign_in(wang)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "sunshine_session=" in c)
    for word in ("HttpOnly", "SameSite=Lax", "Secure", "Expires="):
        assert word in cookie


@pytest.mark.parametrize(
    ("username", "password"), [("wang", "wrong password"), ("nobody", PASSWORD), ("\0", PASSWORD)]
)
def test_a_wrong_sign_in_says_the_same_whatever_was_wrong(
    visitor: Browser, wang: str, username: str, password: str
) -> None:
    del wang
    page = visitor.sign_in(username, password)
    assert page.status_code == 401
    assert "用户名或密码不对，请再试一次。" in page.text
    assert password not in page.text


def test_after_five_wrong_passwords_an_account_rests(visitor: Browser, wang: str) -> None:
    answers = [visitor.sign_in(wang, "wrong password") for _time in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/console/jobs", "/console/jobs"),
        ("/d/7K3M9QXW2R4T0", "/d/7K3M9QXW2R4T0"),
        ("https://elsewhere.example/console/", "/console/"),
        ("//elsewhere.example/console/", "/console/"),
        ("/\\elsewhere.example/console/", "/console/"),
        ("\\\\elsewhere.example/console/", "/console/"),
        ("javascript:alert(1)", "/console/"),
        ("http://[", "/console/"),
        ("/console/x\r\nSet-Cookie: a=b", None),
    ],
)
def test_a_sign_in_leads_on_within_this_site_only(
    visitor: Browser, wang: str, wanted: str, led_to: str | None
) -> None:
    answer = visitor.client.post(
        "/console/sign-in",
        query_string={"next": wanted},
        data={"csrf_token": visitor.secret(), "username": wang, "password": PASSWORD},
        headers={"Referer": "https://localhost/console/"},
        base_url="https://localhost",
    )
    assert answer.status_code == 303
    if led_to is not None:
        assert answer.headers["Location"] == led_to
    assert not any("a=b" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_a_sign_out_ends_the_token_and_not_only_the_cookie(enter: Enter) -> None:
    browser = enter()
    cookie = browser.client.get_cookie("sunshine_session")
    assert cookie is not None
    assert browser.get("/console/doorplates").status_code == 200
    answer = browser.send("/console/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in")
    browser.client.set_cookie("sunshine_session", cookie.value)
    assert browser.get("/console/doorplates").status_code == 401


def test_pages_of_staff_are_kept_by_no_cache(enter: Enter) -> None:
    page = enter().get("/console/doorplates")
    assert page.headers["Cache-Control"] == "private, no-store"


def test_codes_are_counted_by_account_at_both_doors(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int | None] = []
    monkeypatch.setattr(
        throttle.Throttle, "count_code", lambda _throttle, staff_id: counted.append(staff_id)
    )
    browser = enter()
    browser.send("/console/sign-in/code", code="1")
    browser.send("/console/step-up", step_up_code="1")
    assert len(counted) == 2
    assert counted[0] is not None
    assert counted[0] == counted[1]
