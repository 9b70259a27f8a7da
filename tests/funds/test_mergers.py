"""A ledger outlives its village: it stays where it was, and the village of today ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.funds import queries, service
from app.funds.errors import MonthClosed
from app.funds.models import FundQuestion
from app.identity import roles
from app.kernel import changes, clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.db import Database
from app.places import service as places
from app.places.errors import DivisionNotFound
from tests import factories
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.funds import ledger
from tests.funds.ledger import FIRST

KEEPER = Actor("新村文书", staff_id=11, grants=(Grant(roles.FUNDS_KEEP, OTHER_VILLAGE),))
SUPERVISOR = Actor("新村监委会", staff_id=12, grants=(Grant(roles.SUPERVISE, OTHER_VILLAGE),))


@pytest.fixture
def merged(database: Database) -> Database:
    """Merge a village with a closed month, an open one and a question into its neighbour."""
    with database.unit_of_work() as session:
        factories.county(session)
        line = queries.lines(session, ledger.closed(session))[0]
        ledger.entered(session, ledger.opened(session, FIRST.following()))
        session.add(
            FundQuestion(
                line_id=line.id,
                division_code=VILLAGE,
                kind="use",
                state="open",
                asked_at=clock.now(),
                due_on=clock.today() + timedelta(days=5),
            )
        )
        places.merge_villages(
            session,
            old_codes=[VILLAGE],
            new_code=OTHER_VILLAGE,
            effective_on=clock.today(),
            actor=OPERATOR,
        )
        service.follow_merger(session, old_code=VILLAGE, new_code=OTHER_VILLAGE)
    return database


def test_its_pages_stay_where_they_are(client: FlaskClient, merged: Database) -> None:
    del merged
    assert client.get(f"/v/{VILLAGE}").status_code == 301
    assert "大寨组门面租金" in client.get(f"/v/{VILLAGE}/funds/2026-08").text
    assert "2026年已结账 1 个月" in client.get(f"/v/{VILLAGE}/funds").text
    assert "还没有结账的月份" in client.get(f"/v/{OTHER_VILLAGE}/funds").text


def test_the_village_of_today_ends_what_is_open_and_opens_nothing_more(merged: Database) -> None:
    with merged.unit_of_work() as session:
        month = queries.months(session, VILLAGE)[-1]
        service.submit(session, month_id=month.id, actor=KEEPER)
        service.close(session, month_id=month.id, actor=SUPERVISOR)
        with pytest.raises(MonthClosed):
            service.submit(session, month_id=month.id, actor=KEEPER)
        name = FIRST.following().following()
        with pytest.raises(DivisionNotFound):
            service.open_month(session, division_code=VILLAGE, name=name, actor=OPERATOR)


def test_the_village_of_today_answers_its_questions(merged: Database) -> None:
    with merged.unit_of_work() as session:
        [row] = service.waiting(session, actor=KEEPER)
        service.answer(session, question_id=row.id, text="新村接着答复。", actor=KEEPER)
        line = queries.lines(session, queries.find_month(session, VILLAGE, FIRST))[0]
        assert line.questions[0].answer == "新村接着答复。"


def test_the_village_of_today_names_the_ledgers_that_came_to_it_and_they_name_it(
    client: FlaskClient, merged: Database
) -> None:
    del merged
    page = client.get(f"/v/{OTHER_VILLAGE}/funds").text
    assert f'href="/v/{VILLAGE}/funds">青杠林村的集体资金' in page
    old = client.get(f"/v/{VILLAGE}/funds").text
    assert f'<a href="/v/{OTHER_VILLAGE}/funds">' in old
    assert "只供查看" in old
    assert "合并进来的村" not in old


def test_a_ledger_that_nobody_can_read_yet_is_not_named_and_is_once_it_can(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        ledger.entered(session, ledger.opened(session))
        places.merge_villages(
            session,
            old_codes=[VILLAGE],
            new_code=OTHER_VILLAGE,
            effective_on=clock.today(),
            actor=OPERATOR,
        )
    assert "合并进来的村" not in client.get(f"/v/{OTHER_VILLAGE}/funds").text
    told: list[str] = []
    monkeypatch.setattr(changes, "division_changed", lambda _session, code: told.append(code))
    with database.unit_of_work() as session:
        month = queries.months(session, VILLAGE)[-1]
        service.submit(session, month_id=month.id, actor=KEEPER)
        service.close(session, month_id=month.id, actor=SUPERVISOR)
    assert {VILLAGE, OTHER_VILLAGE} == set(told)
    assert "合并进来的村" in client.get(f"/v/{OTHER_VILLAGE}/funds").text


def test_a_village_without_a_ledger_leads_to_the_one_of_today(
    client: FlaskClient, database: Database
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        places.merge_villages(
            session,
            old_codes=[VILLAGE],
            new_code=OTHER_VILLAGE,
            effective_on=clock.today(),
            actor=OPERATOR,
        )
    answer = client.get(f"/v/{VILLAGE}/funds")
    assert (answer.status_code, answer.location) == (301, f"/v/{OTHER_VILLAGE}/funds")
