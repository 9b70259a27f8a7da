"""The ledger at work: a clerk's month, the committee's decision, questions answered."""

from __future__ import annotations

import pytest

from app.funds import queries, service
from app.funds.models import FundMonth, FundQuestion
from app.funds.schemas import MonthName
from app.households.service import bindings
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import Database
from tests.console.conftest import Browser, Enter, shown
from tests.factories import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE
from tests.funds import ledger
from tests.funds.ledger import FIRST, line_in
from tests.households import binding_world

HOME = f"/console/funds/{VILLAGE}"
LINE = {
    "on": "2026-08-12",
    "category": "lease_income",
    "amount": "１，２００．５０元",
    "summary": "大寨组门面租金",
    "approved_by": "村委会主任 李春分",
}


@pytest.fixture
def clerk(enter: Enter) -> Browser:
    return enter("clerk", VILLAGE)


@pytest.fixture
def committee(enter: Enter) -> Browser:
    return enter("supervision_committee", VILLAGE)


@pytest.fixture
def august(county: Database) -> FundMonth:
    with county.unit_of_work() as session:
        return ledger.opened(session)


def month_of(county: Database, number: int) -> FundMonth:
    with county.unit_of_work() as session:
        return queries.get_month(session, number)


def test_a_clerk_opens_the_ledger_and_writes_lines(clerk: Browser, county: Database) -> None:
    assert clerk.get("/console/funds").location == HOME
    assert "开始记账" in clerk.get(HOME).text
    sent = clerk.send(f"{HOME}/months", month="2026-08", opening="12,345.67")
    assert sent.status_code == 303
    page = clerk.get(sent.location)
    assert 'value="2026-08-01"' in page.text
    entered = clerk.send(f"{sent.location}/lines", **LINE)
    assert entered.location == f"{sent.location}#entry"
    page = clerk.get(sent.location)
    assert "＝期末13,546.17元" in shown(page)
    assert 'value="2026-08-12"' in page.text  # the next line begins where the last one was
    assert 'value="村委会主任 李春分"' in page.text
    with county.unit_of_work() as session:
        [month] = queries.months(session, VILLAGE)
        assert queries.lines(session, month)[0].amount_fen == 1_200_50


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"amount": "1.2万"}, "不用万"),
        ({"on": "2026-09-01"}, "日期要在这个月里"),
        ({"on": "八月"}, "日期要在这个月里"),
        ({"category": ""}, "请选一个类别"),
        ({"summary": "x"}, "摘要请写"),
        ({"approved_by": ""}, "审批人"),
        ({"corrects": "abc"}, "更正要指明"),
        ({"corrects": "99999", "effect": "reversal"}, "没有找到这一笔账"),
    ],
)
def test_what_was_typed_is_kept_where_a_line_is_refused(
    clerk: Browser, august: FundMonth, changed: dict[str, str], told: str
) -> None:
    page = clerk.send(f"/console/funds/months/{august.id}/lines", **{**LINE, **changed})
    assert page.status_code in (404, 422)
    assert told in page.text
    kept = {**LINE, **changed}
    assert f'value="{kept["summary"]}"' in page.text


def test_a_line_is_changed_and_taken_out(
    clerk: Browser, county: Database, august: FundMonth
) -> None:
    with county.unit_of_work() as session:
        number = ledger.entered(session, august).id
    page = clerk.get(f"/console/funds/lines/{number}")
    assert 'value="100.00"' in page.text
    changed = clerk.send(f"/console/funds/lines/{number}", **{**LINE, "amount": "5"})
    assert changed.location == f"/console/funds/months/{august.id}#line-1"
    assert month_of(county, august.id).income_fen == 500
    assert (
        clerk.send(f"/console/funds/lines/{number}", **{**LINE, "amount": "-5"}).status_code == 422
    )
    assert clerk.send(f"/console/funds/lines/{number}/removal").status_code == 303
    assert month_of(county, august.id).income_fen == 0


def test_a_month_goes_to_the_committee_and_back_and_is_closed(
    clerk: Browser, committee: Browser, county: Database, august: FundMonth
) -> None:
    way = f"/console/funds/months/{august.id}"
    assert "请勾选" in clerk.send(f"{way}/submission").text
    clerk.send(f"{way}/lines", **LINE)
    assert clerk.send(f"{way}/submission").status_code == 303
    assert "记入，接着记" not in clerk.get(way).text
    assert "退回请写明原因" in committee.send(f"{way}/return", comment="").text
    assert committee.send(f"{way}/return", comment="凭证不全").status_code == 303
    assert "凭证不全" in clerk.get(way).text
    clerk.send(f"{way}/submission")
    assert "结账并公开" in committee.get(way).text
    assert committee.send(f"{way}/closing").status_code == 303
    assert month_of(county, august.id).state == "closed"
    assert committee.send(f"{way}/closing").status_code == 409
    assert clerk.send(f"{way}/lines", **LINE).status_code == 409


def test_whoever_wrote_a_line_is_told_not_to_close(
    enter: Enter, clerk: Browser, county: Database, august: FundMonth
) -> None:
    both = enter("supervision_committee", VILLAGE, username="both")
    with county.unit_of_work() as session:
        line = ledger.entered(session, august)
        line.entered_by_id = identity.get_by_username(session, "both").id
        session.flush()
    clerk.send(f"/console/funds/months/{august.id}/submission")
    page = both.send(f"/console/funds/months/{august.id}/closing")
    assert page.status_code == 403
    assert "记了这个月账的人不能结账" in page.text


def test_closing_asks_for_the_second_factor_again(
    enter: Enter, county: Database, august: FundMonth
) -> None:
    with county.unit_of_work() as session:
        service.submit(session, month_id=august.id, is_empty=True, actor=ledger.CLERK)
    late = enter("supervision_committee", VILLAGE, username="late", proved=False)
    answer = late.send(f"/console/funds/months/{august.id}/closing")
    assert answer.status_code in (303, 401)
    assert month_of(county, august.id).state == "submitted"


def test_others_see_no_months(enter: Enter, august: FundMonth) -> None:
    for role, place in (("clerk", OTHER_VILLAGE), ("supervision_committee", OTHER_VILLAGE)):
        other = enter(role, place)
        assert other.get(HOME).status_code == 403
        assert other.get(f"/console/funds/months/{august.id}").status_code == 403
        sent = other.send(f"/console/funds/months/{august.id}/lines", **LINE)
        assert sent.status_code == 403
    assert enter("publisher", VILLAGE).get("/console/funds").status_code == 403


def test_a_committee_of_a_township_sees_what_waits_below(
    enter: Enter, county: Database, august: FundMonth
) -> None:
    with county.unit_of_work() as session:
        service.submit(session, month_id=august.id, is_empty=True, actor=ledger.CLERK)
    page = enter("supervision_committee", TOWNSHIP).get("/console/funds").text
    assert f"/console/funds/months/{august.id}" in page
    assert "太和村" in page


def test_a_correction_is_chosen_from_the_closed_lines(clerk: Browser, county: Database) -> None:
    with county.unit_of_work() as session:
        closed = ledger.closed(session, FIRST, line_in(100_00))
        number = queries.lines(session, closed)[0].id
        month = ledger.opened(session, FIRST.following())
    way = f"/console/funds/months/{month.id}"
    assert f'<option value="{number}">2026年8月第 1 笔' in clerk.get(way).text
    wish = {**LINE, "on": "2026-09-02", "category": "", "corrects": number, "effect": "reversal"}
    too_much = clerk.send(f"{way}/lines", **{**wish, "amount": "100.01"})
    assert "冲减的金额比这一笔剩下的还多" in too_much.text
    assert clerk.send(f"{way}/lines", **{**wish, "amount": "20"}).status_code == 303
    assert month_of(county, month.id).income_fen == -20_00
    assert "冲减2026年8月第1笔" in shown(clerk.get(way))


def test_the_current_month_is_not_handed_over_before_it_is_over(
    clerk: Browser, county: Database
) -> None:
    with county.unit_of_work() as session:
        month = ledger.opened(session, MonthName.of(clock.today()))
    page = clerk.get(f"/console/funds/months/{month.id}")
    assert "还没有过完" in page.text
    assert clerk.send(f"/console/funds/months/{month.id}/submission").status_code == 409


@pytest.fixture
def question(county: Database) -> FundQuestion:
    with county.unit_of_work() as session:
        home = binding_world.home(session)
        someone = binding_world.villager(session, home.phone)
        bindings.ask(session, villager=someone, wanted=binding_world.wanted(home))
        line = queries.lines(session, ledger.closed(session))[0]
        return service.ask(
            session, villager=someone, line_id=line.id, kind="use", text="租金收了几个月的？"
        )


def test_a_question_is_answered_in_the_console(
    clerk: Browser, committee: Browser, question: FundQuestion, county: Database
) -> None:
    way = f"/console/funds/questions/{question.id}"
    assert way in committee.get("/console/funds/questions").text
    page = clerk.get(way)
    assert "租金收了几个月的？" in page.text
    assert "赵大山" not in page.text
    refused = clerk.send(f"{way}/answer", answer="短")
    assert (refused.status_code, "请写明答复" in refused.text) == (422, True)
    assert clerk.send(f"{way}/answer", answer="7 月到 9 月，三个月。").status_code == 303
    assert "没有等答复的疑问" in clerk.get("/console/funds/questions").text
    assert committee.send(f"{way}/answer", answer="再答一次。").status_code == 409
    with county.unit_of_work() as session:
        row = session.get(FundQuestion, question.id)
        assert row is not None
        assert row.answered_by_name == "村委会"  # never what somebody signs in with


def test_a_question_is_set_aside_with_a_reason(clerk: Browser, question: FundQuestion) -> None:
    way = f"/console/funds/questions/{question.id}"
    assert clerk.send(f"{way}/setting-aside", reason="").status_code == 422
    assert clerk.send(f"{way}/setting-aside", reason="abuse").status_code == 303
    assert "含有辱骂、攻击的内容" in clerk.get(way).text


def test_a_clerk_of_another_village_reads_no_question(enter: Enter, question: FundQuestion) -> None:
    other = enter("clerk", OTHER_VILLAGE)
    assert other.get(f"/console/funds/questions/{question.id}").status_code == 403
    assert "没有等答复的疑问" in other.get("/console/funds/questions").text


def test_a_ledger_is_of_a_village_of_the_county(enter: Enter) -> None:
    wide = enter("clerk", COUNTY)
    for code, status in ((COUNTY, 404), ("520203102299", 404), (VILLAGE, 200)):
        assert wide.get(f"/console/funds/{code}").status_code == status, code
    for month in ("", "2026-13", "2999-01"):
        sent = wide.send(f"{HOME}/months", month=month, opening="0")
        assert sent.status_code == 422
