"""Holidays in a browser: a year at a time, entered, taken back, exported."""

from __future__ import annotations

from tests.console.conftest import Enter, shown
from tests.factories import COUNTY, TOWNSHIP

PATH = "/console/holidays"


def test_a_year_is_shown_with_its_make_up_days_and_exported(enter: Enter) -> None:
    browser = enter("admin", COUNTY)
    page = shown(browser.get(f"{PATH}?year=2026"))
    assert "2026-02-14周六上班春节调休上班程序自带" in page
    assert "还不知道" not in page
    lines = browser.get(f"{PATH}/2026.csv").data.decode("utf-8-sig").splitlines()
    assert "2026-02-17,周二,放假,春节,程序自带" in lines


def test_an_unknown_year_is_warned_of_until_it_is_entered_whole(enter: Enter) -> None:
    browser = enter("admin", COUNTY)
    assert "2098年的放假安排还不知道" in shown(browser.get(f"{PATH}?year=2098"))
    assert browser.send(f"{PATH}/completion", year="2098").status_code == 422
    sent = browser.send(PATH, day="2098-01-01", is_working="no", name="元旦")
    assert sent.headers["Location"] == f"{PATH}?year=2098"
    assert browser.send(f"{PATH}/completion", year="2098").status_code == 303
    assert "还不知道" not in shown(browser.get(f"{PATH}?year=2098"))


def test_a_day_is_entered_and_taken_back_and_a_bad_one_keeps_what_was_typed(enter: Enter) -> None:
    browser = enter("admin", COUNTY)
    assert browser.send(PATH, day="2026-12-01", is_working="no", name="区里放假").status_code == 303
    assert "2026-12-01周二放假区里放假人工录入" in shown(browser.get(f"{PATH}?year=2026"))
    assert browser.send(f"{PATH}/removal", day="2026-12-01").status_code == 303
    assert "区里放假" not in shown(browser.get(f"{PATH}?year=2026"))
    bad = browser.send(PATH, day="明天", is_working="no", name="区里放假", year="2026")
    assert bad.status_code == 422
    assert 'value="区里放假"' in bad.text
    assert browser.send(f"{PATH}/removal", day="x").status_code == 422


def test_a_township_reads_the_holidays_and_does_not_change_them(enter: Enter) -> None:
    browser = enter("admin", TOWNSHIP)
    assert "录入或改一天" not in shown(browser.get(PATH))
    assert browser.send(PATH, day="2026-12-01", is_working="no", name="假").status_code == 403


def test_days_are_narrowed_sorted_and_exported_as_they_are_shown(enter: Enter) -> None:
    browser = enter("admin", COUNTY)
    browser.send(PATH, day="2026-12-01", is_working="no", name="区里放假")
    worked = browser.get(f"{PATH}/2026.csv?kind=working").text.splitlines()[1:]
    assert worked
    assert all(",上班," in line for line in worked)
    assert ",上班," not in browser.get(f"{PATH}/2026.csv?kind=off").text
    first = browser.get(f"{PATH}/2026.csv?sort=edited").text.splitlines()[1]
    assert first.startswith("2026-12-01")
    assert "调休" in browser.get(f"{PATH}?year=2026&kind=working&sort=name").text
