"""Plates as JSON: for anyone a little, for staff the whole life of a plate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.doorplates import codes, queries, service
from app.doorplates.models import Batch, Doorplate, Sheet
from app.doorplates.press import press_of
from app.doorplates.schemas import PlateView
from app.doorplates.states import SCANNER_NOTES, State
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.places import service as places
from app.web.flask_app import SunshineApp
from tests import factories
from tests.factories import GROUP, OTHER_VILLAGE, TOWNSHIP, VILLAGE, bearer

PLATES = "/api/v1/doorplates"
BATCHES = f"{PLATES}/batches"
REASON = {"reason": "房屋拆除"}


@pytest.fixture
def clerk(committed: Database) -> dict[str, str]:
    """Give the header of a clerk of the township."""
    with committed.unit_of_work() as session:
        return bearer(factories.staff_token(session, role="clerk", division_code=TOWNSHIP))


@pytest.fixture
def stranger(committed: Database) -> dict[str, str]:
    """Give the header of a clerk of another village."""
    with committed.unit_of_work() as session:
        return bearer(factories.staff_token(session, role="clerk", division_code=OTHER_VILLAGE))


@pytest.fixture
def plate(committed: Database) -> PlateView:
    """Give a printed plate of the first group."""
    with committed.unit_of_work() as session:
        return factories.printed(session)[0]


def _json(answer: TestResponse) -> dict[str, Any]:
    body = answer.get_json(force=True)
    assert isinstance(body, dict)
    return body


def _count(database: Database, table: type[Batch] | type[Doorplate]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_anyone_may_know_the_village_and_the_group_of_a_plate_and_no_more(
    client: FlaskClient, plate: PlateView
) -> None:
    answer = client.get(f"{PLATES}/{plate.code}")
    assert answer.status_code == 200
    assert _json(answer) == {
        "code": plate.code,
        "state": "printed",
        "note": SCANNER_NOTES[State.PRINTED],
        "division_code": VILLAGE,
        "village": "青杠林村",
        "group": "一组",
        "page_url": f"https://liuzhi.example.gov.cn/v/{VILLAGE}",
    }


@pytest.mark.parametrize("code", ["x", "%00", "7k3m9qxw2r4t0", "%E6%9D%8E", codes.draw(1)[0]])
def test_an_unknown_code_is_a_problem(client: FlaskClient, committed: Database, code: str) -> None:
    del committed
    answer = client.get(f"{PLATES}/{code}")
    assert answer.status_code == 404
    assert _json(answer)["code"] == "plate_not_found"


def test_a_plate_of_a_merged_village_names_the_village_of_today(
    client: FlaskClient, committed: Database, plate: PlateView
) -> None:
    with committed.unit_of_work() as session:
        places.merge_villages(
            session,
            old_codes=[VILLAGE],
            new_code=OTHER_VILLAGE,
            effective_on=clock.today(),
            actor=OPERATOR,
        )
        service.follow_merger(session, old_code=VILLAGE, new_code=OTHER_VILLAGE)
    answer = _json(client.get(f"{PLATES}/{plate.code}"))
    assert (answer["village"], answer["division_code"]) == ("太和村", OTHER_VILLAGE)
    assert answer["group"] == "一组"
    assert answer["page_url"].endswith(f"/v/{OTHER_VILLAGE}")


def test_a_batch_is_issued_by_number_and_read_page_by_page(
    client: FlaskClient, clerk: dict[str, str]
) -> None:
    wanted = {"division_code": VILLAGE, "count": 3}
    answer = client.post(BATCHES, json=wanted, headers=clerk)
    assert answer.status_code == 201
    batch = _json(answer)
    assert (batch["plates"], batch["division_code"]) == (3, VILLAGE)
    path = f"{BATCHES}/{batch['id']}"
    assert _json(client.get(path, headers=clerk)) == batch
    first = _json(client.get(f"{path}/plates?limit=2", headers=clerk))
    rest = _json(client.get(f"{path}/plates?limit=2&after={first['next_after']}", headers=clerk))
    assert [len(first["plates"]), len(rest["plates"]), rest["next_after"]] == [2, 1, None]


def test_a_batch_is_issued_for_doors(client: FlaskClient, clerk: dict[str, str]) -> None:
    doors = [{"group": "1组", "house_number": "1号"}, {"group": "大寨组", "label": "村小学"}]
    answer = client.post(BATCHES, json={"division_code": VILLAGE, "doors": doors}, headers=clerk)
    plates = _json(client.get(f"{BATCHES}/{_json(answer)['id']}/plates", headers=clerk))["plates"]
    assert [(one["group"], one["house_number"], one["state"]) for one in plates] == [
        (GROUP, "1号", "draft"),
        (VILLAGE + "02", "", "draft"),
    ]


def test_bad_doors_are_named_by_their_place_and_nothing_is_issued(
    client: FlaskClient, committed: Database, clerk: dict[str, str]
) -> None:
    doors = [
        {"group": "1组", "house_number": "1号"},
        {"group": "九组"},
        {"group": "一组", "house_number": "1号"},
        {"label": "a\u0000b"},
        {},
    ]
    answer = client.post(BATCHES, json={"division_code": VILLAGE, "doors": doors}, headers=clerk)
    assert answer.status_code == 422
    assert [field["field"] for field in _json(answer)["fields"]] == [
        "第 2 行",
        "第 3 行",
        "第 4 行",
        "第 5 行",
    ]
    assert _count(committed, Batch) == 0


@pytest.mark.parametrize(
    "wanted",
    [
        {"division_code": VILLAGE},
        {"division_code": VILLAGE, "count": 1, "doors": [{}]},
        {"division_code": VILLAGE, "count": 0},
        {"division_code": VILLAGE, "count": 200_001},
        {"division_code": "520203102", "count": 1},
        {"division_code": VILLAGE, "count": 1, "village": "x"},
        {"division_code": "５２０２０３１０２２１３", "count": 1},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    client: FlaskClient, clerk: dict[str, str], wanted: dict[str, Any]
) -> None:
    assert client.post(BATCHES, json=wanted, headers=clerk).status_code == 422


def test_a_plate_is_installed_damaged_replaced_and_revoked(
    client: FlaskClient, clerk: dict[str, str], plate: PlateView
) -> None:
    path = f"{PLATES}/{plate.code}"
    assert _json(client.post(f"{path}/installation", headers=clerk))["state"] == "installed"
    assert _json(client.post(f"{path}/installation", headers=clerk))["state"] == "installed"
    assert _json(client.post(f"{path}/damage", json=REASON, headers=clerk))["state"] == "damaged"
    new = client.post(f"{path}/replacement", json=REASON, headers=clerk)
    assert new.status_code == 201
    assert _json(new)["state"] == "draft"
    assert _json(new)["code"] != plate.code
    gone = client.post(f"{PLATES}/{_json(new)['code']}/revocation", json=REASON, headers=clerk)
    assert _json(gone)["state"] == "revoked"
    again = client.post(f"{path}/revocation", json=REASON, headers=clerk)
    assert (again.status_code, _json(again)["code"]) == (409, "plate_state_refused")


@pytest.mark.parametrize("reason", ["", "x", "长" * 201, " \n ", "a\u0000b", "a\u202eb"])
def test_a_reason_that_says_nothing_or_cannot_be_kept_is_refused(
    client: FlaskClient, clerk: dict[str, str], plate: PlateView, reason: str
) -> None:
    answer = client.post(
        f"{PLATES}/{plate.code}/revocation", json={"reason": reason}, headers=clerk
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("act", ["installation", "damage", "revocation", "replacement"])
def test_a_clerk_of_another_village_changes_nothing(
    client: FlaskClient, stranger: dict[str, str], plate: PlateView, act: str
) -> None:
    answer = client.post(f"{PLATES}/{plate.code}/{act}", json=REASON, headers=stranger)
    assert answer.status_code == 403
    assert _json(client.get(f"{PLATES}/{plate.code}"))["state"] == "printed"


def test_a_clerk_of_another_village_sees_no_batch_and_no_sheet(
    client: FlaskClient, clerk: dict[str, str], stranger: dict[str, str], plate: PlateView
) -> None:
    batch = f"{BATCHES}/{plate.batch_id}"
    sheet = _json(client.post(f"{batch}/sheets", json={}, headers=clerk))
    for path in (
        batch,
        f"{batch}/plates",
        f"{PLATES}/sheets/{sheet['id']}",
        f"{PLATES}/sheets/{sheet['id']}/plates.pdf",
        f"{PLATES}/sheets/{sheet['id']}/manifest.csv",
    ):
        assert client.get(path, headers=stranger).status_code == 403
        assert client.get(path).status_code == 401
    assert client.post(f"{batch}/sheets", json={}, headers=stranger).status_code == 403


def test_a_sheet_is_asked_for_followed_and_downloaded(
    app: SunshineApp, committed: Database, clerk: dict[str, str], plate: PlateView
) -> None:
    client = app.test_client()
    asked = client.post(f"{BATCHES}/{plate.batch_id}/sheets", json={}, headers=clerk)
    assert asked.status_code == 202
    sheet = _json(asked)
    assert (sheet["state"], sheet["drawn"], sheet["plates"]) == ("waiting", 0, 1)
    path = f"{PLATES}/sheets/{sheet['id']}"
    early = client.get(f"{path}/plates.pdf", headers=clerk)
    assert (early.status_code, _json(early)["code"]) == (409, "sheet_not_ready")
    with committed.unit_of_work() as session:
        press = press_of(app.settings)
        service.draw_sheet(session, committed, sheet_id=sheet["id"], press=press)
    assert _json(client.get(path, headers=clerk))["state"] == "ready"
    with client.get(f"{path}/plates.pdf", headers=clerk) as pdf:
        assert pdf.data.startswith(b"%PDF-")
        assert pdf.headers["Cache-Control"] == "private, no-store"
    with client.get(f"{path}/manifest.csv", headers=clerk) as manifest:
        assert plate.code in manifest.data.decode("utf-8-sig")


def test_a_file_that_was_lost_from_the_disk_is_said_to_be_lost(
    app: SunshineApp, committed: Database, clerk: dict[str, str], plate: PlateView
) -> None:
    client = app.test_client()
    sheet = _json(client.post(f"{BATCHES}/{plate.batch_id}/sheets", json={}, headers=clerk))
    with committed.unit_of_work() as session:
        session.get_one(Sheet, sheet["id"]).state = "ready"
    answer = client.get(f"{PLATES}/sheets/{sheet['id']}/plates.pdf", headers=clerk)
    assert (answer.status_code, _json(answer)["code"]) == (410, "sheet_lost")
    assert not Path(app.config["FILES_DIR"]).exists()


@pytest.mark.parametrize("kind", ["damaged", "swapped"])
def test_anyone_may_report_a_plate(
    client: FlaskClient, committed: Database, plate: PlateView, kind: str
) -> None:
    answer = client.post(f"{PLATES}/{plate.code}/reports", json={"kind": kind})
    assert (answer.status_code, answer.data) == (204, b"")
    with committed.reading() as session:
        assert queries.find(session, plate.code).state is State.PRINTED


def test_a_report_says_nothing_but_the_two_kinds(client: FlaskClient, plate: PlateView) -> None:
    answer = client.post(f"{PLATES}/{plate.code}/reports", json={"kind": "stolen"})
    assert answer.status_code == 422
    named = {"kind": "damaged", "name": "x"}
    assert client.post(f"{PLATES}/{plate.code}/reports", json=named).status_code == 422
