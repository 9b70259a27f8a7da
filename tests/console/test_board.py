"""The board in a browser of staff: what is due, the calendar, the file, events and feeds."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from app.catalogue import service
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from tests import factories
from tests.catalogue.sheets import row
from tests.catalogue.world import AID, VILLAGE_FINANCE, entry, hold
from tests.console.conftest import Browser, Enter, shown
from tests.factories import COUNTY, TOWNSHIP, VILLAGE


@pytest.fixture
def board(county: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Give a county with duties on the twenty-fifth of November 2026."""
    at = datetime(2026, 11, 25, 9, tzinfo=clock.SHANGHAI)
    monkeypatch.setattr(clock, "now", lambda: at)
    with county.unit_of_work() as session:
        factories.office(session)
        hold(session, row(1, "低保", "支出", term="每月"), row(2, "低保", "政策"), field=AID)
        hold(
            session,
            row(1, "收支", "集体收支", term="每月", level="v"),
            row(2, "收支", "合同", level="v"),
            field=VILLAGE_FINANCE,
        )
        service.open_duties(session, county_code=COUNTY)
        service.open_event(
            session,
            entry_id=entry(session, "合同").id,
            division_code=VILLAGE,
            created_on=date(2026, 10, 20),
            actor=OPERATOR,
        )
    return county


def test_a_publisher_of_a_village_sees_what_is_due_there(board: Database, enter: Enter) -> None:
    browser = enter("publisher", VILLAGE)
    page = shown(browser.get("/console/board"))
    assert "集体收支" in page
    assert "支出" not in page
    assert "2026-12-14" in page
    assert "可能变动" in page
    assert "已逾期1" in page
    assert "不排名" in page
    del board


def test_the_county_narrows_by_place_state_and_month_and_sorts(
    board: Database, enter: Enter
) -> None:
    browser = enter("admin", COUNTY)
    assert "支出" in shown(browser.get("/console/board"))
    village = shown(browser.get(f"/console/board?place={VILLAGE}&month=2026-12&sort=place"))
    assert "集体收支" in village
    overdue = shown(browser.get("/console/board?state=overdue"))
    assert "合同" in overdue
    assert "2026年11月" not in overdue
    for odd in ("month=2026-13", "month=x", "office=9" * 30, "place=';--", "day=0", "skip=-1"):
        assert browser.get(f"/console/board?{odd}").status_code == 200
    del board


def test_the_board_goes_home_as_a_file(board: Database, enter: Enter) -> None:
    answer = enter("publisher", VILLAGE).get("/console/board/duties.csv?state=overdue")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("截止日期,状态,领域,公开事项")
    assert len(lines) == 2
    assert "已逾期,财务,合同" in lines[1]
    assert answer.headers["Cache-Control"] == "private, no-store"
    del board


def test_the_calendar_shows_each_day_of_the_month_with_its_counts(
    board: Database, enter: Enter
) -> None:
    browser = enter("publisher", VILLAGE)
    page = browser.get("/console/board/calendar?month=2026-12").text
    assert 'href="/console/board?day=2026-12-14">未到期 1' in page
    assert page.count("<time") == 31
    assert "2026年11月" in shown(browser.get("/console/board/calendar"))
    del board


def test_an_event_is_entered_and_stands_on_the_board(board: Database, enter: Enter) -> None:
    browser = enter("publisher", VILLAGE)
    form = browser.get("/console/board/events/new").text
    [number] = re.findall(r'<option value="(\d+)"[^>]*>财务：合同', form)
    sent = {"place": VILLAGE, "entry": number}
    late = browser.send("/console/board/events", **sent, created_on="2026-12-01")
    assert late.status_code == 422
    assert "不能晚于今天" in shown(late)
    answer = browser.send("/console/board/events", **sent, created_on="2026-11-25")
    assert answer.status_code == 303
    assert "2026-11-25形成" in shown(browser.get(answer.headers["Location"]))
    elsewhere = browser.send(
        "/console/board/events", place=TOWNSHIP, entry=number, created_on="2026-11-25"
    )
    assert elsewhere.status_code == 422
    del board


def _feed(browser: Browser, whose: str) -> str:
    answer = browser.send("/console/board/feeds", whose=whose)
    assert answer.status_code == 200, shown(answer)
    found = re.search(r"/calendar/[\w-]+\.ics", answer.text)
    assert found is not None
    return found[0]


def test_a_calendar_address_gives_whole_days_to_whoever_knows_it(
    board: Database, enter: Enter, visitor: Browser
) -> None:
    address = _feed(enter("publisher", VILLAGE), VILLAGE)
    answer = visitor.get(address)
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "private, no-store"
    events: list[Any] = Calendar.from_ical(answer.data).walk("VEVENT")
    dues = {str(one["SUMMARY"]): one["DTSTART"].dt for one in events}
    assert dues == {
        "公开期限：集体收支（2026年11月），青杠林村": date(2026, 12, 14),
        "公开期限：集体收支（2026年12月），青杠林村": date(2027, 1, 14),
        "公开期限：合同，青杠林村": date(2026, 11, 17),
    }
    again = Calendar.from_ical(visitor.get(address).data).walk("VEVENT")
    assert [one["UID"] for one in events] == [one["UID"] for one in again]
    del board


def test_a_calendar_address_is_ended_by_those_who_publish_there_and_then_gone(
    board: Database, enter: Enter, visitor: Browser
) -> None:
    own, other = enter("publisher", VILLAGE), enter("publisher", factories.OTHER_VILLAGE)
    address = _feed(own, VILLAGE)
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert token not in own.get("/console/board").text
    [number] = re.findall(r"/feeds/(\d+)/revocation", own.get("/console/board").text)
    assert other.send(f"/console/board/feeds/{number}/revocation").status_code == 403
    assert "/revocation" not in other.get("/console/board").text
    assert own.send(f"/console/board/feeds/{number}/revocation").status_code == 303
    assert visitor.get(address).status_code == 410
    assert visitor.get("/calendar/nothing-like-it.ics").status_code == 404
    assert own.send("/console/board/feeds", whose=COUNTY).status_code == 403
    del board


def test_an_office_has_a_calendar_of_its_own(
    board: Database, enter: Enter, visitor: Browser
) -> None:
    browser = enter("publisher", VILLAGE)
    [office] = re.findall(rf'value="{VILLAGE}-(\d+)"', browser.get("/console/board").text)
    answer = visitor.get(_feed(browser, f"{VILLAGE}-{office}"))
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 3
    del board
