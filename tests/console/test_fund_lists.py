"""Lists of the ledger at work: narrowed, sorted, as a file that opens in Excel."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.funds import queries, service
from app.funds.models import FundMonth
from app.households.service import bindings
from app.kernel.db import Database
from tests.console.conftest import Browser, Enter, shown
from tests.factories import TOWNSHIP, VILLAGE
from tests.funds import ledger
from tests.funds.ledger import FIRST, line_in
from tests.households import binding_world

HOME = f"/console/funds/{VILLAGE}"
QUESTIONS = "/console/funds/questions"


@pytest.fixture
def clerk(enter: Enter) -> Browser:
    return enter("clerk", VILLAGE)


@pytest.fixture
def months(county: Database) -> tuple[FundMonth, FundMonth]:
    """Close a month of two lines; open another of one, dear one."""
    with county.unit_of_work() as session:
        lines = (
            line_in(900_00, summary="=门面租金"),
            line_in(20_00, "office_expense", on=date(2026, 8, 3), summary="买打印纸"),
        )
        first = ledger.closed(session, FIRST, *lines)
        second = ledger.opened(session, FIRST.following())
        ledger.entered(session, second, line_in(5_00, on=date(2026, 9, 5)))
        return first, second


def rows(answer: TestResponse) -> list[list[str]]:
    """Read a file of a list, its heading aside."""
    assert answer.content_type.startswith("text/csv")
    assert answer.headers["Cache-Control"] == "private, no-store"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]


def test_villages_are_found_by_name_and_by_the_state_of_their_ledger(
    enter: Enter, months: tuple[FundMonth, FundMonth]
) -> None:
    assert months
    town = enter("clerk", TOWNSHIP)
    assert "太和村" in town.get("/console/funds?q=太和").text
    assert "没有找到这样的村" in town.get("/console/funds?q=没有").text
    assert [row[0] for row in rows(town.get("/console/funds?state=open&format=csv"))] == [VILLAGE]
    without = rows(town.get("/console/funds?state=none&format=csv"))
    assert without
    assert VILLAGE not in {row[0] for row in without}
    by_balance = rows(town.get("/console/funds?sort=balance&format=csv"))
    assert by_balance[0][0] == VILLAGE


def test_months_are_narrowed_sorted_and_exported(
    clerk: Browser, months: tuple[FundMonth, FundMonth]
) -> None:
    assert months
    closed = shown(clerk.get(f"{HOME}?state=closed"))
    assert "2026年8月已结账" in closed
    assert "2026年9月正在记账" not in closed
    assert "没有找到这样的月份" in clerk.get(f"{HOME}?year=2025").text
    by_income = [row[0] for row in rows(clerk.get(f"{HOME}?sort=income&format=csv"))]
    assert by_income == ["2026-08", "2026-09"]
    [first] = rows(clerk.get(f"{HOME}?state=closed&format=csv"))
    assert first[:6] == ["2026-08", "已结账", "12,345.67", "900.00", "20.00", "13,225.67"]


def test_lines_of_a_month_are_narrowed_sorted_and_exported(
    clerk: Browser, months: tuple[FundMonth, FundMonth]
) -> None:
    way = f"/console/funds/months/{months[0].id}"
    page = clerk.get(f"{way}?kind=expense").text
    assert "买打印纸" in page
    assert "门面租金" not in page
    assert "没有找到这样的账" in clerk.get(f"{way}?q=没有").text
    by_date = rows(clerk.get(f"{way}?sort=date&format=csv"))
    assert [row[0] for row in by_date] == ["2", "1"]
    assert by_date[1][4] == "'=门面租金"  # Excel must not count with it
    [only] = rows(clerk.get(f"{way}?category=office_expense&format=csv"))
    assert only[5:8] == ["20.00", "13,225.67", "村委会主任 李春分"]


def test_questions_are_narrowed_sorted_and_exported_without_what_waits_sealed(
    clerk: Browser, county: Database
) -> None:
    with county.unit_of_work() as session:
        home = binding_world.home(session)
        someone = binding_world.villager(session, home.phone)
        bindings.ask(session, villager=someone, wanted=binding_world.wanted(home))
        lines = [line_in(100_00), line_in(7_00, summary="鱼塘承包款")]
        month = ledger.closed(session, FIRST, *lines)
        waiting, answered = (
            service.ask(session, villager=someone, line_id=number, kind=kind, text=text)
            for number, kind, text in zip(
                line_ids(session, month),
                ("use", "amount"),
                ("租金收了几个月的？", "鱼塘怎么这么少？"),
                strict=True,
            )
        )
        service.answer(session, question_id=answered.id, text="半年的。", actor=ledger.CLERK)
    assert ids(clerk.get(f"{QUESTIONS}?format=csv")) == [waiting.id]
    assert ids(clerk.get(f"{QUESTIONS}?state=answered&format=csv")) == [answered.id]
    assert ids(clerk.get(f"{QUESTIONS}?state=all&sort=newest&format=csv")) == [
        answered.id,
        waiting.id,
    ]
    assert ids(clerk.get(f"{QUESTIONS}?state=all&kind=use&format=csv")) == [waiting.id]
    assert ids(clerk.get(f"{QUESTIONS}?state=all&place=520203999&format=csv")) == []
    whole = clerk.get(f"{QUESTIONS}?state=all&format=csv").text
    assert "鱼塘怎么这么少？" in whole
    assert "租金收了几个月的？" not in whole
    assert f"{QUESTIONS}/{answered.id}" in clerk.get(f"{QUESTIONS}?state=answered").text


def ids(answer: TestResponse) -> list[int]:
    return [int(row[0]) for row in rows(answer)]


def line_ids(session: Session, month: FundMonth) -> list[int]:
    return [line.id for line in queries.lines(session, month)]


@pytest.mark.parametrize("query", ["page=0", "page=9999", "page=x", "sort=none", "q=%00", "year=x"])
def test_odd_addresses_of_lists_are_answered(
    clerk: Browser, months: tuple[FundMonth, FundMonth], query: str
) -> None:
    for way in (HOME, f"/console/funds/months/{months[0].id}", QUESTIONS):
        assert clerk.get(f"{way}?{query}").status_code == 200
