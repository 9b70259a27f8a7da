"""One's own account at the console: two steps, enrolment, step-up that loses nothing, sessions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.identity import queries
from app.identity import service as identity
from app.identity.models import Staff, StaffToken
from app.identity.schemas import NewAccount
from app.identity.service import second_factor
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests.console.conftest import Browser, Enter, hidden, shown
from tests.factories import COUNTY, PASSWORD, VILLAGE
from tests.identity import people

ENROL, CODE = "/console/account/second-factor", "/console/sign-in/code"
CHANGE = "/console/account/password"


@pytest.fixture
def wang(county: Database) -> str:
    """Give the name of a clerk with a second factor."""
    with county.unit_of_work() as session:
        identity.create_staff(
            session, username="wang", password=PASSWORD, role="clerk", division_code=VILLAGE
        )
        identity.give_second_factor(session, username="wang")
    return "wang"


def _code(county: Database, username: str, *, fresh: bool = True) -> str:
    """Give the code of now; `fresh` lets one of this time step be taken again."""
    with county.unit_of_work() as session:
        staff = queries.get_by_username(session, username)
        if fresh:
            staff.totp_last_step = None
        secret = second_factor.open_secret(session, staff)
        assert secret is not None
        return second_factor.code_of_step(secret, second_factor.step_now())


def _enrolled_boss(enter: Enter, county: Database) -> Browser:
    """Enrol the second factor of an administrator who has signed in."""
    browser = enter("admin", username="boss")
    cookie = browser.client.get_cookie("sunshine_session")
    assert cookie is not None
    with county.unit_of_work() as session:
        someone = queries.actor_for_token(session, cookie.value)
        assert someone is not None
        people.enrol(session, someone)
    return browser


def _unprove(county: Database) -> None:
    """Let the codes that were shown be ten minutes old."""
    with county.unit_of_work() as session:
        before = clock.now() - timedelta(minutes=10)
        session.execute(update(StaffToken).values(proved_at=before))


def test_the_second_step_opens_what_was_asked_for(
    visitor: Browser, county: Database, wang: str
) -> None:
    first = visitor.client.post(
        "/console/sign-in?next=/console/plates/7K3M9QXW2R4T0",
        data={"csrf_token": visitor.secret(), "username": wang, "password": PASSWORD},
        headers={"Referer": "https://localhost/"},
        base_url="https://localhost",
    )
    assert first.headers["Location"] == f"{CODE}?next=/console/plates/7K3M9QXW2R4T0"
    second = visitor.send(first.headers["Location"], code=_code(county, wang))
    assert (second.status_code, second.headers["Location"]) == (
        303,
        "/console/plates/7K3M9QXW2R4T0",
    )
    assert visitor.get("/console/doorplates").status_code == 200


def test_with_the_password_alone_every_page_leads_to_the_second_step_and_none_opens(
    visitor: Browser, wang: str
) -> None:
    visitor.sign_in(wang)
    for path in ("/console/", "/console/doorplates", "/console/account", "/console/households"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{CODE}?next={path}")
    for path in (ENROL, CHANGE):
        assert visitor.get(path).headers["Location"].startswith(CODE)
        assert visitor.send(path, code="000000").headers["Location"].startswith(CODE)


def test_a_wrong_code_is_said_and_counted_and_the_sixth_rests(
    visitor: Browser, county: Database, wang: str
) -> None:
    visitor.sign_in(wang)
    answers = [visitor.send(CODE, code="000000").status_code for _time in range(6)]
    assert answers == [422] * 5 + [429]
    assert visitor.send(CODE, code=_code(county, wang)).status_code == 429


def test_a_code_cannot_be_shown_twice(app: SunshineApp, county: Database, wang: str) -> None:
    code = _code(county, wang)
    answers = []
    for _time in range(2):
        browser = Browser(app.test_client())
        browser.sign_in(wang)
        answers.append(browser.send(CODE, code=code).status_code)
    assert answers == [303, 422]


def _newcomer(county: Database) -> None:
    wanted = NewAccount(username="new", role="cadre", division_code=VILLAGE)
    with county.unit_of_work() as session:
        identity.open_account(session, wanted=wanted, password=PASSWORD, actor=OPERATOR)


def _shown_secret(page: TestResponse) -> str:
    found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page.text)
    assert found is not None
    return found[1].replace(" ", "")


def test_a_newcomer_changes_the_password_enrols_and_keeps_recovery_codes(
    visitor: Browser, county: Database
) -> None:
    _newcomer(county)
    assert visitor.sign_in("new").headers["Location"] == f"{CHANGE}?next=/console/"
    assert visitor.get("/console/").headers["Location"].startswith(CHANGE)
    new = "quite another password"
    assert visitor.send(CHANGE, current=PASSWORD, new=new, again="x" * 12).status_code == 422
    assert visitor.send(CHANGE, current=PASSWORD, new=new, again=new).status_code == 303
    assert visitor.get("/console/").headers["Location"] == f"{ENROL}?next=/console/"
    page = visitor.get(ENROL)
    secret = _shown_secret(page)
    assert "<svg" in page.text
    assert _shown_secret(visitor.send(ENROL, code="000000")) == secret
    done = visitor.send(
        f"{ENROL}?next=/console/",
        code=second_factor.code_of_step(secret, second_factor.step_now()),
    )
    codes = re.findall(r"<code>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})</code>", done.text)
    assert len(codes) == 10
    assert visitor.get("/console/").status_code == 200
    visitor.send("/console/sign-out")
    visitor.sign_in("new", new)
    assert visitor.send(CODE, code=codes[0]).status_code == 303


def test_a_secret_that_is_enrolled_is_shown_to_nobody_any_more(
    enter: Enter, county: Database
) -> None:
    browser = enter("cadre", VILLAGE)
    secret = _shown_secret(browser.get(ENROL))
    browser.send(ENROL, code=second_factor.code_of_step(secret, second_factor.step_now()))
    assert _shown_secret(browser.get(ENROL)) != secret
    _unprove(county)
    assert browser.get(ENROL).status_code == 401


def test_a_form_that_wants_a_code_goes_on_with_everything_that_was_typed(
    enter: Enter, county: Database
) -> None:
    browser = _enrolled_boss(enter, county)
    _unprove(county)
    typed = {"username": "li", "full_name": "李 & <四>", "role": "installer", "division": VILLAGE}
    asked = browser.send("/console/accounts", **typed)
    assert asked.status_code == 401
    assert hidden(asked, "username") == "li"
    assert "李 &amp; &lt;四&gt;" in asked.text
    fields = {**typed, "step_up_to": "/console/accounts", "step_up_again": "yes"}
    wrong = browser.send("/console/step-up", **fields, step_up_code="000000")
    assert wrong.status_code == 422
    assert hidden(wrong, "username") == "li"
    right = browser.send("/console/step-up", **fields, step_up_code=_code(county, "boss"))
    assert (right.status_code, right.headers["Location"]) == (307, "/console/accounts")
    opened = browser.send("/console/accounts", **fields)  # as the browser sends it once more
    assert opened.status_code == 200
    with county.reading() as session:
        assert queries.get_by_username(session, "li").full_name == typed["full_name"]


def test_a_page_that_wants_a_code_comes_back_to_itself(enter: Enter, county: Database) -> None:
    browser = _enrolled_boss(enter, county)
    _unprove(county)
    asked = browser.get("/console/accounts/new?from=list")
    assert (asked.status_code, hidden(asked, "step_up_to")) == (
        401,
        "/console/accounts/new?from=list",
    )
    done = browser.send(
        "/console/step-up",
        step_up_to="/console/accounts/new",
        step_up_code=_code(county, "boss"),
    )
    assert (done.status_code, done.headers["Location"]) == (303, "/console/accounts/new")
    assert browser.get("/console/accounts/new").status_code == 200


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "/api/v1/x"])
def test_a_step_up_leads_nowhere_but_within_the_workplace(
    enter: Enter, county: Database, to: str
) -> None:
    browser = _enrolled_boss(enter, county)
    answer = browser.send("/console/step-up", step_up_to=to, step_up_code=_code(county, "boss"))
    assert answer.headers["Location"] == "/console/account"


def test_sessions_are_listed_without_addresses_and_ended_one_by_one_or_all(
    app: SunshineApp, enter: Enter, county: Database
) -> None:
    browser = enter("installer", VILLAGE, username="li")
    for agent in ("Mozilla/5.0 MicroMessenger/8.0", "Mozilla/5.0 Firefox/130.0"):
        other = Browser(app.test_client())
        other.client.environ_base["HTTP_USER_AGENT"] = agent
        other.sign_in("li")
    page = browser.get("/console/account")
    assert "微信" in shown(page)
    assert "火狐浏览器" in shown(page)
    assert "127.0.0.1" not in page.text
    with county.reading() as session:
        newest = session.scalars(select(StaffToken.id).order_by(StaffToken.id.desc())).first()
    assert browser.send(f"/console/account/sessions/{newest}/end").status_code == 303
    assert "火狐浏览器" not in shown(browser.get("/console/account"))
    assert browser.send("/console/account/sessions/end-others").status_code == 303
    assert browser.get("/console/account").text.count("list-group-item") == 1


def test_nobody_ends_somebody_elses_session(enter: Enter, county: Database) -> None:
    enter("clerk", VILLAGE)
    browser = enter("installer", VILLAGE)
    with county.reading() as session:
        query = select(StaffToken.id).join(Staff).where(Staff.role == "clerk")
        foreign = session.scalars(query).one()
    assert browser.send(f"/console/account/sessions/{foreign}/end").status_code == 404


def test_a_get_notes_that_a_session_is_in_use(enter: Enter, county: Database) -> None:
    browser = enter("installer", VILLAGE)
    before = clock.now() - timedelta(minutes=20)
    with county.unit_of_work() as session:
        session.execute(update(StaffToken).values(seen_at=before))
    browser.get("/console/")
    with county.reading() as session:
        assert session.scalars(select(StaffToken.seen_at)).one() > before + timedelta(minutes=19)


def test_new_recovery_codes_are_shown_once_after_a_code(enter: Enter, county: Database) -> None:
    browser = enter("clerk", COUNTY)
    assert browser.send("/console/account/recovery-codes").text.count("<li><code>") == 10
    _unprove(county)
    assert browser.send("/console/account/recovery-codes").status_code == 401
