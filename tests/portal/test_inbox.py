"""What a villager is told: as a page, as JSON, and what became of questions."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.audit import service as audit
from app.audit.schemas import Line
from app.identity.villagers import service as villagers
from app.identity.villagers.models import SessionKind, Way
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.notices import service
from app.web.flask_app import VILLAGER_COOKIE, SunshineApp
from tests.console.conftest import hidden, shown
from tests.factories import VILLAGE


class Villager:
    """A signed-in villager with a browser and a Mini Program."""

    def __init__(self, app: SunshineApp, database: Database, phone: str) -> None:
        self.database = database
        with database.unit_of_work() as session:
            self.account_id = villagers.account_of_phone(session, phone=phone)
            token, _ends = villagers.begin_session(
                session, account_id=self.account_id, kind=SessionKind.WEB, way=Way.PHONE
            )
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie(VILLAGER_COOKIE, token, domain="localhost")
        self.bearer = {"Authorization": f"Bearer {token}"}

    def told(self, key: str, *, link: str = "") -> None:
        """Put a message into the inbox."""
        with self.database.unit_of_work() as session:
            service.deliver(
                session,
                account_id=self.account_id,
                kind="test",
                title=f"第{key}条",
                body="正文",
                link=link,
                key=key,
            )

    def inbox(self) -> dict[str, Any]:
        """Ask for the inbox as the Mini Program does."""
        answer: dict[str, Any] = self.client.get("/api/v1/me/inbox", headers=self.bearer).get_json()
        return answer


@pytest.fixture
def villager(app: SunshineApp, database: Database) -> Villager:
    """Give a villager."""
    return Villager(app, database, "13800000001")


@pytest.fixture
def neighbour(app: SunshineApp, database: Database) -> Villager:
    """Give another villager."""
    return Villager(app, database, "13800000002")


def test_an_inbox_is_for_signed_in_villagers(client: FlaskClient) -> None:
    for address in ("/me/inbox", "/me/questions"):
        assert client.get(address).status_code in {303, 401}
    assert client.get("/api/v1/me/inbox").status_code == 401


def test_an_empty_inbox_says_what_will_come(villager: Villager) -> None:
    page = villager.client.get("/me/inbox")
    assert "还没有消息" in shown(page)
    assert page.headers["Cache-Control"] == "private, no-store"


def test_a_message_is_opened_once_and_leads_on(villager: Villager) -> None:
    villager.told("1", link="/me/questions")
    page = villager.client.get("/me/inbox")
    assert "第1条" in page.text
    number = page.text.split('action="/me/inbox/')[-1].partition("/")[0]
    opened = villager.client.post(
        f"/me/inbox/{number}/open",
        data={"csrf_token": hidden(page, "csrf_token")},
        headers={"Referer": "https://localhost/me/inbox"},
        base_url="https://localhost",
    )
    assert (opened.status_code, opened.location) == (303, "/me/questions")
    assert villager.inbox()["unread"] == 0


def test_a_form_of_another_site_marks_nothing(villager: Villager) -> None:
    villager.told("1")
    assert villager.client.post("/me/inbox/read").status_code == 409
    assert villager.inbox()["unread"] == 1


def test_the_mini_program_reads_page_by_page(villager: Villager) -> None:
    for number in range(3):
        villager.told(str(number))
    first = villager.client.get("/api/v1/me/inbox?limit=2", headers=villager.bearer).get_json()
    second = villager.client.get(
        f"/api/v1/me/inbox?limit=2&cursor={first['next']}", headers=villager.bearer
    ).get_json()
    titles = [message["title"] for message in first["messages"] + second["messages"]]
    assert titles == ["第2条", "第1条", "第0条"]
    assert second["next"] is None


def test_nobody_reads_the_inbox_of_a_neighbour(villager: Villager, neighbour: Villager) -> None:
    villager.told("1")
    [message] = villager.inbox()["messages"]
    address = f"/api/v1/me/inbox/{message['id']}/read"
    assert neighbour.client.post(address, headers=neighbour.bearer).status_code == 404
    assert villager.client.post(address, headers=villager.bearer).status_code == 204
    assert villager.inbox()["unread"] == 0


def test_a_question_is_shown_with_its_answer(villager: Villager, neighbour: Villager) -> None:
    with villager.database.unit_of_work() as session:
        line_id = audit.record(session, Line(OPERATOR, "open", VILLAGE, household_id=5))
        number = audit.ask(session, line_id, villager.account_id, "为什么查看")
    assert "等待审计员答复" in shown(villager.client.get("/me/questions"))
    with villager.database.unit_of_work() as session:
        audit.answer(session, question_id=number, text="核实低保", actor=OPERATOR)
    assert "核实低保" in shown(villager.client.get("/me/questions"))
    assert "为什么" not in shown(neighbour.client.get("/me/questions"))
