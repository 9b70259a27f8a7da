"""我有异议: in its days, without a name, answered in its term beside the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.aid import queries, service
from app.aid.errors import (
    AnswerRefused,
    ObjectionAnswered,
    ObjectionPeriodOver,
    ObjectionRefused,
    ObjectionsUsedUp,
    PersonalDataWritten,
    ReasonWanted,
)
from app.aid.models import AidObjection
from app.aid.service import objections
from app.identity import service as identity
from app.kernel import clock
from app.kernel.access import Actor, Grant
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from app.notices.models import InboxMessage
from app.web.flask_app import SunshineApp
from tests.aid import desk as ways
from tests.aid.conftest import UNIQUE, Public
from tests.console.conftest import Browser
from tests.disclosure.desk import Desk, desk
from tests.factories import COUNTY, OTHER_VILLAGE, PASSWORD

TEXT = f"{UNIQUE[0]}家有两台车，为什么还有低保？"
ANSWER = "经入户核查，该户车辆已于上月报废，符合条件。"


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


@pytest.fixture
def list_id(desk: Desk) -> int:
    """Publish a list and give its number."""
    made = ways.listed(desk.session, desk.author, organisation_id=desk.office)
    return ways.published(desk, made).aid_list_id or 0


def test_an_objection_is_sealed_bears_no_name_and_has_a_term(desk: Desk, list_id: int) -> None:
    row = service.object_to(desk.session, list_id, text=f"  {TEXT}\n")
    assert row.text_sealed is not None
    assert "两台车".encode() not in row.text_sealed
    assert row.due_on == clock.today() + timedelta(days=5)
    assert service.open_objection(desk.session, row.id, actor=desk.author).text == TEXT
    assert not {"account_id", "address", "name"} & {
        one.key for one in AidObjection.__table__.columns
    }


def test_the_answer_stands_without_what_was_objected(desk: Desk, list_id: int) -> None:
    row = service.object_to(desk.session, list_id, text=TEXT)
    service.answer(desk.session, row.id, text=ANSWER, actor=desk.author)
    (told,) = queries.answers(desk.session, list_id)
    assert (told.state, told.answer, told.answered_by) == ("answered", ANSWER, "民政局")
    assert TEXT not in str(told)
    with pytest.raises(ObjectionAnswered):
        service.answer(desk.session, row.id, text=ANSWER, actor=desk.author)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("好", ObjectionRefused),
        ("好" * 501, ObjectionRefused),
        ("打我电话 13812345678 说", PersonalDataWritten),
    ],
)
def test_what_is_too_short_or_holds_a_number_is_refused(
    desk: Desk, list_id: int, text: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        service.object_to(desk.session, list_id, text=text)


def test_the_last_day_is_one_of_the_days_and_the_next_is_none(
    desk: Desk, list_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = clock.today() + timedelta(days=7)
    monkeypatch.setattr(clock, "today", lambda: last)
    service.object_to(desk.session, list_id, text=TEXT)
    monkeypatch.setattr(clock, "today", lambda: last + timedelta(days=1))
    with pytest.raises(ObjectionPeriodOver):
        service.object_to(desk.session, list_id, text=TEXT)


def test_a_list_that_is_not_public_takes_no_objection(desk: Desk) -> None:
    made = ways.listed(desk.session, desk.author, organisation_id=desk.office)
    with pytest.raises(ObjectionPeriodOver):
        service.object_to(desk.session, made.id, text=TEXT)


def test_a_list_takes_so_many_open_objections_and_no_more(
    desk: Desk, list_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objections, "MOST_OPEN", 1)
    service.object_to(desk.session, list_id, text=TEXT)
    with pytest.raises(ObjectionsUsedUp):
        service.object_to(desk.session, list_id, text=TEXT)


def test_only_the_publishers_office_reads_and_answers(desk: Desk, list_id: int) -> None:
    row = service.object_to(desk.session, list_id, text=TEXT)
    stranger = Actor("other", 99, (Grant("disclosure.publish", OTHER_VILLAGE),))
    acts: list[Callable[[], object]] = [
        lambda: service.open_objection(desk.session, row.id, actor=stranger),
        lambda: service.answer(desk.session, row.id, text=ANSWER, actor=stranger),
        lambda: service.set_aside(desk.session, row.id, reason="abuse", actor=desk.first),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(AnswerRefused):
        service.answer(desk.session, row.id, text="", actor=desk.author)
    with pytest.raises(ReasonWanted):
        service.set_aside(desk.session, row.id, reason="later", actor=desk.author)


def test_one_that_is_set_aside_is_counted_and_not_told(desk: Desk, list_id: int) -> None:
    row = service.object_to(desk.session, list_id, text=TEXT)
    service.set_aside(desk.session, row.id, reason="abuse", actor=desk.author)
    assert [one.state for one in queries.answers(desk.session, list_id)] == ["set_aside"]


def test_those_responsible_are_told_and_told_again_when_the_term_is_over(
    database: Database, public: Public, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.unit_of_work() as session:
        identity.create_staff(
            session, username="pub", password=PASSWORD, role="publisher", division_code=COUNTY
        )
        row = service.object_to(session, public.list_id, text=TEXT)
        service.tell_objection(session, objection_id=row.id)
        service.tell_objection(session, objection_id=row.id)
    late = clock.today() + timedelta(days=6)
    monkeypatch.setattr(clock, "today", lambda: late)
    with database.unit_of_work() as session:
        service.note_overdue(session)
        told = session.scalars(select(InboxMessage).where(InboxMessage.kind == "aid")).all()
    assert [one.title for one in told] == ["有人对公示名单提出异议", "一条名单异议过了答复期限"]
    assert {one.link for one in told} == {f"/console/aid/objections/{row.id}"}
    assert not any("两台车" in one.body for one in told)


def _browser(app: SunshineApp) -> Browser:
    return Browser(app.test_client())


def test_anybody_objects_by_a_form_and_reads_the_answer(
    app: SunshineApp, database: Database, public: Public
) -> None:
    visitor = _browser(app)
    path = f"/items/{public.item_id}/objection"
    assert "不用留姓名和电话" in visitor.get(path).text
    refused = visitor.send(path, text="打 13812345678")
    assert refused.status_code == 422
    assert "打 13812345678" in refused.text  # what was typed stays with whoever typed it
    sent = visitor.send(path, text=TEXT)
    assert sent.status_code == 303
    assert "已经收到" in visitor.get(sent.location).text
    page = visitor.get(f"/items/{public.item_id}").text
    assert "有一条异议等答复" in page
    assert "两台车" not in page
    with database.unit_of_work() as session:
        row = session.scalars(select(AidObjection)).one()
        officer = Actor("officer", None, (Grant("disclosure.publish", "520203"),))
        service.answer(session, row.id, text=ANSWER, actor=officer)
    page = visitor.get(f"/items/{public.item_id}").text
    assert ANSWER in page
    assert "两台车" not in page


def test_a_form_of_another_site_and_the_eleventh_of_a_minute_are_refused(
    app: SunshineApp, public: Public, client: FlaskClient
) -> None:
    path = f"/items/{public.item_id}/objection"
    assert client.post(path, data={"text": TEXT}).status_code == 409
    visitor = _browser(app)
    answers = [visitor.send(path, text=TEXT).status_code for _ in range(11)]
    assert answers == [303] * 10 + [429]


def test_the_page_says_when_an_answer_is_late(
    client: FlaskClient, database: Database, public: Public
) -> None:
    with database.unit_of_work() as session:
        row = service.object_to(session, public.list_id, text=TEXT)
        row.due_on = clock.today() - timedelta(days=1)
    assert "有一条异议还没有答复" in client.get(f"/items/{public.item_id}").text
