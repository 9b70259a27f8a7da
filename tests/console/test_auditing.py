"""The auditor's pages: the ledger of the place, flags, questions with an answer, the check."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from app.audit import service as audit
from app.audit.models import AuditFlag
from app.audit.schemas import Line
from app.identity import service as identity
from app.identity.models import Staff, StaffGrant, TokenKind
from app.identity.villagers import service as villagers
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor
from app.kernel.db import Database
from app.notices import queries as inbox
from app.notices.schemas import Recipient
from app.web.flask_app import SESSION_COOKIE, SunshineApp
from tests import factories
from tests.console.conftest import Browser, shown
from tests.factories import COUNTY, OTHER_TOWNSHIP, PASSWORD, TOWNSHIP, VILLAGE


def _staff(database: Database, role: str, place: str, *, username: str = "") -> tuple[Staff, str]:
    with database.unit_of_work() as session:
        staff = identity.create_staff(
            session,
            username=username or f"{role}-{place}",
            password=PASSWORD,
            role=role,
            division_code=place,
        )
        token, _ends = identity.hand_out(session, staff=staff, kind=TokenKind.SESSION)
    return staff, token


def _browser(app: SunshineApp, token: str) -> Browser:
    client = app.test_client()
    client.set_cookie(SESSION_COOKIE, token, domain="localhost")
    return Browser(client)


@pytest.fixture
def auditor(app: SunshineApp, county: Database) -> Browser:
    """Give the browser of the township's auditor."""
    return _browser(app, _staff(county, "security_auditor", TOWNSHIP)[1])


@pytest.fixture
def cadre(county: Database) -> Actor:
    """Give a cadre of the village."""
    staff, _token = _staff(county, "cadre", VILLAGE, username="wang")
    return Actor(name="wang", staff_id=staff.id, role="cadre")


def _write(database: Database, who: Actor, place: str = VILLAGE, **facts: object) -> int:
    with database.unit_of_work() as session:
        line = Line(who, "open", place, **{"household_id": 5, **facts})  # type: ignore[arg-type]  # a test's own
        return audit.record(session, line)


def test_a_line_is_shown_in_words(auditor: Browser, county: Database, cadre: Actor) -> None:
    _write(county, cadre, fields=("name", "phone"), purpose="other", reason="核对<b>低保</b>")
    text = shown(auditor.get("/console/audit"))
    for said in ("wang（网格员、驻村干部、帮扶干部）", "打开住户信息", "姓名、电话", "青杠林村"):
        assert said in text
    assert "其他：核对&lt;b&gt;低保&lt;/b&gt;" in text


def test_lines_of_other_places_are_not_shown(
    auditor: Browser, county: Database, cadre: Actor
) -> None:
    _write(county, cadre, place=f"{OTHER_TOWNSHIP}201")
    assert "这里还没有查看记录" in shown(auditor.get("/console/audit"))


def test_an_auditor_for_one_office_sees_no_line_question_or_flag(
    auditor: Browser, county: Database, cadre: Actor
) -> None:
    line_id = _write(county, cadre)
    with county.unit_of_work() as session:
        account = villagers.account_of_phone(session, phone="13800000000")
        number = audit.ask(session, line_id, account, "那天没有人来过")
        office = factories.office(session)
        session.execute(update(StaffGrant).values(organisation_id=office.id))
    assert "这里还没有查看记录" in shown(auditor.get("/console/audit"))
    assert "那天没有人来过" not in shown(auditor.get("/console/audit/questions"))
    assert auditor.get(f"/console/audit/questions/{number}").status_code == 404


def test_lines_are_found_by_household_and_by_account(
    auditor: Browser, county: Database, cadre: Actor
) -> None:
    _write(county, cadre)
    _write(county, OPERATOR, household_id=6)
    for asked, there, gone in (
        ("household=6", "服务器管理员", "wang"),
        (f"staff={cadre.staff_id}", "wang", "服务器管理员"),
        (f"staff={cadre.staff_id}&household=6", "没有找到相符", "wang"),
    ):
        text = shown(auditor.get(f"/console/audit?{asked}"))
        assert there in text
        assert gone not in text


@pytest.mark.parametrize("asked", ["household=张三", "staff=wang", "household=-1"])
def test_what_is_no_number_is_refused_with_a_sentence(auditor: Browser, asked: str) -> None:
    page = auditor.get(f"/console/audit?{asked}")
    assert page.status_code == 422
    assert "只有数字" in shown(page)


def test_the_ledger_goes_on_on_a_second_page(
    auditor: Browser, county: Database, cadre: Actor
) -> None:
    numbers = [_write(county, cadre) for _ in range(31)]
    first = auditor.get("/console/audit?household=5")
    assert f"/console/audit?household=5&amp;staff=&amp;before={numbers[1]}" in first.text
    second = auditor.get(f"/console/audit?household=5&before={numbers[1]}")
    assert second.text.count("<li class=") == 1
    assert f"记录{numbers[0]}" in shown(second)


def test_a_question_is_answered_and_the_villager_is_told(
    auditor: Browser, county: Database, cadre: Actor
) -> None:
    with county.unit_of_work() as session:
        account = villagers.account_of_phone(session, phone="13800000000")
    line_id = _write(county, cadre)
    with county.unit_of_work() as session:
        number = audit.ask(session, line_id, account, "那天没有人来过")
    assert "那天没有人来过" in shown(auditor.get("/console/audit/questions"))
    page = f"/console/audit/questions/{number}"
    assert "wang" in shown(auditor.get(page))
    assert auditor.send(f"{page}/answer", text=" ").status_code == 422
    assert auditor.send(f"{page}/answer", text="是低保核实").status_code == 303
    assert "是低保核实" in shown(auditor.get(page))
    assert auditor.send(f"{page}/answer", text="改口").status_code == 409
    with county.reading() as session:
        [message] = inbox.messages(session, Recipient(account_id=account))
    assert message.link == "/me/questions"
    assert "低保" not in message.body


def test_flags_are_listed_without_totals(auditor: Browser, county: Database, cadre: Actor) -> None:
    moment = clock.now()
    with county.unit_of_work() as session:
        session.add(
            AuditFlag(
                rule="many",
                staff_id=cadre.staff_id,
                division_code=VILLAGE,
                counted=31,
                began_at=moment,
                ended_at=moment,
                last_line_id=1,
                key="k",
                created_at=moment,
            )
        )
    text = shown(auditor.get("/console/audit/flags"))
    assert "短时间内打开很多户" in text
    assert "不是结论" in text


def test_the_check_says_what_was_found(auditor: Browser, county: Database, cadre: Actor) -> None:
    assert "还没有核对过" in shown(auditor.get("/console/audit/check"))
    _write(county, cadre)
    with county.unit_of_work() as session:
        audit.seal(session)
        audit.sign_head(session)
        audit.note_check(session, audit.verify(session))
    assert "没有发现问题" in shown(auditor.get("/console/audit/check"))


def test_an_auditor_without_the_county_sees_nothing_of_it(
    app: SunshineApp, county: Database
) -> None:
    _one, token = _staff(county, "admin", COUNTY)
    assert _browser(app, token).get("/console/audit").status_code == 403
