"""The inbox of staff: its number in the head of every page, one's own messages alone."""

from __future__ import annotations

from app.identity import queries as identity
from app.kernel.db import Database
from app.notices import service
from tests.console.conftest import Browser, Enter, shown
from tests.factories import COUNTY


def _deliver(database: Database, key: str, *, link: str = "") -> None:
    with database.unit_of_work() as session:
        staff = identity.get_by_username(session, f"installer-{COUNTY}")
        service.deliver(
            session,
            staff_id=staff.id,
            kind="test",
            title=f"第{key}条",
            body="一行\n又一行",
            link=link,
            key=key,
        )


def _head(browser: Browser) -> str:
    return shown(browser.get("/console/plates")).partition("公开页面")[0]


def test_an_empty_inbox_says_so(enter: Enter) -> None:
    assert "还没有消息" in shown(enter("installer").get("/console/inbox"))


def test_the_head_counts_what_is_unread_until_it_is_opened(enter: Enter, county: Database) -> None:
    browser = enter("installer")
    assert "未读" not in _head(browser)
    for key in "12":
        _deliver(county, key, link="/console/plates" if key == "1" else "")
    assert "2条未读" in _head(browser)
    page = browser.get("/console/inbox")
    assert page.text.index("第2条") < page.text.index("第1条")
    first = page.text.split('action="/console/inbox/')[-1].partition("/")[0]
    opened = browser.send(f"/console/inbox/{first}/open")
    assert opened.location == "/console/plates"
    assert "1条未读" in _head(browser)
    assert browser.send("/console/inbox/read").status_code == 303
    assert "未读" not in _head(browser)


def test_nobody_opens_the_message_of_another(enter: Enter, county: Database) -> None:
    browser, other = enter("installer"), enter("clerk")
    _deliver(county, "1")
    number = browser.get("/console/inbox").text.split('action="/console/inbox/')[-1].split("/")[0]
    assert other.send(f"/console/inbox/{number}/open").status_code == 404
    assert "还没有消息" in shown(other.get("/console/inbox"))


def test_older_messages_stand_on_a_second_page(enter: Enter, county: Database) -> None:
    browser = enter("installer")
    for number in range(21):
        _deliver(county, str(number))
    first = browser.get("/console/inbox")
    assert "第0条" not in first.text
    following = first.text.split('href="/console/inbox?cursor=')[1].partition('"')[0]
    second = browser.get(f"/console/inbox?cursor={following}")
    assert "第0条" in second.text
    assert "回到最新" in second.text


def test_a_page_that_was_refused_counts_nothing(enter: Enter, county: Database) -> None:
    browser = enter("installer")
    _deliver(county, "1")
    page = browser.get("/console/jobs")
    assert page.status_code == 403
    assert "条未读" not in shown(page)
