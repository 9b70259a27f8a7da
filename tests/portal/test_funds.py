"""A village's fund as villagers read it, and a question from its pages."""

from __future__ import annotations

import gzip
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.funds import queries, service
from app.funds.models import FundQuestion
from app.funds.schemas import MonthName
from app.kernel import changes, clock
from app.kernel.db import Database
from app.web.assets import Assets
from app.web.flask_app import SunshineApp
from tests import factories
from tests.conftest import Served
from tests.factories import COUNTY, OTHER_VILLAGE, VILLAGE
from tests.funds import ledger
from tests.funds.ledger import CLERK, COMMITTEE, FIRST, line_in
from tests.portal import own_world
from tests.portal.own_world import Street

YEAR, MONTH = f"/v/{VILLAGE}/funds", f"/v/{VILLAGE}/funds/2026-08"
ASK = f"{MONTH}/lines/1/question"


@pytest.fixture
def county(database: Database) -> Database:
    with database.unit_of_work() as session:
        factories.county(session)
    return database


@pytest.fixture
def august(county: Database) -> Database:
    """Close August: rent of 300 and paper for 120.50."""
    _close_august(county)
    return county


def _close_august(database: Database) -> None:
    with database.unit_of_work() as session:
        paper = line_in(120_50, "office_expense", summary="买打印纸和墨盒")
        ledger.closed(session, FIRST, line_in(300_00), paper)


@pytest.mark.usefixtures("county")
def test_a_village_without_a_closed_month_says_so(client: FlaskClient) -> None:
    page = client.get(YEAR)
    assert page.status_code == 200
    assert "还没有结账的月份" in page.text
    assert "<h2" not in client.get(f"/v/{VILLAGE}").text.partition("村集体资金：")[2]


def test_an_open_month_is_nobodys_to_read(client: FlaskClient, county: Database) -> None:
    with county.unit_of_work() as session:
        ledger.entered(session, ledger.opened(session))
    assert "还没有结账的月份" in client.get(YEAR).text
    assert client.get(MONTH).status_code == 404
    assert client.get(f"/api/v1/divisions/{VILLAGE}/funds/2026-08").status_code == 404


@pytest.mark.usefixtures("august")
def test_the_year_has_its_sums_its_chart_and_the_table_beside_it(client: FlaskClient) -> None:
    page = client.get(YEAR).text
    for text in ("2026年已结账 1 个月", "300.00", "120.50", "12,525.17", 'role="img"', "租赁收入"):
        assert text in page, text
    assert f'href="{MONTH}"' in page
    assert page.count('<rect class="income"') == page.count('<rect class="expense"') == 1
    assert "style=" not in page  # the policy lets no such thing through


@pytest.mark.usefixtures("august")
def test_the_month_shows_every_line_with_who_approved_it(client: FlaskClient) -> None:
    page = client.get(MONTH).text
    for text in ("大寨组门面租金", "收入 300.00 元", "审批：村委会主任 李春分", 'id="line-2"'):
        assert text in page, text
    assert page.count(">我有疑问</a>") == 2
    assert "文书" not in page  # who entered it is the village's own affair
    assert "村务监督委员会于 " in page


@pytest.mark.usefixtures("august")
def test_the_villages_page_shows_the_newest_closed_month(client: FlaskClient) -> None:
    page = client.get(f"/v/{VILLAGE}").text
    assert "村集体资金：2026年8月已结账" in page
    assert "12,525.17 元" in page
    assert f'href="{MONTH}"' in page


def test_a_year_is_switched_to_where_there_is_one(client: FlaskClient, county: Database) -> None:
    with county.unit_of_work() as session:
        name = MonthName(2025, 12)
        ledger.closed(session, name)
        ledger.closed(session, name.following(), line_in(5_00, on=date(2026, 1, 9)))
    page = client.get(YEAR).text
    assert f'href="/v/{VILLAGE}/funds/2025"' in page
    assert "2025年已结账" in client.get(f"{YEAR}/2025").text
    for path in ("/2024", "/2026-13", "/2026-02", "/x", "/99999999999999999999"):
        assert client.get(f"{YEAR}{path}").status_code == 404, path
    assert client.get(f"/v/{OTHER_VILLAGE}/funds/2026-01").status_code == 404
    assert client.get(f"/v/{COUNTY}/funds").status_code == 404
    later, earlier = client.get(f"{YEAR}/2026-01").text, client.get(f"{YEAR}/2025-12").text
    assert f'href="{YEAR}/2025-12"' in later
    assert f'href="{YEAR}/2026-01"' in earlier


def test_a_correction_is_marked_at_both_lines(client: FlaskClient, august: Database) -> None:
    with august.unit_of_work() as session:
        month = queries.find_month(session, VILLAGE, FIRST)
        number = queries.lines(session, month)[0].id
        wanted = line_in(50_00, on=date(2026, 9, 2), corrects=number, reversal=True)
        ledger.closed(session, FIRST.following(), wanted)
    old, new = client.get(MONTH).text, client.get(f"{YEAR}/2026-09").text
    assert f'<span class="fixed">已更正</span> 见 <a href="{YEAR}/2026-09#line-1">' in old
    assert f'冲减的是 <a href="{MONTH}#line-1">2026年8月第 1 笔</a>' in new
    assert "收入 −50.00 元" in new
    assert '<rect class="income"' in client.get(YEAR).text  # below the line


def test_the_village_is_announced_when_a_month_closes_and_when_somebody_asks(
    august: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(changes, "division_changed", lambda _session, code: told.append(code))
    with august.unit_of_work() as session:
        month = ledger.opened(session, FIRST.following())
        ledger.entered(session, month)
        assert told == []
        ledger.concluded(session, month)
    assert told == [VILLAGE]


@pytest.mark.usefixtures("august")
def test_the_pages_are_kept_for_everyone_until_the_village_changes(served: Served) -> None:
    visitor = served.client()
    for path in (YEAR, MONTH):
        assert visitor.get(path).headers["ETag"]
        assert visitor.get(path).headers["Cache-Control"] == "no-cache"
    assert len(served.bodies) == 2
    served.bodies.drop(f"division:{VILLAGE}")
    assert len(served.bodies) == 0


def test_each_page_with_30_long_lines_stays_within_its_weight(
    served: Served, county: Database
) -> None:
    with county.unit_of_work() as session:
        month = ledger.opened(session)
        for number in range(30):
            summary = f"第{number}次修补大寨组到老粮站的机耕道，" + "".join(
                chr(0x4E00 + (number * 997 + place * 131) % 20000) for place in range(90)
            )
            category = "public_works_expense" if number % 2 else "lease_income"
            ledger.entered(session, month, line_in(100 + number, category, summary=summary))
        ledger.concluded(session, month)
    assets: Assets = served.app.extensions["assets"]
    beside = sum(body.weight - 3000 for body in assets.by_address().values())
    for path in (YEAR, MONTH, f"/v/{VILLAGE}"):
        page = served.client().get(path, headers={"Accept-Encoding": "gzip"})
        assert len(gzip.decompress(page.data)) > 1000
        assert len(page.data) + beside <= 30 * 1024, path


def test_the_api_gives_closed_months_and_their_lines(client: FlaskClient, august: Database) -> None:
    with august.unit_of_work() as session:
        ledger.opened(session, FIRST.following())
    months = client.get(f"/api/v1/divisions/{VILLAGE}/funds").json
    assert months is not None
    [month] = months["months"]
    assert (month["month"], month["closing_fen"]) == ("2026-08", 1252517)
    whole = client.get(f"/api/v1/divisions/{VILLAGE}/funds/2026-08").json
    assert whole is not None
    assert [one["effect_fen"] for one in whole["lines"]] == [30000, 12050]
    assert "文书" not in str(whole)
    assert client.get("/api/v1/divisions/520203102299/funds").status_code == 404
    assert client.get(f"/api/v1/divisions/{VILLAGE}/funds/2026-8").status_code == 422


@pytest.fixture
def street(app: SunshineApp) -> Street:
    """Give a household whose head can be bound, in a village with a closed month."""
    street = own_world.street(app)
    _close_august(app.database)
    return street


def _row(street: Street) -> FundQuestion:
    with street.app.database.unit_of_work() as session:
        return session.query(FundQuestion).one()


def test_a_villager_signs_in_asks_and_reads_the_answer(street: Street) -> None:
    assert street.app.test_client().get(ASK).status_code == 401
    head, _number = street.bound_head()
    assert "不要写身份证号" in head.get(ASK).text
    sent = head.send(ASK, shown_at=ASK, kind="amount", text="为什么是 300 元？")
    assert (sent.status_code, sent.location) == (303, f"{MONTH}#line-1")
    waiting = street.app.test_client().get(MONTH).text
    assert "有一条疑问等村里答复" in waiting
    assert "为什么是" not in waiting
    with street.app.database.unit_of_work() as session:
        service.answer(session, question_id=_row(street).id, text="一季度一付。", actor=CLERK)
    page = street.app.test_client().get(MONTH).text
    assert "为什么是 300 元？" in page
    assert "一季度一付。" in page
    assert "赵大山" not in page


def test_a_question_whose_term_has_passed_shames_the_village(street: Street) -> None:
    head, _number = street.bound_head()
    head.send(ASK, shown_at=ASK, kind="use", text="用在哪里了？")
    yesterday = clock.today() - timedelta(days=1)
    with street.app.database.unit_of_work() as session:
        session.execute(update(FundQuestion).values(due_on=yesterday))
    page = street.app.test_client().get(MONTH).text
    assert "村里还没有答复" in page
    assert f"{yesterday.month}月{yesterday.day}日以前" in page


def test_what_was_set_aside_is_counted(street: Street) -> None:
    head, _number = street.bound_head()
    head.send(ASK, shown_at=ASK, kind="use", text="某某家的病要花多少？")
    with street.app.database.unit_of_work() as session:
        number = _row(street).id
        service.set_aside(session, question_id=number, reason="personal_data", actor=COMMITTEE)
    page = street.app.test_client().get(MONTH).text
    assert "另有 1 条疑问含有他人的个人信息，没有公开" in page
    assert "某某家" not in page


def test_what_was_typed_is_kept_where_it_is_refused(street: Street) -> None:
    head, _number = street.bound_head()
    page = head.send(ASK, shown_at=ASK, kind="gossip", text="还没写完的疑问")
    assert page.status_code == 422
    assert "还没写完的疑问" in page.text
    assert "请选一下疑问是哪一类" in page.text


def test_who_is_not_bound_is_told_how_to_ask(street: Street) -> None:
    stranger = street.arrive("13911112222")
    page = stranger.get(ASK).text
    assert "绑定了本村住户的村民才能提疑问" in page
    assert "<textarea" not in page
    answer = stranger.send(ASK, shown_at="/me", kind="use", text="偷偷提一个")
    assert answer.status_code in (403, 409)
    with street.app.database.unit_of_work() as session:
        assert session.query(FundQuestion).count() == 0


@pytest.mark.parametrize("path", [f"{MONTH}/lines/3/question", f"{YEAR}/2026-07/lines/1/question"])
def test_there_is_no_form_for_a_line_that_is_not_there(street: Street, path: str) -> None:
    head, _number = street.bound_head()
    assert head.get(path).status_code == 404


def test_a_month_of_nothing_is_shown_as_such(client: FlaskClient, county: Database) -> None:
    with county.unit_of_work() as session:
        ledger.concluded(session, ledger.opened(session))
    assert "没有收入，也没有支出" in client.get(MONTH).text
    assert client.get(YEAR).status_code == 200
