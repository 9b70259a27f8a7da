"""What a scan shows, in every state of the plate, and that it shows nothing of the household."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.doorplates import queries, service
from app.doorplates.schemas import DoorRow, PlateView
from app.doorplates.states import SCANNER_NOTES, State
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web.flask_app import SESSION_COOKIE, SunshineApp
from tests import factories
from tests.factories import GROUP, VILLAGE

HOUSE, LABEL = "八十八号之三", "王家老宅"


@pytest.fixture
def plate(database: Database) -> PlateView:
    """Print the plate of a door whose number and label are easy to find on a page."""
    with database.unit_of_work() as session:
        factories.county(session)
        batch = service.issue_batch(
            session,
            division_code=VILLAGE,
            doors=[DoorRow(group_code=GROUP, house_number=HOUSE, label=LABEL)],
            actor=OPERATOR,
        )
        (view,) = queries.plates_of_batch(session, batch.id, limit=1)
        service.mark_printed(session, plate_ids=[view.id], actor_name="operator")
        return queries.find(session, view.code)


def _bring_to(database: Database, code: str, state: State) -> None:
    with database.unit_of_work() as session:
        if state is State.INSTALLED:
            service.install(session, code=code, actor=OPERATOR)
        elif state is State.DAMAGED:
            service.report_damage(session, code=code, reason="破损", actor=OPERATOR)
        elif state is State.REPLACED:
            service.replace(session, code=code, reason="破损", actor=OPERATOR)


@pytest.mark.parametrize("state", [State.PRINTED, State.INSTALLED, State.DAMAGED, State.REPLACED])
def test_a_scan_shows_the_village_and_what_to_know_of_the_plate(
    client: FlaskClient, database: Database, plate: PlateView, state: State
) -> None:
    _bring_to(database, plate.code, state)
    answer = client.get(f"/d/{plate.code}")
    note = SCANNER_NOTES[state]
    assert answer.status_code == 200
    assert "<h1>青杠林村</h1>" in answer.text
    assert "一组" in answer.text
    assert (note in answer.text) if note else ('role="note"' not in answer.text)
    may_report = f"/d/{plate.code}/report" in answer.text
    assert may_report == (state is not State.REPLACED)


def test_no_public_answer_tells_the_door(client: FlaskClient, plate: PlateView) -> None:
    for path in (
        f"/d/{plate.code}",
        f"/d/{plate.code}/report",
        f"/api/v1/doorplates/{plate.code}",
        f"/v/{VILLAGE}",
        f"/v/{VILLAGE}/board",
    ):
        text = client.get(path).text
        assert HOUSE not in text
        assert LABEL not in text
        assert plate.serial not in text


def test_a_draft_reads_as_unknown(client: FlaskClient, database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        (view,) = factories.issued(session)
    draft, unknown = client.get(f"/d/{view.code}"), client.get("/d/0000000000000")
    assert draft.status_code == unknown.status_code == 404
    assert draft.text.replace(view.code, "") == unknown.text.replace("0000000000000", "")


def test_a_revoked_plate_is_gone_and_leads_to_the_village(
    client: FlaskClient, database: Database, plate: PlateView
) -> None:
    with database.unit_of_work() as session:
        service.revoke(session, code=plate.code, reason="遗失", actor=OPERATOR)
    answer = client.get(f"/d/{plate.code}")
    assert answer.status_code == 410
    assert "已经停用" in answer.text
    assert f'href="/v/{VILLAGE}"' in answer.text
    assert "遗失" not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_code_typed_by_hand_leads_to_the_plate(client: FlaskClient, plate: PlateView) -> None:
    spelled = f"{plate.code[:4]} {plate.code[4:8]} {plate.code[8:]}".lower()
    for path in (f"/d/{spelled}", f"/d?code={spelled}", f"/d/?code=%20{spelled}%20"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (302, f"/d/{plate.code}")


@pytest.mark.parametrize("code", ["x", "7K3M9QXW2R4T1", "%E9%97%A8%E7%89%8C", "%00", "a/b/c", "'"])
def test_any_other_code_is_a_friendly_404(client: FlaskClient, plate: PlateView, code: str) -> None:
    assert plate
    answer = client.get(f"/d/{code}")
    assert answer.status_code == 404
    assert "再扫一次" in answer.text
    assert 'action="/d"' in answer.text


def test_many_misses_are_too_many_and_a_valid_code_never_is(
    client: FlaskClient, app: SunshineApp, plate: PlateView
) -> None:
    allowed = app.settings.misses_per_minute
    statuses = [client.get("/d/0000000000000").status_code for _ in range(2 * allowed + 1)]
    assert set(statuses) == {404, 429}  # two minutes at most lie between the first and the last
    assert client.get(f"/d/{plate.code}").status_code == 200
    assert client.get(f"/api/v1/doorplates/{plate.code}").status_code == 200


def test_anyone_reports_a_damaged_plate_and_leaves_no_trace(
    client: FlaskClient, plate: PlateView
) -> None:
    form = client.get(f"/d/{plate.code}/report").text
    assert "不用留姓名和电话" in form
    told = client.post(f"/d/{plate.code}/report", data={"kind": "damaged"})
    assert told.status_code == 200
    assert "已经记下" in told.text
    wrong = client.post(f"/d/{plate.code}/report", data={"kind": "王建国 13812345678"})
    assert wrong.status_code == 422
    assert "13812345678" not in wrong.text


def test_an_installer_who_scans_is_not_answered_from_the_cache(
    client: FlaskClient, database: Database, plate: PlateView
) -> None:
    with database.unit_of_work() as session:
        token = factories.staff_session(session, role="installer", division_code=VILLAGE)
    client.set_cookie(SESSION_COOKIE, token)
    answer = client.get(f"/d/{plate.code}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert f"/console/plates/{plate.code}" in answer.text
